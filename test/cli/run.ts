import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { terminal } from '../../src/cli/terminal.ts';
import { tocsin as run } from '../../src/cli/tocsin.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** A folder with these files, gone when the test is. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text, { mode: name.endsWith('.sh') ? 0o755 : 0o644 });
  }
  return folder;
}

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs `tocsin` in that folder, within this process: all of it but the start of a Node. */
export async function tocsin(folder: string, args: readonly string[], given: Given = {}): Promise<Answer> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const env = { PATH: process.env.PATH ?? '', ...given.env };
  const stdin = Readable.from([Buffer.from(given.input ?? '')]);
  const before = process.cwd();
  process.chdir(folder);
  const code = await run(args, terminal({ cwd: process.cwd, env, stdin, stdout, stderr }));
  process.chdir(before);
  const said = async (stream: PassThrough) => (await text(stream.end())).replace(/\n$/, '');
  return { code, out: await said(stdout), err: await said(stderr) };
}

/** Runs `tocsin` as a person would in that folder, with nothing of this process's environment. */
export async function tocsinProcess(folder: string, args: readonly string[], given: Given = {}): Promise<Answer> {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', ...given.env },
    extendEnv: false,
    input: given.input ?? '',
    reject: false,
    timeout: 20_000,
  });
  return { code: exitCode ?? -1, out: stdout, err: stderr };
}

/** Runs `tocsin` into a pipe whose other end is closed. */
export async function tocsinUnread(
  folder: string,
  args: readonly string[],
  given: Given = {},
): Promise<Omit<Answer, 'out'>> {
  const env = { PATH: process.env.PATH ?? '', ...given.env };
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder, env });
  child.stdout.destroy();
  const [err, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
  return { code: code ?? -1, err };
}
