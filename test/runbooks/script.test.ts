import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { RunContext } from '../../src/domain/ports.ts';
import { processesOf } from '../../src/runbooks/processes.ts';
import { script } from '../../src/runbooks/script.ts';
import { runbookKindContract, runOnce } from '../contracts/runbook-kind.ts';
import { anyCharacter } from '../support/any-character.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-script-')));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), 0o755);
  return `./${name}`;
}
const sh = (text: string, ...args: readonly string[]) => ({ command: ['sh', '-c', text, 'sh', ...args] });
const run = (spec: object, context: Partial<RunContext> = {}) => runOnce(script, spec, { folder, ...context });

runbookKindContract({
  kind: script,
  folder,
  succeeds: () => sh(`echo '{"ok":true}'; echo hello >&2`),
  fails: () => sh('exit 3'),
  endless: () => sh('while :; do sleep 1; done'),
  shows: [
    { spec: () => sh('echo "$TOKEN"'), secrets: { TOKEN: 'secret-one' }, output: 'secret-one' },
    { spec: () => sh('echo "$TOKEN"'), secrets: { TOKEN: 'secret-two' }, output: 'secret-two' },
  ],
});

describe('its arguments', () => {
  const recorder = write('record.sh', `#!/bin/sh\nprintf '%s\\0' "$@"\n`);
  const nasty = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.string({
      unit: fc.constantFrom(...`$()\`;|&<>*?[]{}~!#'"\\ \n\t\r-=@%^,:/`, '$(touch pwned)', '; touch pwned', '--'),
    }),
    fc.constantFrom(
      '-o ProxyCommand=touch pwned',
      '--help',
      '-',
      '',
      '@file',
      '\u001b[31m',
      '../../etc/passwd',
      'a\nb',
      '😀',
    ),
  );

  test('arrive byte for byte, whatever stands in them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          nasty.filter((text) => !text.includes('\0')),
          { minLength: 1, maxLength: 6 },
        ),
        async (args) => {
          const { output } = await run({ command: [recorder, ...args] });
          expect(output).toBe(args.map((text) => `${text.toWellFormed()}\0`).join(''));
        },
      ),
      { numRuns: 200 },
    );
    expect(() => statSync(join(folder, 'pwned'))).toThrow('ENOENT');
  }, 60_000);

  test.each([
    ['a NUL', 'a\0b', 'not run: argument 1 holds a NUL character'],
    ['more than the system takes', 'x'.repeat(128 * 1024), 'not run: argument 1 is too long'],
  ])('with %s are refused, and nothing is run', async (_what, argument, summary) => {
    expect(await run({ command: [recorder, argument] })).toEqual({ kind: 'failed', summary, output: '' });
  });

  test('never choose the program', () => {
    expect(script.spec.safeParse({ command: ['{{ monitor }}'] }).success).toBe(false);
    expect(script.spec.safeParse({ command: ['./a.sh', '{{ monitor }}'] }).success).toBe(true);
    expect(script.spec.safeParse({ command: 'rm -rf /' }).success).toBe(false);
    expect(script.spec.safeParse({ command: [] }).success).toBe(false);
  });
});

describe('its surroundings', () => {
  test('hold the secrets it names, and nothing of the bridge', async () => {
    process.env.CANARY_TOKEN = 'canary';
    const { output } = await run(
      { command: ['cat', '/proc/self/environ'] },
      { run: 'env-1', secrets: { DEPLOY: 's3cret' } },
    );
    delete process.env.CANARY_TOKEN;
    const variables = output.split('\0').filter((line) => line !== '');
    expect(variables.map((line) => line.split('=')[0]).sort()).toEqual([
      'DEPLOY',
      'HOME',
      'LANG',
      'PATH',
      'TOCSIN_RUN',
    ]);
    expect(variables).toContain('DEPLOY=s3cret');
    expect(variables).toContain('TOCSIN_RUN=env-1');
  });

  test("are the runbook's folder, a group of its own, and files for the owner alone", async () => {
    const before = process.umask();
    const { output } = await run(
      sh(`pwd -P; umask; touch made; [ "$(cut -d' ' -f5 /proc/self/stat)" = $$ ] && echo leader`),
    );
    expect(output).toBe(`${folder}\n0077\nleader\n`);
    expect(statSync(join(folder, 'made')).mode & 0o777).toBe(0o600);
    expect(process.umask()).toBe(before);
  });

  test('give it everything as one JSON object on stdin', async () => {
    const input = { incident: { title: '`$(rm -rf /)`\u0000"\n' }, inputs: {}, actor: {}, values: {} };
    const { output } = await run({ command: ['cat'] }, { input });
    expect(JSON.parse(output)).toEqual(input);
  });

  test('do not mind that it reads nothing', async () => {
    const input = { incident: { text: 'x'.repeat(4_000_000) } };
    expect(await run(sh('exec <&-; sleep 0.1; echo done'), { input })).toMatchObject({
      kind: 'succeeded',
      output: 'done\n',
    });
  });
});

describe('its end', () => {
  const noExec = write('no-exec.sh', '#!/bin/sh\n');
  chmodSync(join(folder, noExec), 0o644);
  const noShell = write('no-interpreter.sh', '#!/nowhere/sh\n');
  const many = Array.from({ length: 200 }, () => 'x'.repeat(100_000));

  test.each([
    ['exit 0', sh('echo problem >&2'), { kind: 'succeeded', summary: 'exit 0', output: 'problem\n' }],
    ['exit 1', sh('exit 1'), { kind: 'failed', summary: 'exit 1' }],
    ['exit 127', sh('no-such-program-here 2>/dev/null'), { kind: 'failed', summary: 'exit 127' }],
    ['a signal', sh('kill -SEGV $$'), { kind: 'failed', summary: 'ended by SIGSEGV' }],
    ['no program', { command: ['./absent.sh'] }, { summary: expect.stringContaining('./absent.sh, or the program') }],
    ['no interpreter', { command: [noShell] }, { summary: expect.stringContaining('was not found') }],
    ['no leave', { command: [noExec] }, { summary: 'not run: ./no-exec.sh may not be executed (chmod +x)' }],
    ['too much', { command: ['true', ...many] }, { summary: 'not run: its arguments are too long together' }],
  ])('by %s is told in a few words', async (_what, spec, told) => {
    expect(await run(spec)).toMatchObject({ kind: 'failed', ...told });
  });

  test('does not wait for a child that left its group and holds the output', async () => {
    const { output } = await run(sh('setsid sleep 60 & echo started'), { run: 'left-behind' });
    expect(output).toBe('started\n');
    expect(await processesOf('left-behind')).toEqual([]);
  });

  test.each([
    ['one', 'sleep 60 & echo started', 'ended 1 process that it left running'],
    [
      'two, one in a session of its own',
      'sleep 60 & setsid sleep 60 & echo started',
      'ended 2 processes that it left running',
    ],
    [
      'one without its environment',
      'env -i sleep 60 & sleep 0.2; echo started',
      'ended 1 process that it left running',
    ],
  ])('says how many processes it left: %s', async (_what, text, note) => {
    expect(await run(sh(text))).toMatchObject({ kind: 'succeeded', summary: 'exit 0', note, output: 'started\n' });
  });

  test('says nothing of processes where there is none', async () => {
    expect(await run(sh('sleep 0.1 & wait'))).not.toHaveProperty('note');
  });

  test('does not wait for a child that hides, either', async () => {
    const hidden = await run(
      sh('env -i setsid sh -c "echo \\$\\$ > hidden.pid; exec sleep 60" & sleep 0.2; echo started'),
    );
    process.kill(Number(readFileSync(join(folder, 'hidden.pid'), 'utf8')), 'SIGKILL');
    expect(hidden).toMatchObject({ kind: 'succeeded', output: 'started\n' });
  });

  test('leaves nothing behind, though it traps TERM, forks and changes session', async () => {
    const control = new AbortController();
    const cruel = `trap '' TERM
      (trap '' TERM; while :; do sleep 1; done) &
      (setsid sh -c "trap '' TERM; while :; do sleep 1; done" &) &
      setsid setsid sleep 60 &
      echo ready; while :; do sleep 1; done`;
    const told = Promise.withResolvers<void>();
    const ended = run(sh(cruel), { run: 'cruel', signal: control.signal, output: () => told.resolve() });
    await told.promise;
    await expect.poll(async () => (await processesOf('cruel')).length).toBeGreaterThan(4);
    const start = performance.now();
    control.abort('timed_out');
    expect(await ended).toMatchObject({ kind: 'failed', summary: 'ended by SIGKILL' });
    expect(performance.now() - start).toBeLessThan(7_000);
    expect(await processesOf('cruel')).toEqual([]);
  });

  test('by TERM may be an orderly one', async () => {
    const control = new AbortController();
    const told = Promise.withResolvers<void>();
    const chunks: string[] = [];
    const output = (chunk: Uint8Array) => {
      chunks.push(Buffer.from(chunk).toString());
      told.resolve();
    };
    const ended = run(sh(`trap 'echo tidied; exit 4' TERM; echo ready; while :; do sleep 0.1; done`), {
      signal: control.signal,
      output,
    });
    await told.promise;
    control.abort('cancelled');
    expect(await ended).toMatchObject({ kind: 'failed', summary: 'exit 4' });
    const said = chunks.join('').replace('Terminated\n', ''); // some shells say so, through the other pipe: sooner or later
    expect(said).toBe('ready\ntidied\n');
  });

  test('is the end of what a dead process left, too', async () => {
    const told = Promise.withResolvers<void>();
    const ended = run(sh('echo ready; setsid sleep 60'), { run: 'orphan', output: () => told.resolve() });
    await told.promise;
    await script.reap?.('orphan');
    expect(await processesOf('orphan')).toEqual([]);
    expect(await ended).toMatchObject({ kind: 'failed' });
  });
});

test('half characters of one stream are not split by the other', async () => {
  const { output } = await run(sh(`printf '\\342\\202'; sleep 0.1; echo mid >&2; sleep 0.1; printf '\\254'`));
  expect(output).toBe('mid\n€');
});

test('a flood takes bounded memory, and leaves the bridge free to answer', async () => {
  const control = new AbortController();
  let bytes = 0;
  let longest = 0;
  let last = performance.now();
  const ticking = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 10);
  const before = process.memoryUsage.rss();
  const ended = run(
    { command: ['yes'] },
    {
      signal: control.signal,
      output: (chunk) => {
        bytes += chunk.length;
        if (bytes > 300_000_000) control.abort('timed_out');
      },
    },
  );
  await ended;
  clearInterval(ticking);
  expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
  expect(longest).toBeLessThan(1_000);
});
