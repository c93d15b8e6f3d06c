import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { processesOf } from '../../src/runbooks/processes.ts';
import type { RunnerOptions } from '../../src/runbooks/runner.ts';
import { makeFolder, startBridge, writeRunbook } from './bridge.ts';

/** Presses run, and waits until the run has ended. */
async function ran(bridge: Awaited<ReturnType<typeof startBridge>>, runbook: string, inputs = {}) {
  const reply = await bridge.press('run', runbook, { inputs });
  expect(reply).toMatchObject({ kind: 'started' });
  const id = reply.kind === 'started' ? reply.run : '';
  const find = async () => (await bridge.runs()).find((run) => run.id === id);
  await expect.poll(async () => (await find())?.endedAt).toBeDefined();
  return await find();
}

test('a press runs it once, streams what it prints, and the timeline says how it ended', async () => {
  const folder = makeFolder();
  writeRunbook(
    folder,
    'restart',
    `echo "restarting $1"; sleep 0.6; echo healthy`,
    'command: [./restart.sh, "{{ monitor }}"]',
  );
  const bridge = await startBridge(folder);
  const run = await ran(bridge, 'restart');

  expect(run).toMatchObject({
    state: 'succeeded',
    summary: expect.stringMatching(/^exit 0 after \d s$/),
    output: 'restarting Production API\nhealthy\n',
  });
  expect(bridge.shown.map(({ text }) => text)).toEqual(['restarting Production API\n', 'healthy\n']);
  expect(await bridge.lines()).toEqual([
    'WizStatus reported it',
    'Maya asked for restart',
    expect.stringMatching(/^restart succeeded: exit 0 after \d s$/),
  ]);
});

test('the timeline says what a run left running, and that it was ended', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'leaves', 'sleep 60 & sleep 60 & exit 0');
  const bridge = await startBridge(folder);
  await ran(bridge, 'leaves');
  expect((await bridge.lines()).at(-1)).toMatch(
    /^leaves succeeded: exit 0 after \d+ m?s; ended 2 processes that it left running$/,
  );
});

test('fifty presses at once run it once, and the others are told who was first', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'slow', `echo x >> count; sleep 1`);
  const bridge = await startBridge(folder);
  const replies = await Promise.all(Array.from({ length: 50 }, () => bridge.press('run', 'slow')));
  const refused = replies.filter((reply) => reply.kind === 'refused');
  expect(refused).toHaveLength(49);
  expect(new Set(refused.map(({ code, by }) => `${code} ${by?.name}`))).toEqual(new Set(['already_running Maya']));
  await expect.poll(async () => (await bridge.run('slow'))?.state).toBe('succeeded');
  expect(readFileSync(join(folder, 'runbooks', 'count'), 'utf8')).toBe('x\n');
});

test('its cards follow while it runs, and are left alone once it has ended', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'slow', 'echo begun; while [ ! -e go ]; do sleep 0.05; done');
  const shown: (string | undefined)[] = [];
  let again: RunnerOptions['refresh'] = async () => {};
  const bridge = await startBridge(folder, ({ refresh }) => {
    again = refresh;
    return {
      clock: { ...systemClock, wait: (ms, signal) => systemClock.wait(ms / 20, signal) },
      async refresh(run) {
        const before = await revision();
        await refresh(run);
        if ((await revision()) > before) shown.push((await bridge.run('slow'))?.output);
      },
    };
  });
  const revision = async () => (await bridge.store.incident(bridge.incident))?.incident.revision ?? 0;
  await bridge.press('run', 'slow');
  await expect.poll(() => shown.length).toBeGreaterThan(2);
  writeFileSync(join(folder, 'runbooks', 'go'), '');
  await expect.poll(async () => (await bridge.run('slow'))?.state).toBe('succeeded');
  expect(shown.at(-1)).toBe('begun\n');
  const ended = await revision();
  for (const run of await bridge.runs()) await again(run);
  expect(await revision()).toBe(ended);
});

test('Cancel ends it within a second', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'endless', 'echo begun; while :; do sleep 0.1; done');
  const bridge = await startBridge(folder);
  await bridge.press('run', 'endless');
  await expect.poll(() => bridge.shown.length).toBe(1);
  const run = await bridge.run('endless');
  const start = performance.now();
  await bridge.press('cancel', run?.id ?? '');
  await expect.poll(async () => (await bridge.run('endless'))?.state).toBe('cancelled');
  expect(performance.now() - start).toBeLessThan(5_000);
  expect(await bridge.run('endless')).toMatchObject({
    output: 'begun\n',
    summary: expect.stringMatching(/^stopped after/),
  });
  expect(await processesOf(run?.id ?? '')).toEqual([]);
});

test('its timeout ends it', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'endless', 'while :; do sleep 0.1; done', 'timeout: 1s');
  const run = await ran(await startBridge(folder), 'endless');
  expect(run).toMatchObject({ state: 'timed_out', summary: 'stopped by its timeout of 1 s' });
  expect((run?.timeoutAt ?? 0) - (run?.startedAt ?? 0)).toBe(1_000);
});

test('a flood is kept as its head and tail, and other presses are answered meanwhile', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'flood', 'exec yes', 'timeout: 1s');
  const bridge = await startBridge(folder);
  await bridge.press('run', 'flood');
  await expect.poll(() => bridge.shown.length).toBeGreaterThan(0);
  const start = performance.now();
  await bridge.press('note', '', { inputs: { text: 'looking' } });
  expect(performance.now() - start).toBeLessThan(5_000);
  await expect.poll(async () => (await bridge.run('flood'))?.state).toBe('timed_out');
  const output = (await bridge.run('flood'))?.output ?? '';
  expect(Buffer.byteLength(output)).toBeLessThanOrEqual(64 * 1024);
  expect(output).toMatch(/^y\ny\n[y\n]*\n… [\d,]+ bytes cut …\ny\n/);
  expect(bridge.shown.length).toBeLessThanOrEqual(6); // four a second
});

describe('what changed since it was asked for', () => {
  /** Asks while no runner works, changes something, and starts one. */
  async function changed(change: (folder: string) => void, overrides: Parameters<typeof startBridge>[1] = () => ({})) {
    const folder = makeFolder();
    writeRunbook(folder, 'restart', 'echo done > it-ran', 'secrets: [DEPLOY_TOKEN]');
    const bridge = await startBridge(folder, (base) => ({ secrets: () => 'set', ...overrides(base), concurrency: 0 }));
    await bridge.press('run', 'restart');
    change(folder);
    await bridge.stop();
    const { incident } = bridge;
    const next = await startBridge(folder, (base) => ({ secrets: () => 'set', ...overrides(base) }));
    const find = async () => (await next.store.incident(incident))?.runs[0];
    await expect.poll(async () => (await find())?.endedAt).toBeDefined();
    return { ...(await find()), wasRun: existsSync(join(folder, 'runbooks', 'it-ran')) };
  }

  test('nothing: it runs after a restart, since it had not begun', async () => {
    expect(await changed(() => {})).toMatchObject({ state: 'succeeded', wasRun: true });
  });

  test('its file: it is not run under an old request', async () => {
    const edit = (folder: string) => appendFileSync(join(folder, 'runbooks', 'restart.md'), 'More.\n');
    const summary = 'not run: the runbook was changed after it was asked for; ask again';
    expect(await changed(edit)).toMatchObject({ state: 'failed', summary, wasRun: false });
  });

  test('its file is gone', async () => {
    const remove = (folder: string) => rmSync(join(folder, 'runbooks', 'restart.md'));
    const summary = 'not run: there is no runbook restart any more';
    expect(await changed(remove)).toMatchObject({ state: 'failed', summary, wasRun: false });
  });

  test('who asked may not any more', async () => {
    const allowed = async () => 'Only slack:U1 may run restart.';
    expect(
      await changed(
        () => {},
        () => ({ allowed }),
      ),
    ).toMatchObject({
      state: 'failed',
      summary: 'not run: Only slack:U1 may run restart.',
      wasRun: false,
    });
  });

  test('a secret that it needs is not set any more', async () => {
    expect(
      await changed(
        () => {},
        () => ({ secrets: () => undefined }),
      ),
    ).toMatchObject({
      state: 'failed',
      summary: 'not run: its secret DEPLOY_TOKEN is not set',
      wasRun: false,
    });
  });
});

describe('a run that a dead process left', () => {
  /** Somebody asked for it, and it is stored as running. */
  async function left() {
    const folder = makeFolder();
    writeRunbook(folder, 'restart', 'echo again > it-ran');
    const bridge = await startBridge(folder, () => ({ concurrency: 0 }));
    await bridge.press('run', 'restart');
    const [claimed] = await bridge.store.runs.claim(1);
    await bridge.store.change({
      ids: [bridge.incident],
      decide: (found) => {
        const incident = found.byId.get(bridge.incident);
        const runs = (found.runs.get(bridge.incident) ?? []).map((run) => ({ ...run, state: 'running' as const }));
        return { changes: incident === undefined ? [] : [{ incident, timeline: [], runs }], answer: undefined };
      },
    });
    return { folder, bridge, id: claimed?.id ?? '' };
  }

  test('is unknown, ended on this machine, and never run again by itself', async () => {
    const { folder, bridge, id } = await left();
    const still = spawn('sleep', ['60'], { detached: true, env: { TOCSIN_RUN: id }, stdio: 'ignore' });
    const killed = once(still, 'exit');
    await bridge.stop();

    const next = await startBridge(folder);
    const find = async () => (await next.store.incident(bridge.incident))?.runs[0];
    await expect.poll(async () => (await find())?.state).toBe('unknown');
    expect((await find())?.summary).toContain('the bridge stopped while it ran');
    const told = (await next.store.incident(bridge.incident))?.timeline.at(-1)?.text;
    expect(told).toMatch(/^ended, outcome unknown: the bridge stopped while it ran/);
    expect(await killed).toEqual([null, 'SIGKILL']);
    expect(existsSync(join(folder, 'runbooks', 'it-ran'))).toBe(false);
  });

  test('is given up later where its lease was not over at the start, or nothing could be stored then', async () => {
    const { folder, bridge } = await left();
    await bridge.stop();

    const looks = Promise.withResolvers<void>();
    let isOver = false;
    const next = await startBridge(folder, ({ queue }) => ({
      clock: { ...systemClock, wait: (ms, signal) => systemClock.wait(ms / 20, signal) },
      queue: {
        ...queue,
        async orphans() {
          if (isOver) return queue.orphans();
          looks.resolve();
          return [];
        },
      },
    }));
    await looks.promise;
    isOver = true;
    await expect.poll(async () => (await next.store.incident(bridge.incident))?.runs[0]?.state).toBe('unknown');
  });
});

test('none begins that was looked at while the bridge stops', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'quick', 'echo x >> count');
  const [asked, known] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const ends: string[] = [];
  const bridge = await startBridge(folder, ({ queue, incident }) => ({
    // One that starts by itself waits for its turn.
    queue: { ...queue, claim: async (most) => (await queue.claim(most)).map((run) => ({ ...run, on: 'firing' })) },
    async incident(id) {
      asked.resolve();
      await known.promise;
      return incident(id);
    },
    ended: async (run) => void ends.push(run.id),
  }));
  await bridge.press('run', 'quick');
  await asked.promise;
  const stopped = bridge.stopRunner();
  known.resolve();
  await stopped;
  expect(ends).toEqual([]);
  expect(await bridge.run('quick')).toMatchObject({ state: 'queued' });
});

test('a bridge that stops ends what runs, and says so', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'endless', 'echo begun; while :; do sleep 0.1; done');
  const bridge = await startBridge(folder);
  await bridge.press('run', 'endless');
  await expect.poll(() => bridge.shown.length).toBe(1);
  await bridge.stopRunner();
  expect(await bridge.run('endless')).toMatchObject({
    state: 'cancelled',
    summary: expect.stringMatching(/^stopped with the bridge after \d s$/),
    output: 'begun\n',
  });
});

test('no more run at once than there is room for', async () => {
  const folder = makeFolder();
  for (const name of ['a', 'b', 'c']) writeRunbook(folder, name, `echo begin >> log; sleep 0.2; echo end >> log`);
  const bridge = await startBridge(folder, () => ({ concurrency: 1 }));
  await Promise.all(['a', 'b', 'c'].map((name) => bridge.press('run', name)));
  await expect.poll(async () => (await bridge.runs()).map(({ state }) => state)).toEqual(Array(3).fill('succeeded'));
  expect(readFileSync(join(folder, 'runbooks', 'log'), 'utf8')).toBe('begin\nend\n'.repeat(3));
});

test.each([
  ['no JSON', 'echo done'],
  ['JSON without it', `echo '{"ticket":{}}'`],
])('a run whose answer is %s says that it kept nothing', async (_what, script) => {
  const folder = makeFolder();
  writeRunbook(folder, 'ticket', script, 'keep: { id: "{{ response.ticket.id }}" }');
  const run = await ran(await startBridge(folder), 'ticket');
  expect(run).toMatchObject({ state: 'succeeded', summary: expect.stringMatching(/; nothing was kept as id$/) });
});

test('what a run keeps is seen by later runs of the incident', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'ticket', `echo '{"ticket":{"id":"T-7"}}'`, 'keep: { id: "{{ response.ticket.id }}" }');
  writeRunbook(folder, 'comment', 'echo "$1"', 'command: [./comment.sh, "{{ values.ticket.id }}"]');
  const bridge = await startBridge(folder);
  expect(await ran(bridge, 'ticket')).toMatchObject({ values: { id: 'T-7' } });
  expect(await ran(bridge, 'comment')).toMatchObject({ output: 'T-7\n' });
});

describe('a secret that a script prints', () => {
  const TOKEN = 'canary-5f2b"/ü';
  const SECRETS = 'secrets: [DEPLOY_TOKEN]';
  const withToken = () => ({ secrets: () => TOKEN });

  test('is not shown, streamed, told or stored', async () => {
    const folder = makeFolder();
    writeRunbook(folder, 'leak', 'echo "uses $DEPLOY_TOKEN"; printf %s "$DEPLOY_TOKEN" | base64; exit 1', SECRETS);
    const bridge = await startBridge(folder, withToken);
    expect(await ran(bridge, 'leak')).toMatchObject({ output: 'uses [redacted]\n[redacted]\n' });
    expect(bridge.shown.map(({ text }) => text).join('')).toBe('uses [redacted]\n[redacted]\n');
    expect(JSON.stringify(await bridge.store.incident(bridge.incident))).not.toContain('canary');
    await bridge.stop();
    const files = readdirSync(folder).filter((name) => name.startsWith('tocsin.db'));
    expect(files).not.toEqual([]);
    for (const name of files) expect(readFileSync(join(folder, name), 'latin1')).not.toContain('canary');
  });

  test('is found in two parts, though the other pipe speaks in between', async () => {
    const folder = makeFolder();
    const [begin, end] = ['printf %s "$DEPLOY_TOKEN" | head -c 5', 'printf "%s\\n" "$DEPLOY_TOKEN" | tail -c +6'];
    writeRunbook(folder, 'leak', `${begin}; sleep 0.3; echo meanwhile >&2; sleep 0.3; ${end}`, SECRETS);
    const run = await ran(await startBridge(folder, withToken), 'leak');
    expect(run?.output).toBe('meanwhile\n[redacted]\n');
  });

  test('is not kept for later runs, nor is half of it where a value is cut', async () => {
    const folder = makeFolder();
    const long = 'x'.repeat(3_995);
    const keep = `keep: { id: "{{ response.id }}", long: "${long}{{ response.token }}" }`;
    writeRunbook(folder, 'leak', `printf '{"id":"%s","token":"%s"}' T-7 "$DEPLOY_TOKEN"`, `${SECRETS}\n${keep}`);
    const run = await ran(await startBridge(folder, () => ({ secrets: () => 'canary-token' })), 'leak');
    expect(run?.values).toEqual({ id: 'T-7', long: `${long}[redacted]`.slice(0, 4_000) });
  });
});

test('the script is told everything on stdin', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'show', 'cat', 'inputs: { reason: { label: Reason, required: true } }');
  const run = await ran(await startBridge(folder), 'show', { reason: '$(x)' });
  expect(JSON.parse(run?.output ?? '')).toMatchObject({
    incident: { monitor: 'Production API', status: 'firing' },
    inputs: { reason: '$(x)' },
    actor: { platform: 'console', name: 'Maya' },
    values: {},
  });
});

test('an end that cannot be stored now is stored later', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'quick', 'echo x >> count');
  let failures = 0;
  const bridge = await startBridge(folder, ({ ended }) => ({
    ended: async (run, result) => {
      if (failures++ === 0) throw new StoreUnavailable('disk full');
      await ended(run, result);
    },
  }));
  expect(await ran(bridge, 'quick')).toMatchObject({ state: 'succeeded' });
  expect(readFileSync(join(folder, 'runbooks', 'count'), 'utf8')).toBe('x\n');
});

test('what cannot be stored as begun is not begun', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'quick', 'echo x >> count');
  const tried = Promise.withResolvers<void>();
  const began = async () => {
    tried.resolve();
    throw new StoreUnavailable('disk full');
  };
  const bridge = await startBridge(folder, () => ({ began }));
  await bridge.press('run', 'quick');
  await tried.promise;
  await bridge.stopRunner();
  expect(await bridge.run('quick')).toMatchObject({ state: 'queued' });
  expect(existsSync(join(folder, 'runbooks', 'count'))).toBe(false);
});

test('a run that it has already is not begun again, though a clock that was set makes its lease look over', async () => {
  const folder = makeFolder();
  for (const name of ['first', 'second']) writeRunbook(folder, name, 'true');
  const given: Awaited<ReturnType<RunnerOptions['queue']['claim']>>[number][] = [];
  const asked: string[] = [];
  const gate = Promise.withResolvers<void>();
  const bridge = await startBridge(folder, ({ queue, allowed }) => ({
    queue: {
      ...queue,
      async claim(limit, except = []) {
        given.push(...(await queue.claim(limit)));
        return given.filter(({ id }) => !except.includes(id));
      },
    },
    async allowed(run, runbook) {
      asked.push(run.runbook);
      await gate.promise; // it is still queued
      return allowed(run, runbook);
    },
  }));
  await bridge.press('run', 'first');
  await expect.poll(() => asked).toEqual(['first']);
  await bridge.press('run', 'second');
  await expect.poll(() => asked).toContain('second');
  expect(asked).toEqual(['first', 'second']);
  gate.resolve();
});

test('a run whose lease is lost is ended, and its end is told by who holds it', async () => {
  const folder = makeFolder();
  writeRunbook(folder, 'endless', 'echo begun; while :; do sleep 0.1; done');
  const ends: string[] = [];
  let held = true;
  const bridge = await startBridge(folder, ({ queue }) => ({
    queue: { ...queue, renew: async () => ({ held, cancelled: false }) },
    ended: async (run) => void ends.push(run.id),
  }));
  await bridge.press('run', 'endless');
  await expect.poll(() => bridge.shown.length).toBe(1);
  const id = (await bridge.run('endless'))?.id ?? '';
  expect(await processesOf(id)).not.toEqual([]);
  held = false;
  await bridge.press('cancel', id); // makes the runner look
  await expect.poll(() => processesOf(id)).toEqual([]);
  expect(ends).toEqual([]);
});
