import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bridge, MAIN, soon, startBridge } from '../support/bridge.ts';

test('of fifty who acknowledge at once one has it, and the others are told who and when', async () => {
  const bridge = await startBridge({ main: MAIN });
  const id = await fire(bridge);
  const answers = await Promise.all(Array.from({ length: 50 }, () => bridge.press(id, 'acknowledge')));
  const refused = answers.filter(({ status }) => status !== 200);
  expect(refused).toHaveLength(49);
  for (const answer of refused)
    expect(answer).toMatchObject({
      status: 409,
      body: {
        code: 'too_late',
        error: expect.any(String),
        by: { platform: 'console' },
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
    });
  const { timeline } = await bridge.api(`/incidents/${id}`);
  expect(timeline.map(({ kind }) => kind)).toEqual(['opened', 'acknowledged']);
});

test('a runbook runs once for each press, however often that press is sent', async () => {
  const bridge = await startBridge({ main: MAIN, files: runbook('once', 'echo ran >> log\necho done') });
  const id = await fire(bridge);
  const press = () => bridge.press(id, 'run', { argument: 'once' }, 'press-1');
  const answers = await Promise.all(Array.from({ length: 20 }, press));
  expect(answers.filter(({ status }) => status === 202)).not.toHaveLength(0);
  await soon(async () => expect((await bridge.api(`/incidents/${id}`)).runs).toMatchObject([{ state: 'succeeded' }]));
  await press();
  expect((await bridge.api(`/incidents/${id}`)).runs).toMatchObject([{ output: 'done\n', summary: /exit 0/ }]);
  expect(logOf(bridge)).toEqual(['ran']);

  expect((await bridge.press(id, 'run', { argument: 'once' }, 'press-2')).status).toBe(202);
  await soon(() => expect(logOf(bridge)).toEqual(['ran', 'ran']));
});

test('while a runbook runs nobody starts it again, and Cancel ends it with all that it started', async () => {
  const bridge = await startBridge({
    main: MAIN,
    files: runbook('slow', 'sleep 60 &\necho $! >> log\necho begun\nwait'),
  });
  const id = await fire(bridge);
  const { status, body } = await bridge.press(id, 'run', { argument: 'slow' });
  expect({ status, body }).toEqual({ status: 202, body: { run: expect.any(String) } });
  await soon(async () => expect((await bridge.api(`/incidents/${id}`)).runs).toMatchObject([{ output: 'begun\n' }]));
  expect(await bridge.press(id, 'run', { argument: 'slow' })).toMatchObject({
    status: 409,
    body: { code: 'already_running', by: { platform: 'console' } },
  });

  expect((await bridge.press(id, 'cancel', { argument: body.run })).status).toBe(200);
  await soon(async () => expect((await bridge.api(`/incidents/${id}`)).runs).toMatchObject([{ state: 'cancelled' }]));
  await soon(() => expect(() => process.kill(Number(logOf(bridge)[0]), 0)).toThrow('ESRCH'));
  expect(await bridge.press(id, 'cancel', { argument: body.run })).toMatchObject({
    status: 409,
    body: { code: 'too_late' },
  });
});

test('who may not run a runbook is refused, and the timeline keeps it', async () => {
  const bridge = await startBridge({ main: MAIN, files: runbook('guarded', 'echo ran >> log', '[slack:U0SRE]') });
  const id = await fire(bridge);
  expect(await bridge.press(id, 'run', { argument: 'guarded' })).toMatchObject({
    status: 403,
    body: { code: 'not_allowed', error: expect.stringContaining('slack:U0SRE') },
  });
  const { timeline, runs } = await bridge.api(`/incidents/${id}`);
  expect(timeline.at(-1)).toMatchObject({ kind: 'refused', actor: { platform: 'console' } });
  expect(runs).toEqual([]);
  expect(logOf(bridge)).toEqual([]);
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
  const files = runbook('asks', 'echo ran', '[console]', 'inputs: { reason: { label: Reason, required: true } }\n');
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

test('what is not there is 404: an incident, an action, a runbook', async () => {
  const bridge = await startBridge({ main: MAIN });
  const id = await fire(bridge);
  for (const [incident, action, body] of [
    ['0000000000000000', 'acknowledge', {}],
    ['..%2f..%2fetc', 'acknowledge', {}],
    [id, 'explode', {}],
    [id, '__proto__', {}],
    [id, 'constructor', {}],
    [id, 'run', { argument: '../../etc/passwd' }],
  ] as const)
    expect(await bridge.press(incident, action, body)).toMatchObject({
      status: 404,
      body: { code: expect.any(String), error: expect.any(String) },
    });
});

async function fire(bridge: Bridge): Promise<string> {
  return (await bridge.send('Production API', 'firing')).body.incidents![0]!;
}

function runbook(name: string, shell: string, allow = '[console]', more = ''): Readonly<Record<string, string>> {
  return {
    [`templates/runbooks/${name}.md`]: `---\nlabel: ${name}\nrun: script\ncommand: [./${name}.sh]\nallow: ${allow}\ntimeout: 1m\n${more}---\n\nA test's.\n`,
    [`templates/runbooks/${name}.sh`]: `#!/bin/sh\n${shell}\n`,
  };
}

/** What its runbooks wrote. */
function logOf({ folder }: Bridge): readonly string[] {
  const path = join(folder, 'templates', 'runbooks', 'log');
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}
