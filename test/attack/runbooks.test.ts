import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { processesOf } from '../../src/runbooks/processes.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { anyCharacter } from '../support/any-character.ts';
import { bridgeOfFile, MAIN, startBridge } from '../support/bridge.ts';
import { linesOf, scriptRunbook } from '../support/script-runbook.ts';
import { soon } from '../support/soon.ts';

const TOKEN = 'the-alertmanager-secret-of-the-tests';
const DEPLOY = 'the-deploy-token-of-the-tests';
const INPUTS = Array.from({ length: 5 }, (_, n) => `i${n}`);
const ARGUMENTS = ['monitor', 'title', 'labels.hostile', 'incident.text', ...INPUTS.map((name) => `inputs.${name}`)];

const bridge = bridgeOfFile({
  main: MAIN,
  env: {
    ALERTMANAGER_SECRETS: TOKEN,
    DEPLOY_TOKEN: DEPLOY,
    OTHER_TOKEN: 'a-token-that-no-runbook-names',
    BASH_ENV: '/nonexistent/evil.sh',
    GIT_SSH_COMMAND: 'touch pwned',
    PERL5LIB: '/nonexistent',
  },
  files: {
    ...scriptRunbook('record', `printf '%s\\0' "$@" > argv\ncat > stdin`, {
      more: `command: [./record.sh, ${ARGUMENTS.map((name) => `"{{ ${name} }}"`).join(', ')}]
inputs: { ${INPUTS.map((name) => `${name}: { label: ${name} }`).join(', ')} }
`,
    }),
    ...scriptRunbook('surroundings', 'cat /proc/$$/environ > environ\numask > mask\npwd -P > where', {
      more: 'secrets: [DEPLOY_TOKEN]\n',
    }),
    ...scriptRunbook('slow', 'sleep 60 &\necho $! >> log\necho begun\nwait'),
    ...scriptRunbook(
      'cruel',
      `trap '' TERM
(trap '' TERM; while :; do sleep 1; done) &
(setsid sh -c "trap '' TERM; while :; do sleep 1; done" &) &
setsid setsid sleep 60 &
echo ready; while :; do sleep 1; done`,
      { more: 'timeout: 2s\n' },
    ),
    ...scriptRunbook('flood', 'exec yes', { more: 'timeout: 2s\n' }),
  },
});

const written = (file: string) => readFileSync(join(bridge().folder, 'templates', 'runbooks', file), 'utf8');
const fire = async (monitor: string) => (await bridge().send(monitor, 'firing')).body.incidents?.[0] as string;

/** An alert whose every text is this one. */
async function fireHostile(text: string): Promise<string> {
  const alert = {
    status: 'firing',
    fingerprint: crypto.randomUUID(),
    labels: { alertname: text, hostile: text, [text]: text, BASH_ENV: text, LD_PRELOAD: text, PATH: text },
    annotations: { summary: text, description: text },
    generatorURL: text,
  };
  const body = Buffer.from(JSON.stringify({ alerts: [alert] }));
  const answer = await bridge().post('/webhooks/alertmanager', alertmanager.sign(body, TOKEN, Date.now()));
  return answer.body.incidents?.[0] as string;
}

/** Nobody can type these, so they are refused at the press. */
const withoutControls = (text: string) => text.replaceAll(/[^\P{Cc}\t\n\r]/gu, ' ');

/** Presses run, and resolves with the run once it has ended. */
async function ran(id: string, runbook: string, inputs: Readonly<Record<string, string>> = {}) {
  const { status, body } = await bridge().press(id, 'run', { argument: runbook, inputs });
  expect({ status, body }).toEqual({ status: 202, body: { run: expect.any(String) } });
  return soon(async () => {
    const run = (await bridge().api(`/incidents/${id}`)).runs.find((each) => each.id === body['run']);
    expect(run?.state).toMatch(/^(succeeded|failed|timed_out|cancelled|unknown)$/);
    return run as NonNullable<typeof run>;
  }, 20_000);
}

const METACHARACTERS = `$(touch pwned)|; touch pwned #|\`touch pwned\`|' ; touch pwned; '|" ; touch pwned; "|\ntouch pwned\n|&& touch pwned|> pwned|\${IFS}touch\${IFS}pwned|-o ProxyCommand=touch pwned|--help|--|-|@file|../../etc/passwd|{{ 7 | times: 7 }}|{% include '/etc/passwd' %}|%00|\\|\u001b[31m|\u202e|😀|\ufeff|~|*|$PATH|!!`;

describe('T33', () => {
  test('T33 whatever an alert or a person writes is an argument, byte for byte, and never a command', {
    timeout: 60_000,
  }, async () => {
    const made = fc
      .string({ unit: anyCharacter, minLength: 1 })
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    const hostile = [...METACHARACTERS.split('|'), ...fc.sample(made, 40)].filter((text) => text.trim() !== '');
    while (hostile.length >= INPUTS.length + 1) {
      const [alert = '', ...typed] = hostile.splice(0, INPUTS.length + 1);
      const id = await fireHostile(alert);
      const values = typed.map(withoutControls);
      const inputs = Object.fromEntries(INPUTS.map((name, n) => [name, values[n] as string]));
      expect(await ran(id, 'record', inputs), JSON.stringify({ alert, inputs })).toMatchObject({ state: 'succeeded' });
      expect(written('argv').split('\0')).toEqual([alert, alert, alert, alert, ...values, '']);
      const stdin = JSON.parse(written('stdin'));
      expect(stdin).toMatchObject({ inputs, incident: { title: alert, labels: { hostile: alert } } });
    }
    for (const folder of [bridge().folder, join(bridge().folder, 'templates', 'runbooks')])
      expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  test.each(['a\0b', 'a\u001b[31m', '\u0007'])('T33 the input %j is refused at the press, by its name', async (i3) => {
    const id = await fire('Controls');
    expect(await bridge().press(id, 'run', { argument: 'record', inputs: { i3 } })).toMatchObject({
      status: 422,
      body: { details: [{ path: 'inputs.i3' }] },
    });
    expect((await bridge().api(`/incidents/${id}`)).runs).toEqual([]);
  });

  test('T33 an input larger than any command line, or one of no runbook, is 422', async () => {
    const id = await fire('Too long');
    for (const inputs of [{ i0: 'x'.repeat(10_000) }, { command: '/bin/sh' }, { i0: ['a'] }])
      expect(await bridge().press(id, 'run', { argument: 'record', inputs })).toMatchObject({ status: 422 });
  });
});

describe('T34', () => {
  test('T34 a run sees the secrets that it names and nothing else of the bridge, whatever labels are called', async () => {
    const { id: run, output } = await ran(await fireHostile('BASH_ENV=/tmp/evil'), 'surroundings');
    const variables = written('environ')
      .split('\0')
      .filter((line) => line !== '');
    expect(variables.map((line) => line.split('=')[0]).toSorted()).toEqual([
      'DEPLOY_TOKEN',
      'HOME',
      'LANG',
      'PATH',
      'TOCSIN_RUN',
    ]);
    expect(variables).toContain(`DEPLOY_TOKEN=${DEPLOY}`);
    expect(variables).toContain(`TOCSIN_RUN=${run}`);
    expect(written('environ')).not.toContain(bridge().token);
    expect(written('where')).toMatch(/\/templates\/runbooks\n$/);
    expect(written('mask')).toBe('0077\n');
    expect(output).not.toContain(DEPLOY);
  });
});

test('T33 T34 a start is refused where an alert would name the program, or a run would see what is not its own', async () => {
  const names = ['LD_PRELOAD', 'BASH_ENV', 'PATH', 'NODE_OPTIONS', 'CONSOLE_TOKEN', 'WIZSTATUS_SECRETS'];
  const greedy = names.map((name) => scriptRunbook(`greedy-${name}`, 'env', { more: `secrets: [${name}]\n` }));
  const evil = scriptRunbook('evil', 'true', { more: 'command: ["{{ monitor }}"]\n' });
  const refused = await startBridge({ main: MAIN, files: Object.assign({}, evil, ...greedy) }).then(
    () => 'it started',
    (error: Error) => error.message,
  );
  for (const name of ['evil', ...names.map((each) => `greedy-${each}`)]) expect(refused).toContain(`${name}.md:`);
});

describe.concurrent('T37', () => {
  test('T37 while a runbook runs nobody starts it again, and Cancel ends it with all that it started', async () => {
    const id = await fire('Slow');
    const { status, body } = await bridge().press(id, 'run', { argument: 'slow' });
    expect({ status, body }).toEqual({ status: 202, body: { run: expect.any(String) } });
    await soon(async () =>
      expect((await bridge().api(`/incidents/${id}`)).runs).toMatchObject([{ output: 'begun\n' }]),
    );
    expect(await bridge().press(id, 'run', { argument: 'slow' })).toMatchObject({
      status: 409,
      body: { code: 'already_running', by: { platform: 'console' } },
    });

    expect((await bridge().press(id, 'cancel', { argument: body['run'] })).status).toBe(200);
    await soon(async () =>
      expect((await bridge().api(`/incidents/${id}`)).runs).toMatchObject([{ state: 'cancelled' }]),
    );
    await soon(() => expect(() => process.kill(Number(linesOf(bridge())[0]), 0)).toThrow('ESRCH'));
    expect(await bridge().press(id, 'cancel', { argument: body['run'] })).toMatchObject({
      status: 409,
      body: { code: 'too_late' },
    });
  });

  test('T37 what ignores TERM, forks and leaves its session is ended by its timeout, and nothing is left of it', {
    timeout: 40_000,
  }, async () => {
    const run = await ran(await fire('Cruel'), 'cruel');
    expect(run).toMatchObject({ state: 'timed_out', output: 'ready\n' });
    expect(await processesOf(run.id)).toEqual([]);
  });

  test('T37 a flood of output is kept as its ends, and others are answered meanwhile', {
    timeout: 40_000,
  }, async () => {
    const id = await fire('Flood');
    const flooding = ran(id, 'flood');
    await soon(async () => expect((await bridge().api(`/incidents/${id}`)).runs[0]?.output).toContain('y\n'));
    const began = performance.now();
    expect((await bridge().press(id, 'acknowledge')).status).toBe(200);
    expect(performance.now() - began).toBeLessThan(3_000); // platforms wait no longer for an answer to a press
    const { state, output } = await flooding;
    expect(state).toBe('timed_out');
    expect(Buffer.byteLength(output)).toBeLessThanOrEqual(64 * 1_024);
    expect(output).toMatch(/… [\d,]+ bytes cut …/);
  });
});
