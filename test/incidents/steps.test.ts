import { describe, expect, test } from 'vitest';
import type { Actor, Incident } from '../../src/domain/model.ts';
import {
  acknowledge,
  note,
  refusedLine,
  reopen,
  resolve,
  takeOver,
  unacknowledge,
} from '../../src/incidents/incident.ts';
import { jonas, maya, minute, monitor, opened } from './support.ts';

const now = minute(3);
const firing = opened();
const acknowledged = opened({
  status: 'acknowledged',
  owner: maya,
  acknowledgedAt: minute(1),
  moved: { by: maya, at: minute(1) },
});
const given = unacknowledge(acknowledged, maya, now);
const givenBack: Incident = { ...opened(), ...(given.kind === 'changed' && given.incident) };
const resolved = opened({
  status: 'resolved',
  resolvedAt: minute(2),
  resolvedBy: monitor,
  owner: maya,
  acknowledgedAt: 1,
});

const alreadyResolved = { kind: 'late', text: 'It is resolved already.', by: monitor, at: minute(2) };

test.each([
  [
    'acknowledge',
    acknowledge(firing, maya, now),
    { status: 'acknowledged', owner: maya, acknowledgedAt: now },
    'acknowledged',
    'acknowledged',
  ],
  [
    'take over',
    takeOver(acknowledged, jonas, now),
    { status: 'acknowledged', owner: jonas, acknowledgedAt: now },
    'taken_over',
    'took over from Maya',
  ],
  [
    'unacknowledge',
    unacknowledge(acknowledged, jonas, now),
    { status: 'firing' },
    'unacknowledged',
    'unacknowledged it',
  ],
  [
    'resolve',
    resolve(acknowledged, jonas, now),
    { status: 'resolved', resolvedAt: now, resolvedBy: jonas, owner: maya },
    'resolved',
    'resolved it',
  ],
  ['reopen', reopen(resolved, jonas, now), { status: 'firing' }, 'reopened', 'reopened it'],
  [
    'note',
    note(resolved, jonas, ' the disk was full ', now),
    { status: 'resolved' },
    'noted',
    'added a note: the disk was full',
  ],
] as const)('%s is done and told in the thread', (_, step, incident, kind, text) => {
  expect(step).toMatchObject({ kind: 'changed', incident, lines: [{ at: now, kind, text, tell: 'thread' }] });
  expect(step.kind === 'changed' && step.incident).not.toHaveProperty('revision');
});

test.each([
  ['acknowledge what is resolved', acknowledge(resolved, jonas, now), alreadyResolved],
  [
    'acknowledge what another has',
    acknowledge(acknowledged, jonas, now),
    { kind: 'late', text: 'Maya has it already.', by: maya, at: minute(1) },
  ],
  [
    'acknowledge twice',
    acknowledge(acknowledged, maya, now),
    { kind: 'late', text: 'You already have it.', by: maya, at: minute(1) },
  ],
  ['take over what is resolved', takeOver(resolved, jonas, now), alreadyResolved],
  [
    'take over what nobody has',
    takeOver(firing, jonas, now),
    { kind: 'late', text: 'Nobody has it: acknowledge it instead.', by: monitor, at: minute(0) },
  ],
  [
    'take over from oneself',
    takeOver(acknowledged, maya, now),
    { kind: 'late', text: 'You already have it.', by: maya, at: minute(1) },
  ],
  ['unacknowledge what is resolved', unacknowledge(resolved, jonas, now), alreadyResolved],
  [
    'unacknowledge what somebody gave back before',
    unacknowledge(givenBack, jonas, now),
    { kind: 'late', text: 'Nobody has it.', by: maya, at: now },
  ],
  ['resolve twice', resolve(resolved, jonas, now), alreadyResolved],
  [
    'reopen what is open',
    reopen(acknowledged, jonas, now),
    { kind: 'late', text: 'It is open already.', by: maya, at: minute(1) },
  ],
  [
    'reopen what a newer one follows',
    reopen(resolved, jonas, now, opened({ openedAt: minute(2.5) })),
    {
      kind: 'late',
      text: 'A newer incident of this monitor exists: act on that one.',
      by: { ...monitor, name: 'wizstatus' },
      at: minute(2.5),
    },
  ],
] as const)('%s comes too late', (_, step, expected) => {
  expect(step).toEqual(expected);
});

describe('what a step leaves behind', () => {
  const of = (step: ReturnType<typeof resolve>): Partial<Incident> => (step.kind === 'changed' ? step.incident : {});

  test.each([
    ['an unacknowledged incident', of(unacknowledge(acknowledged, maya, now)), ['owner', 'acknowledgedAt']],
    ['a reopened incident', of(reopen(resolved, maya, now)), ['owner', 'acknowledgedAt', 'resolvedAt', 'resolvedBy']],
    ['a resolved incident', of(resolve(opened({ snoozedUntil: minute(60) }), maya, now)), ['snoozedUntil']],
  ] as const)('%s keeps no %o', (_, incident, names) => {
    for (const name of names) expect(incident).not.toHaveProperty(name);
  });
});

test('the same id on another platform, or in another workspace, is another person', () => {
  expect(takeOver(acknowledged, { ...maya, platform: 'discord' }, now)).toMatchObject({ kind: 'changed' });
  expect(takeOver(acknowledged, { ...maya, tenant: 'T2' }, now)).toMatchObject({ kind: 'changed' });
  expect(takeOver(acknowledged, { ...maya, name: 'Maya B.' }, now)).toMatchObject({ kind: 'late' });
});

test('a note is cut to what a timeline bears', () => {
  expect(note(firing, maya, 'n'.repeat(100_000), now)).toMatchObject({
    lines: [{ text: expect.stringMatching(/^.{4014,4016}$/) }],
  });
});

test('a refused press is kept, and told to nobody else', () => {
  expect(refusedLine(jonas, 'run', 'Only slack:S1 may run Restart API.', now)).toEqual({
    at: now,
    kind: 'refused',
    actor: jonas,
    text: 'was refused “run”: Only slack:S1 may run Restart API.',
    tell: 'edit',
  });
});

test('two people at the console are told apart by their names, so that one can take over from the other', () => {
  const at = (name: string): Actor => ({ platform: 'console', id: 'console', name });
  const taken = acknowledge(firing, at('Anna'), now);
  if (taken.kind !== 'changed') throw new Error(taken.text);
  const owned = { ...taken.incident, revision: 2 };
  expect(takeOver(owned, at('Anna'), now)).toMatchObject({ kind: 'late' });
  expect(takeOver(owned, at('Ben'), now)).toMatchObject({ kind: 'changed', incident: { owner: { name: 'Ben' } } });
});
