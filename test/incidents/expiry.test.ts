import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/domain/model.ts';
import { expired, nextAsking } from '../../src/incidents/expiry.ts';
import { acknowledge, assign, takeOver } from '../../src/incidents/incident.ts';
import { snooze } from '../../src/incidents/snooze.ts';
import type { State, Step } from '../../src/incidents/state.ts';
import { jonas, maya, minute, opened } from './support.ts';

const HOUR = { ackExpires: 3_600_000 };
const nobody = new Map();
const made = (step: Step): Incident => {
  if (step.kind === 'late') throw new Error(step.text);
  return { ...step.incident, revision: 2 };
};
const theirs = () => made(acknowledge(opened(), maya, minute(0)));
const asked = (at = 60): Incident => {
  const step = expired(theirs(), minute(at), HOUR, nobody);
  if (step === undefined) throw new Error('not asked');
  return { ...step.incident, revision: 3 };
};

test('an acknowledgement holds for ever where ACK_EXPIRES is not set', () => {
  expect(nextAsking(theirs(), {})).toBeUndefined();
  expect(expired(theirs(), minute(100_000), {}, nobody)).toBeUndefined();
});

test('only what somebody has is asked for', () => {
  expect(nextAsking(opened(), HOUR)).toBeUndefined();
  expect(nextAsking(theirs(), HOUR)).toBe(minute(60));
});

describe('“still on it?”', () => {
  test('is asked in the thread, and wakes the owner alone', () => {
    expect(expired(theirs(), minute(59), HOUR, nobody)).toBeUndefined();
    expect(expired(theirs(), minute(60), HOUR, nobody)).toMatchObject({
      incident: { status: 'acknowledged', owner: maya, askedAt: minute(60) },
      lines: [
        {
          kind: 'reminded',
          tell: 'thread',
          mention: [{ platform: 'slack', kind: 'person', id: 'U1' }],
          text: 'asks Maya: still on it? Without an answer in 15 m it is nobody’s again',
        },
      ],
    });
  });

  test('mentions a person by all of their ids', () => {
    const ids = [{ platform: 'discord', kind: 'person', id: '9' }] as const;
    const annas = { ...theirs(), owner: { platform: 'person', id: 'anna', name: 'Anna' } };
    expect(expired(annas, minute(60), HOUR, new Map([['anna', ids]]))?.lines).toMatchObject([{ mention: ids }]);
  });

  test('without an answer makes it nobody’s, and tells the channel', () => {
    expect(expired(asked(), minute(74), HOUR, nobody)).toBeUndefined();
    const step = expired(asked(), minute(75), HOUR, nobody);
    expect(step).toMatchObject({
      incident: { status: 'firing', moved: { at: minute(75) } },
      lines: [
        { kind: 'expired', tell: 'channel', text: 'took it from Maya, who did not answer in 15 m: nobody has it' },
      ],
    });
    expect(Object.keys(step?.incident ?? {})).not.toEqual(expect.arrayContaining(['owner']));
    expect(step?.incident).not.toHaveProperty('askedAt');
  });

  test('is asked before anything is taken, however late it is', () => {
    expect(asked(10_000)).toMatchObject({ status: 'acknowledged', askedAt: minute(10_000) });
  });

  test.each<readonly [string, (incident: Incident) => Step, number]>([
    ['the owner says yes', (incident) => acknowledge(incident, maya, minute(70)), 130],
    ['somebody takes it over', (incident) => takeOver(incident, jonas, minute(70)), 130],
    ['it is handed over', (incident) => assign(incident, maya, { owner: jonas, mention: [] }, minute(70)), 130],
    ['it is snoozed for an hour', (incident) => snooze(incident, jonas, 3_600_000, minute(70)), 190],
  ])('counts anew where %s', (_what, step, then) => {
    expect(nextAsking(made(step(asked())), HOUR)).toBe(minute(then));
  });

  test('waits for an answer no longer than the acknowledgement lasts', () => {
    const state: State = { ...theirs(), askedAt: minute(1) };
    expect(nextAsking(state, { ackExpires: 60_000 })).toBe(minute(2));
  });
});
