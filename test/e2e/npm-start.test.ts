import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { MAIN } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';

const ROOT = join(import.meta.dirname, '..', '..');

test('SIGTERM to npm start stops the bridge behind it as it should, though the shell between them passes nothing on', async () => {
  const { npm, bridge, output } = await started();
  const ended = once(npm, 'exit');
  npm.kill('SIGTERM');
  await ended;
  await soon(() => expect(isAlive(bridge)).toBe(false));
  expect(output()).toContain('"signal":"SIGTERM"');
});

test('SIGTERM to all that npm start began stops the bridge in order: that the shell is gone is no second signal', async () => {
  const { npm, bridge, output } = await started();
  process.kill(-(npm.pid as number), 'SIGTERM');
  await soon(() => expect(isAlive(bridge)).toBe(false));
  expect(output()).toContain('"signal":"SIGTERM"');
  expect(output()).not.toContain('second SIGTERM');
});

/** The bridge under npm, which has a process group of its own. */
async function started() {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-npm-'));
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const start = scripts.start.replace('src/main.ts', MAIN);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }));
  const npm = spawn('npm', ['start', '--no-update-notifier'], {
    cwd: folder,
    detached: true,
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: folder,
      PORT: '0',
      TEMPLATES_DIR: join(ROOT, 'templates'),
    },
  });
  let output = '';
  npm.stdout.on('data', (text) => {
    output += text;
  });
  await soon(() => expect(output).toContain('"msg":"ready"'));
  const bridge = Number(/"pid":(\d+)/.exec(output)?.[1]);
  onTestFinished(() => {
    if (isAlive(bridge)) process.kill(bridge, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return { npm, bridge, output: () => output };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
