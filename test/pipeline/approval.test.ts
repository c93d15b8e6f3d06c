import { describe, expect, test } from 'vitest';
import type { Actor, Principal } from '../../src/domain/model.ts';
import { jonas, MINUTE, maya, omar, script, startPipeline } from './run-bridge.ts';

const RESTART = script('restart', 'echo restarted', 'allow: ["*"]\napprove: 1\ninputs: { reason: { label: Reason } }');
const person = ({ platform, id }: Actor): Principal => ({ platform, kind: 'person', id });
const consoleActor: Actor = { platform: 'console', id: 'console', name: 'Jonas' };

/** A run that Maya asked for and that waits. */
async function waiting(files = RESTART) {
  const bridge = await startPipeline(files);
  const incident = await bridge.fire();
  const run = await bridge.ask(incident, 'restart', { inputs: { reason: 'a leak' } });
  const approve = (actor: Actor, id = run) => bridge.press(incident, 'approve', { actor, argument: id });
  const only = async () => (await bridge.runs(incident))[0];
  return { bridge, incident, run, approve, only };
}

test('a run that others must approve waits, and begins with its inputs once somebody else agrees', async () => {
  const { bridge, incident, approve, only } = await waiting();
  bridge.startRunner();
  expect(await only()).toMatchObject({ state: 'waiting' });
  expect(await approve(jonas)).toMatchObject({ kind: 'done', text: 'You agreed to restart: it was started.' });
  await expect.poll(async () => (await only())?.state).toBe('succeeded');
  expect(await only()).toMatchObject({ by: maya, inputs: { reason: 'a leak' }, approvedBy: [{ by: jonas }] });
  expect(await bridge.lines(incident)).toEqual([
    expect.stringContaining('reported'),
    'Maya asked for restart: one other person must agree within 10 m',
    'Jonas approved restart, which Maya asked for',
    expect.stringMatching(/^restart succeeded/),
  ]);
});

test('who agrees a moment after it was agreed to is told so, and by whom', async () => {
  const { approve } = await waiting();
  await approve(jonas);
  expect(await approve({ ...jonas, id: 'U9', name: 'Noor' })).toMatchObject({
    code: 'too_late',
    text: 'restart was agreed to already.',
    by: jonas,
  });
});

test('its card offers everybody in a channel to approve, and asks with what', async () => {
  const { bridge, incident, run } = await waiting();
  const view = await bridge.store.incident(incident);
  const card = bridge.pipeline.card(view!.incident, view!.runs);
  expect(card.buttons).toContainEqual({ action: 'approve', argument: run, label: 'Approve restart', style: 'primary' });
  expect(card.run).toMatchObject({ tail: 'Reason: a leak' });
});

describe('it is not approved', () => {
  test.each<{ who: string; actor: Actor; told: string }>([
    { who: 'the one who asked', actor: maya, told: 'Another person than Maya must agree to restart.' },
    { who: 'the console', actor: consoleActor, told: 'approve restart in a chat channel' },
    { who: 'a link', actor: { platform: 'link', id: 'link', name: 'link' }, told: 'A link cannot' },
    { who: 'somebody unmapped elsewhere', actor: omar, told: 'Nothing says that you are another person than Maya' },
  ])('by $who, and the refusal is written down', async ({ actor, told }) => {
    const { bridge, incident, approve, only } = await waiting();
    expect(await approve(actor)).toMatchObject({ code: 'not_allowed', text: expect.stringContaining(told) });
    expect(await only()).toMatchObject({ state: 'waiting' });
    expect((await bridge.store.incident(incident))?.timeline.at(-1)).toMatchObject({ kind: 'refused', actor });
  });

  test('by a second id of the one who asked', async () => {
    const { bridge, approve } = await waiting();
    bridge.set({ people: new Map([['maya', [person(maya), person(jonas), person(omar)]]]) });
    const refused = { code: 'not_allowed', text: 'Another person than Maya must agree to restart.' };
    expect(await approve(jonas)).toMatchObject(refused);
    expect(await approve(omar)).toMatchObject(refused); // on another platform
  });

  test('by a second id of who has agreed, and the refusal is written down', async () => {
    const { bridge, incident, run, approve, only } = await waiting(
      script('restart', 'true', 'allow: ["*"]\napprove: 2\ninputs: { reason: { label: Reason } }'),
    );
    const second = { ...jonas, id: 'U3', name: 'Jonas at home' };
    bridge.set({ people: new Map([['jonas', [person(jonas), person(second)]]]) });
    await approve(jonas);
    const text = 'Another person than Jonas must agree to restart.';
    expect(await approve(second)).toMatchObject({ code: 'not_allowed', text });
    expect(await only()).toMatchObject({ state: 'waiting', approvedBy: [{ by: jonas }] });
    expect((await bridge.lines(incident)).at(-1)).toBe(`Jonas at home was refused “approve”: ${text}`);
    const rows = await bridge.store.audit.rows({ after: 0, limit: 100, incident });
    expect(rows.at(-1)).toMatchObject({ actor: second, what: `approve ${run}`, outcome: 'not_allowed' });
  });

  test('by whom RESPONDERS_APPROVE or the runbook leaves out', async () => {
    const { bridge, approve } = await waiting({
      ...script(
        'restart',
        'true',
        'allow: ["slack:U1", "slack:U2"]\napprove: 1\ninputs: { reason: { label: Reason } }',
      ),
    });
    expect(await approve({ ...jonas, id: 'U3' })).toMatchObject({ text: 'Only slack:U1, slack:U2 may run restart.' });
    bridge.set({ responders: new Map([['approve', [person(maya)]]]) });
    expect(await approve(jonas)).toMatchObject({ text: 'Only slack:U1 may approve.' });
  });

  test('where the runbook was changed meanwhile', async () => {
    const { bridge, approve } = await waiting();
    await bridge.edit('restart.md', `${RESTART['restart.md']}More.\n`);
    expect(await approve(jonas)).toMatchObject({ code: 'too_late', text: expect.stringContaining('Ask again.') });
  });
});

test('somebody mapped on another platform approves what somebody mapped asked for', async () => {
  const { bridge, approve, only } = await waiting();
  bridge.set({
    people: new Map([
      ['maya', [person(maya)]],
      ['omar', [person(omar)]],
    ]),
  });
  expect(await approve(omar)).toMatchObject({ kind: 'done' });
  expect(await only()).toMatchObject({ state: 'queued' });
});

test('fifty presses of one person at once are one approval', async () => {
  const { approve, only } = await waiting({
    ...script('restart', 'true', 'allow: ["*"]\napprove: 2\ninputs: { reason: { label: Reason } }'),
  });
  const replies = await Promise.all(Array.from({ length: 50 }, () => approve(jonas)));
  expect(replies.filter(({ kind }) => kind === 'done')).toHaveLength(1);
  expect(await only()).toMatchObject({ state: 'waiting', approvedBy: [{ by: jonas }] });
});

test('what waits when its runbook is changed is cancelled and says so, so that it can be asked for anew', async () => {
  const { bridge, incident, only } = await waiting();
  await bridge.pipeline.lapse();
  expect(await only()).toMatchObject({ state: 'waiting' });
  await bridge.edit('restart.md', script('restart', 'false', 'allow: ["*"]\napprove: 1')['restart.md'] as string);
  await bridge.pipeline.lapse();
  expect(await only()).toMatchObject({ state: 'cancelled' });
  expect((await bridge.lines(incident)).at(-1)).toBe(
    'Tocsin cancelled restart, not run: the runbook was changed after it was asked for; ask again',
  );
});

describe('what nobody agreed to in time', () => {
  test('is cancelled and says so, also after a restart', async () => {
    const { bridge, incident, approve, only } = await waiting();
    await bridge.pipeline.lapse();
    expect(await only()).toMatchObject({ state: 'waiting' });
    bridge.pass(10 * MINUTE);
    await bridge.restart();
    bridge.startRunner();
    await expect.poll(async () => (await only())?.state).toBe('cancelled');
    expect((await bridge.lines(incident)).at(-1)).toBe(
      'Tocsin cancelled restart, not run: nobody else agreed within 10 m',
    );
    expect(await approve(jonas)).toMatchObject({ code: 'too_late' });
  });

  test('cannot be approved any more, though nobody has looked yet', async () => {
    const { bridge, approve, only } = await waiting();
    bridge.pass(10 * MINUTE);
    expect(await approve(jonas)).toMatchObject({ code: 'too_late', text: expect.stringContaining('its time is over') });
    expect(await only()).toMatchObject({ state: 'waiting' });
  });
});

test('what waits is cancelled by the one who asked, though they may not run it any more, and by nobody who never might', async () => {
  const allow = (ids: string) => `allow: [${ids}]\napprove: 1\ninputs: { reason: { label: Reason } }`;
  const { bridge, incident, run, only } = await waiting(script('restart', 'true', allow('"slack:U1"')));
  await bridge.edit('restart.md', script('restart', 'true', allow('"slack:U9"'))['restart.md'] as string);
  const cancel = (actor: Actor) => bridge.press(incident, 'cancel', { actor, argument: run });
  expect(await cancel(jonas)).toMatchObject({ code: 'not_allowed', text: 'Only slack:U9 may run restart.' });
  expect(await cancel(maya)).toMatchObject({ kind: 'done' });
  expect(await only()).toMatchObject({ state: 'cancelled', cancelledBy: maya });
});

describe('just before it begins it is asked again', () => {
  async function approved() {
    const { bridge, approve, only } = await waiting();
    await approve(jonas);
    const runbook = bridge.runbook('restart');
    return { bridge, may: async () => bridge.pipeline.mayStill((await only())!, runbook) };
  }

  test('nothing changed', async () => {
    expect(await (await approved()).may()).toBe(true);
  });

  test('whether who asked still may', async () => {
    const { bridge, may } = await approved();
    bridge.set({ responders: new Map([['run', [person(omar)]]]) });
    expect(await may()).toBe('Maya asked for it. Only discord:22 may run.');
  });

  test('whether who agreed still may', async () => {
    const { bridge, may } = await approved();
    bridge.set({ responders: new Map([['approve', [person(omar)]]]) });
    expect(await may()).toBe('Jonas agreed to it. Only discord:22 may approve.');
  });

  test('whether who agreed is still another person', async () => {
    const { bridge, may } = await approved();
    bridge.set({ people: new Map([['maya', [person(maya), person(jonas)]]]) });
    expect(await may()).toBe('Jonas agreed to it. Another person than Maya must agree to restart.');
  });

  test('whether as many agreed as must', async () => {
    const { bridge, only } = await waiting();
    expect(await bridge.pipeline.mayStill((await only())!, bridge.runbook('restart'))).toBe(
      'others have not agreed to it',
    );
  });
});

test('what the console asked for waits in vain: it is told so, nobody can agree, and who asks in a chat takes its place', async () => {
  const bridge = await startPipeline(RESTART);
  const incident = await bridge.fire();
  const inConsole = { argument: 'restart', actor: consoleActor };
  expect(await bridge.press(incident, 'run', inConsole)).toMatchObject({
    kind: 'started',
    text: expect.stringContaining('ask for it in a chat'),
  });
  expect(await bridge.press(incident, 'run', inConsole)).toMatchObject({ code: 'already_running' });
  const [vain] = await bridge.runs(incident);
  expect(await bridge.press(incident, 'approve', { argument: vain!.id, actor: jonas })).toMatchObject({
    code: 'not_allowed',
    text: 'restart was asked for in the console, where anybody may be: ask for it yourself.',
  });
  await bridge.ask(incident, 'restart');
  const runs = await bridge.runs(incident);
  expect(runs.map(({ state, by }) => [state, by.platform])).toEqual([
    ['cancelled', 'console'],
    ['waiting', maya.platform],
  ]);
});
