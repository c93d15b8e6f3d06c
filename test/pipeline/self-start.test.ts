import { describe, expect, test } from 'vitest';
import { MINUTE, maya, script, startPipeline } from './run-bridge.ts';

const alone = (name: string, on: string, shell = 'true', more = '') =>
  script(name, shell, `allow: [console]\non: ${on}\n${more}`);
const ALL = { ...alone('opens', 'firing'), ...alone('owned', 'acknowledged'), ...alone('closes', 'resolved') };

type Bridge = Awaited<ReturnType<typeof startPipeline>>;
const started = async (bridge: Bridge, id: string) => (await bridge.runs(id)).map(({ runbook }) => runbook);

test('a state that is reached starts its runbook with the incident, under the runbook’s own name', async () => {
  const bridge = await startPipeline(ALL);
  const id = await bridge.fire();
  expect(await bridge.runs(id)).toMatchObject([
    { runbook: 'opens', state: 'queued', on: 'firing', by: { platform: 'runbook', id: 'opens', name: 'opens' } },
  ]);
  expect((await bridge.lines(id)).at(-1)).toBe('opens started by itself: it is firing');
  await bridge.press(id, 'acknowledge');
  expect(await started(bridge, id)).toEqual(['opens', 'owned']);
  await bridge.receive(bridge.event('resolved'));
  expect(await started(bridge, id)).toEqual(['opens', 'owned', 'closes']);
});

describe('once for each incident and state', () => {
  test('whatever the monitor repeats', async () => {
    const bridge = await startPipeline(ALL);
    const id = await bridge.fire();
    await bridge.fire();
    await bridge.receive(bridge.event('resolved'));
    await bridge.receive(bridge.event('resolved'));
    expect(await started(bridge, id)).toEqual(['opens', 'closes']);
  });

  test('of fifty who acknowledge at once', async () => {
    const bridge = await startPipeline(ALL);
    const id = await bridge.fire();
    await Promise.all(Array.from({ length: 50 }, () => bridge.press(id, 'acknowledge')));
    expect(await started(bridge, id)).toEqual(['opens', 'owned']);
  });

  test('however often it is acknowledged, given back, resolved and reopened', async () => {
    const bridge = await startPipeline(ALL);
    const id = await bridge.fire();
    for (const action of ['acknowledge', 'unacknowledge', 'acknowledge', 'resolve', 'reopen', 'resolve'])
      expect(await bridge.press(id, action)).toMatchObject({ kind: 'done' });
    expect(await started(bridge, id)).toEqual(['opens', 'owned', 'closes']);
  });

  test('across a restart', async () => {
    const bridge = await startPipeline(ALL);
    const id = await bridge.fire();
    await bridge.restart();
    await bridge.fire();
    expect(await started(bridge, id)).toEqual(['opens']);
  });

  test('and anew for the next incident of the monitor', async () => {
    const bridge = await startPipeline(ALL);
    const first = await bridge.fire();
    await bridge.receive(bridge.event('resolved'));
    const second = await bridge.fire();
    expect(second).not.toBe(first);
    expect(await started(bridge, second)).toEqual(['opens']);
  });
});

test('an incident that opened and ended in one webhook has passed both states', async () => {
  const bridge = await startPipeline(ALL);
  const id = await bridge.receive(bridge.event('firing'), bridge.event('resolved'));
  expect(await started(bridge, id)).toEqual(['opens', 'closes']);
});

test('a recovery that nobody was told of starts nothing', async () => {
  const bridge = await startPipeline(ALL);
  await bridge.receive(bridge.event('resolved'));
  const [incident] = await bridge.store.incidents({ limit: 1 });
  expect(await started(bridge, incident?.id as string)).toEqual([]);
});

test('only where the runbook matches', async () => {
  const bridge = await startPipeline(alone('opens', 'firing', 'true', 'match: monitor="Elsewhere"'));
  expect(await started(bridge, await bridge.fire())).toEqual([]);
});

test('nobody presses it, but who may run it may cancel it', async () => {
  const bridge = await startPipeline(alone('opens', 'firing'));
  const id = await bridge.fire();
  const [run] = await bridge.runs(id);
  const anna = { platform: 'console', id: 'console', name: 'Anna' };
  expect(await bridge.press(id, 'run', { argument: 'opens', actor: anna })).toMatchObject({ code: 'not_found' });
  expect(await bridge.press(id, 'cancel', { argument: run!.id, actor: maya })).toMatchObject({ code: 'not_allowed' });
  expect(await bridge.press(id, 'cancel', { argument: run!.id, actor: anna })).toMatchObject({ kind: 'done' });
});

test('needs the leave of nobody to run', async () => {
  const bridge = await startPipeline(alone('opens', 'firing', 'echo ran'));
  bridge.set({ responders: new Map([['*', []]]) });
  const id = await bridge.fire();
  bridge.startRunner();
  await expect.poll(() => bridge.runs(id)).toMatchObject([{ state: 'succeeded', output: 'ran\n' }]);
});

describe('what an earlier state kept', () => {
  const TICKET = {
    ...alone(
      'opens',
      'firing',
      `while [ ! -e go ]; do sleep 0.05; done; echo '{"id": 42}'`,
      'keep: { ticket: "{{ response.id }}" }',
    ),
    ...alone('closes', 'resolved', 'echo "closes $1"', 'command: [./closes.sh, "{{ values.opens.ticket }}"]'),
    ...script('other', 'echo other'),
  };

  test('is there for a later one, which waits where that still runs and keeps nobody else waiting', async () => {
    const bridge = await startPipeline(TICKET);
    const id = await bridge.fire();
    bridge.startRunner();
    const stateOf = async (runbook: string) => (await bridge.runs(id)).find((run) => run.runbook === runbook)?.state;
    await expect.poll(() => stateOf('opens')).toBe('running');
    await bridge.receive(bridge.event('resolved'));
    const next = await bridge.fire('inc-2');
    await bridge.ask(next, 'other');
    await expect.poll(async () => (await bridge.runs(next)).at(-1)?.state).toBe('succeeded');
    expect(await stateOf('closes')).toBe('queued');
    await bridge.edit('go', '');
    await expect
      .poll(() => bridge.runs(id))
      .toMatchObject([
        { state: 'succeeded', values: { ticket: '42' } },
        { state: 'succeeded', output: 'closes 42\n' },
      ]);
  });

  test('is waited for an hour at most', async () => {
    const bridge = await startPipeline(TICKET);
    const id = await bridge.fire();
    bridge.startRunner();
    await expect.poll(() => bridge.runs(id)).toMatchObject([{ state: 'running' }]);
    await bridge.receive(bridge.event('resolved'));
    bridge.pass(60 * MINUTE);
    await expect
      .poll(() => bridge.runs(id))
      .toMatchObject([{ state: 'running' }, { state: 'succeeded', output: 'closes \n' }]);
    await bridge.edit('go', '');
    await expect.poll(async () => (await bridge.runs(id))[0]?.state).toBe('succeeded');
  });
});
