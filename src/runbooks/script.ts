import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { RunbookKind, RunContext, RunResult, SpecFault } from '../domain/ports.ts';
import { environmentOf } from './environment.ts';
import { signalGroup, sweep } from './processes.ts';
import { whyNoProgram } from './program.ts';
import { wholeLength } from './utf8.ts';

const SPEC = z.strictObject({
  command: z.tuple(
    [z.string().regex(/^(?!.*\{[{%]).+$/s, 'the program is fixed, a value may only be an argument')],
    z.string(),
    'is a list: the program, then its arguments, such as [./restart.sh, "{{ monitor }}"]',
  ),
});
type Spec = z.infer<typeof SPEC>;

/**
 * A program of the admin's, started without a shell. Nothing that it starts outlives it: a daemon is started by the
 * service manager that the script asks.
 */
export const script: RunbookKind<Spec> = {
  name: 'script',
  spec: SPEC,
  encode: () => ({ command: 'argument' }),
  faults,
  run,
  reap: async (run) => void (await sweep(run)),
};

const KILL_AFTER_MS = 5_000; // from TERM
const DRAIN_MS = 500; // for what still stands in the pipes when the process is gone
const OWNER_ONLY = 0o077;
const MAX_RESPONSE_BYTES = 256 * 1024;

async function faults({ command: [program] }: Spec, folder: string): Promise<readonly SpecFault[]> {
  const why = await whyNoProgram(program, folder);
  return why === undefined ? [] : [{ path: ['command', 0], ...why }];
}

async function run({ command }: Spec, context: RunContext): Promise<RunResult> {
  const unusable = whyUnusable(command);
  if (unusable !== undefined) return { kind: 'failed', summary: unusable };
  let child: ChildProcess;
  try {
    child = await start(command, context);
  } catch (error) {
    return { kind: 'failed', summary: notStarted(command[0], error) };
  }
  const stdout = listen(child, context);
  child.stdin?.on('error', () => {}); // a script need not read it (EPIPE)
  child.stdin?.end(JSON.stringify(context.input));

  const closed = once(child, 'close').catch(() => {});
  const [code, signal] = await ended(child, context.signal);
  const wasStopped = context.signal.aborted;
  const left = await sweep(context.run, child.pid);
  // A process of another name may still hold the pipes, so `close` may never come.
  await Promise.race([closed, wait(DRAIN_MS, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();

  const note =
    left === 0 || wasStopped
      ? {}
      : { note: `ended ${left === 1 ? '1 process' : `${left} processes`} that it left running` };
  if (code === 0) return { kind: 'succeeded', summary: 'exit 0', ...note, response: stdout() };
  return {
    kind: 'failed',
    summary: code === null ? `ended by ${signal}` : `exit ${code}`,
    ...note,
    response: stdout(),
  };
}

/** Resolves when it runs; rejects with why it could not be started. */
async function start([program, ...args]: Spec['command'], { run, folder, secrets }: RunContext): Promise<ChildProcess> {
  const before = process.umask(OWNER_ONLY); // inherited by the child; nothing else happens until it is put back
  let child: ChildProcess;
  try {
    child = spawn(program, args, {
      cwd: folder,
      env: environmentOf(run, secrets),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32', // the leader of a group of its own
      windowsHide: true,
    });
  } finally {
    process.umask(before);
  }
  await once(child, 'spawn');
  return child;
}

/** When it is over: by itself, or after TERM and, `KILL_AFTER_MS` later, KILL of the whole group. */
async function ended(child: ChildProcess, signal: AbortSignal): Promise<[number | null, NodeJS.Signals | null]> {
  const over = new AbortController();
  const end = async () => {
    signalGroup(child.pid as number, 'SIGTERM');
    await wait(KILL_AFTER_MS, undefined, { signal: over.signal });
    signalGroup(child.pid as number, 'SIGKILL');
  };
  const onAbort = () => void end().catch(() => {}); // it ended in time
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  } finally {
    signal.removeEventListener('abort', onAbort);
    over.abort();
  }
}

/** Merges what it prints into the run's output. Answers a reading of stdout, where that is JSON. */
function listen(child: ChildProcess, context: RunContext): () => unknown {
  const printed: Uint8Array[] = [];
  let size = 0;
  for (const pipe of ['stdout', 'stderr'] as const) {
    const stream = child[pipe];
    let rest: Uint8Array = Buffer.alloc(0); // half a character, which the other stream must not split
    stream?.on('error', () => {});
    stream?.on('end', () => context.output(rest, pipe));
    stream?.on('data', (chunk: Uint8Array) => {
      const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = wholeLength(bytes);
      rest = bytes.subarray(whole);
      context.output(bytes.subarray(0, whole), pipe);
      if (pipe !== 'stdout') return;
      size += chunk.length;
      if (size <= MAX_RESPONSE_BYTES) printed.push(chunk);
    });
  }
  return () => (size <= MAX_RESPONSE_BYTES ? jsonOf(Buffer.concat(printed).toString()) : undefined);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // most scripts print for people
  }
}

const MAX_ARGUMENT_BYTES = 128 * 1024 - 1; // MAX_ARG_STRLEN with its NUL: https://man7.org/linux/man-pages/man2/execve.2.html

function whyUnusable(command: readonly string[]): string | undefined {
  for (const [index, argument] of command.entries()) {
    if (argument.includes('\0')) return `not run: argument ${index} holds a NUL character`;
    if (Buffer.byteLength(argument) > MAX_ARGUMENT_BYTES) return `not run: argument ${index} is too long`;
  }
  return undefined;
}

function notStarted(program: string, error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  switch (code) {
    case 'ENOENT':
      return `not run: ${program}, or the program that its first line names, was not found`;
    case 'EACCES':
      return `not run: ${program} may not be executed (chmod +x)`;
    case 'ENOEXEC':
      return `not run: ${program} is no program: its first line must name one (#!/bin/sh)`;
    case 'E2BIG':
      return 'not run: its arguments are too long together';
    default:
      return `not run: ${program} could not be started (${code ?? String(error)})`;
  }
}
