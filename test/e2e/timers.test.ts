import { expect, test } from 'vitest';
import { tocsinProcess } from '../cli/run.ts';
import { type Bridge, MAIN, startBridge } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';

const kindsOf = async (bridge: Bridge, id: string) =>
  (await bridge.api(`/incidents/${id}`)).timeline.map(({ kind }) => kind);
const fired = async (bridge: Bridge, monitor = 'Production API') => {
  const { body } = await bridge.send(monitor, 'firing');
  return body.incidents?.[0] as string;
};

test('reminders and an escalation come in time, survive a kill, and end with the acknowledgement', async () => {
  const options = { main: MAIN, env: { ROUTE_DEFAULT: 'console; remind=1s; escalate=3s console' } };
  const first = await startBridge(options);
  const id = await fired(first);
  await soon(async () => expect(await kindsOf(first, id)).toContain('reminded'));
  await first.kill();

  const bridge = await startBridge({ ...options, after: first });
  await soon(async () => expect(await kindsOf(bridge, id)).toContain('escalated'));
  const before = (await kindsOf(bridge, id)).filter((kind) => kind === 'reminded').length;
  await soon(async () => {
    const reminded = (await kindsOf(bridge, id)).filter((kind) => kind === 'reminded');
    expect(reminded.length).toBeGreaterThan(before);
  });
  await bridge.press(id, 'acknowledge');
  const { timeline } = await bridge.api(`/incidents/${id}`);
  expect(timeline.at(-1)).toMatchObject({ kind: 'acknowledged' });
});

test('a snooze that ends while the bridge is down is told at the next start', async () => {
  const first = await startBridge({ main: MAIN });
  const id = await fired(first);
  expect((await first.press(id, 'snooze', { argument: '1s' })).body).toMatchObject({
    snoozedUntil: expect.stringMatching(/Z$/),
  });
  await first.kill();
  const bridge = await startBridge({ main: MAIN, after: first });
  await soon(async () => {
    const { timeline } = await bridge.api(`/incidents/${id}`);
    expect(timeline.at(-1)).toMatchObject({ kind: 'snoozed', actor: { platform: 'timer' } });
  });
});

test('an acknowledgement is asked for, and is nobody’s without an answer', async () => {
  const bridge = await startBridge({ main: MAIN, env: { ACK_EXPIRES: '1s' } });
  const id = await fired(bridge);
  await bridge.press(id, 'assign', { argument: 'slack:U0MAYA' });
  await soon(async () => expect((await bridge.api(`/incidents/${id}`)).status).toBe('firing'));
  expect(await kindsOf(bridge, id)).toEqual(['opened', 'assigned', 'reminded', 'expired']);
});

test('the command line makes, lists and ends a silence while the bridge runs, and what still fires is told then', async () => {
  const bridge = await startBridge({ main: MAIN });
  const env = { WIZSTATUS_SECRETS: bridge.secret };
  const run = (...args: string[]) => tocsinProcess(bridge.folder, ['silence', ...args], { env });
  const made = await run('add', 'monitor=Shop', '--for', '2h', '--why', 'a move', '--json');
  expect(made).toMatchObject({ code: 0, err: '' });
  const { id } = JSON.parse(made.out);
  expect((await run()).out).toMatch(new RegExp(`${id} .*monitor=Shop +a move`));

  const incident = await fired(bridge, 'Shop');
  expect(await kindsOf(bridge, incident)).toEqual(['opened', 'silenced']);
  expect(await kindsOf(bridge, await fired(bridge, 'Other'))).toEqual(['opened']);

  expect(await run('end', id)).toEqual({
    code: 0,
    out: 'Ended: what still fires is told now, unless another silence holds for it.',
    err: '',
  });
  await soon(async () => {
    const { timeline } = await bridge.api(`/incidents/${incident}`);
    expect(timeline.at(-1)?.text).toContain('told it at last');
  });
  expect((await run()).out).toBe('There are no silences.');
});
