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
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-npm-'));
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const start = scripts.start.replace('src/main.ts', MAIN);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }));
  const npm = spawn('npm', ['start', '--no-update-notifier'], {
    cwd: folder,
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
  const pid = Number(/"pid":(\d+)/.exec(output)?.[1]);
  onTestFinished(() => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const ended = once(npm, 'exit');
  npm.kill('SIGTERM');
  await ended;
  await soon(() => expect(isAlive(pid)).toBe(false));
  expect(output).toContain('"signal":"SIGTERM"');
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
