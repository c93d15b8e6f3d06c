import { expect, test } from 'vitest';
import { type Bridge, MAIN, startBridge } from '../support/bridge.ts';
import { linesOf, scriptRunbook } from '../support/script-runbook.ts';

test('who may not run a runbook is refused, and the timeline keeps it', async () => {
  const bridge = await startBridge({
    main: MAIN,
    files: scriptRunbook('guarded', 'echo ran >> log', { allow: '[slack:U0SRE]' }),
  });
  const id = await fire(bridge);
  expect(await bridge.press(id, 'run', { argument: 'guarded' })).toMatchObject({
    status: 403,
    body: { code: 'not_allowed', error: expect.stringContaining('slack:U0SRE') },
  });
  const { timeline, runs } = await bridge.api(`/incidents/${id}`);
  expect(timeline.at(-1)).toMatchObject({ kind: 'refused', actor: { platform: 'console' } });
  expect(runs).toEqual([]);
  expect(linesOf(bridge)).toEqual([]);
});

test('RESPONDERS_ACKNOWLEDGE says who may acknowledge, and RESPONDERS who may do the rest', async () => {
  const bridge = await startBridge({
    main: MAIN,
    env: { RESPONDERS: 'console', RESPONDERS_ACKNOWLEDGE: 'slack:U0SRE' },
  });
  const id = await fire(bridge);
  expect(await bridge.press(id, 'acknowledge')).toMatchObject({ status: 403, body: { code: 'not_allowed' } });
  expect(await bridge.press(id, 'resolve')).toMatchObject({ status: 200, body: { status: 'resolved' } });
  const { timeline } = await bridge.api(`/incidents/${id}`);
  expect(timeline.map(({ kind }) => kind)).toEqual(['opened', 'refused', 'resolved']);
});

test('what cannot be used is 422, says where, and changes nothing', async () => {
  const files = scriptRunbook('asks', 'echo ran', { more: 'inputs: { reason: { label: Reason, required: true } }\n' });
  const bridge = await startBridge({ main: MAIN, files });
  const id = await fire(bridge);
  for (const { action, body, path } of [
    { action: 'note', body: {}, path: 'inputs.text' },
    { action: 'note', body: { inputs: { text: '  ' } }, path: 'inputs.text' },
    { action: 'note', body: { inputs: { text: { $gt: '' } } }, path: 'inputs.text' },
    { action: 'run', body: {}, path: 'argument' },
    { action: 'run', body: { argument: ['asks'] }, path: 'argument' },
    { action: 'run', body: { argument: 'asks' }, path: 'inputs.reason' },
    { action: 'run', body: { argument: 'asks', inputs: { reason: 'a test', other: 'x' } }, path: 'inputs.other' },
  ])
    expect(await bridge.press(id, action, body), `${action} ${JSON.stringify(body)}`).toMatchObject({
      status: 422,
      body: { code: 'invalid_input', error: expect.any(String), details: [{ path, message: expect.any(String) }] },
    });
  expect((await bridge.api(`/incidents/${id}`)).revision).toBe(1);
});

async function fire(bridge: Bridge): Promise<string> {
  return (await bridge.send('Production API', 'firing')).body.incidents![0]!;
}
