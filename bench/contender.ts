import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { dropFolder, newFolder, owned } from './leftovers.ts';
import { newToken } from './load/webhooks.ts';
import type { Observed } from './observe.ts';

/** A program that takes webhooks. It prints a line with its address when it is ready: `{"url":"http://…","msg":"ready"}`. */
export interface Contender {
  readonly name: string;
  readonly main: string; // in bench/
  readonly preload?: readonly string[]; // in bench/
  readonly env?: Readonly<Record<string, string>>;
}
export interface Running {
  readonly url: string;
  readonly folder: string; // where it runs
  readonly startedAt: number; // performance.now() when its process was asked for
  observe(): Promise<Observed>;
  /** At once. Its folder goes too, unless `keep`. */
  kill(how?: { readonly keep: boolean }): Promise<void>;
  /** In order: SIGTERM. Its folder stays. */
  stop(): Promise<void>;
}

/** Of all contenders: the monitors' secret, and the console's token. */
export const SECRET = newToken();
export const TOKEN = newToken();

export const TOCSIN: Contender = { name: 'Tocsin: on disk, then 200', main: '../src/main.ts' };

const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 15_000;
const LOOK_EVERY_MS = 2;
const TEMPLATES = join(import.meta.dirname, '..', 'templates');

/** Starts it in a folder of its own, or goes on in one. What it prints goes to a file, as it would on a server. */
export async function start({ name, main, preload = [], env }: Contender, folder = newFolder()): Promise<Running> {
  const log = join(folder, `${Date.now()}.log`);
  const file = openSync(log, 'a');
  const imports = ['observe.ts', ...preload].map((one) => `--import=${new URL(one, import.meta.url).href}`);
  const startedAt = performance.now();
  const child = owned(
    spawn(process.execPath, [...imports, join(import.meta.dirname, main)], {
      cwd: folder,
      stdio: ['ignore', file, file, 'ipc'],
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'production',
        PORT: '0',
        CONSOLE_TOKEN: TOKEN,
        WIZSTATUS_SECRETS: SECRET,
        TEMPLATES_DIR: TEMPLATES,
        ...env,
      },
    }),
  );
  closeSync(file);
  const gone = once(child, 'exit');
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await Promise.race([gone, late(STOP_WITHIN_MS, () => `${name} does not stop`)]);
  };
  return {
    url: await readyAt(child, name, log),
    folder,
    startedAt,
    async observe() {
      const told = once(child, 'message');
      child.send('observe');
      const [observed] = await Promise.race([told, gone.then(() => failed(name, log))]);
      return observed as Observed;
    },
    async kill({ keep } = { keep: false }) {
      await end('SIGKILL');
      if (!keep) dropFolder(folder);
    },
    stop: () => end('SIGTERM'),
  };
}

async function readyAt(child: ChildProcess, name: string, log: string): Promise<string> {
  const deadline = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const url = /"url":"([^"]+)"[^\n]*"msg":"ready"/.exec(readFileSync(log, 'utf8'))?.[1];
    if (url !== undefined) return url;
    if (child.exitCode !== null || performance.now() > deadline) failed(name, log);
    await wait(LOOK_EVERY_MS);
  }
}

function failed(name: string, log: string): never {
  throw new Error(`${name} does not run. It said:\n${readFileSync(log, 'utf8').slice(-2_000)}`);
}

async function late(ms: number, text: () => string): Promise<never> {
  await wait(ms, undefined, { ref: false });
  throw new Error(text());
}
