import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Actor, Severity, Status } from '../../src/domain/model.ts';
import type { WebhookRequest } from '../../src/domain/ports.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';

/** The program of `npm start`. */
export const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');
const WITH_CHAT = join(import.meta.dirname, 'bridge-main.ts');
const CARDS = join(import.meta.dirname, '..', '..', 'templates', 'cards');
const READY_WITHIN_MS = 15_000;

/** What one bridge after the other shares. */
export interface Place {
  readonly folder: string; // where it runs: its .env, its database
  readonly token: string; // the console's
  readonly secret: string; // WizStatus's newest
}

/** A bridge that runs as a process of its own. */
export interface Bridge extends Place {
  readonly url: string;
  readonly child: ChildProcess;
  /** Everything it has printed. */
  output(): string;
  /** Resolves when it has printed this text, from now on. */
  says(text: string): Promise<void>;
  /** A webhook as WizStatus sends it. */
  send(monitor: string, state: 'firing' | 'resolved', how?: HowToSend): Promise<Answer>;
  post(path: string, request: Pick<WebhookRequest, 'headers' | 'body'>): Promise<Answer>;
  /** GET as the console's token may. */
  api<T = IncidentJson>(path: string): Promise<T>;
  press(incident: string, action: string, body?: object, key?: string): Promise<Answer>;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}
export interface HowToSend {
  readonly id?: string; // X-Request-ID
  readonly incident?: string;
  readonly secret?: string;
}
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> & { readonly incidents?: readonly string[] };
}

/** What these tests read of an incident in /api. */
export interface IncidentJson {
  readonly id: string;
  readonly status: Status;
  readonly severity: Severity;
  readonly title: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly owner: Actor | null;
  readonly count: number;
  readonly revision: number;
  readonly timeline: readonly { readonly kind: string; readonly actor: Actor; readonly text: string }[];
  readonly deliveries: readonly {
    readonly destination: string;
    readonly state: string;
    readonly wanted: number;
    readonly delivered: number;
    readonly error: string | null;
  }[];
  readonly runs: readonly {
    readonly id: string;
    readonly state: string;
    readonly output: string;
    readonly summary: string;
  }[];
}

export interface BridgeOptions {
  readonly by?: readonly string[]; // the program and arguments that start Node: `prlimit --fsize=0`
  readonly main?: string; // default: the program with the chat of the tests
  readonly env?: Readonly<Record<string, string | undefined>>; // beside the defaults below, or in their place
  readonly files?: Readonly<Record<string, string>>; // written into its folder
  readonly after?: Place; // goes on in the folder of this one, which is gone
  readonly onEnd?: (end: () => void) => void; // default: with the test
}

/** One bridge for all tests of a file. Called at its top: it starts before the first of them, and ends after the last. */
export function bridgeOfFile(options: BridgeOptions): () => Bridge {
  let bridge: Bridge | undefined;
  const ends: (() => void)[] = [];
  beforeAll(async () => {
    bridge = await startBridge({ ...options, onEnd: (end) => ends.unshift(end) });
  });
  afterAll(() => {
    for (const end of ends) end();
  });
  return () => bridge as Bridge; // no test runs before it is there
}

/** Starts the real program on a free port. It ends with the test, its folder too. */
export async function startBridge({
  by = [],
  main = WITH_CHAT,
  env = {},
  files = {},
  after,
  onEnd = onTestFinished,
}: BridgeOptions = {}): Promise<Bridge> {
  const { folder, token, secret } = after ?? newPlace(onEnd);
  for (const [name, text] of Object.entries(files)) writeInto(folder, name, text);
  const [program = process.execPath, ...words] = [...by, process.execPath, main];
  const child = spawn(program, words, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      CONSOLE_TOKEN: token,
      WIZSTATUS_SECRETS: secret,
      ...env,
    },
  });
  const gone = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return (await gone)[0];
  };
  onEnd(() => void child.kill('SIGKILL'));

  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });

  function says(text: string, from = output.length): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (!output.includes(text, from)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      gone.then(() => reject(new Error(`It ended without saying “${text}”:\n${output.slice(-2_000)}`)));
      look();
    });
  }

  await Promise.race([says('"msg":"ready"', 0), late(() => output)]);
  const url = /"url":"([^"]+)"[^\n]*"msg":"ready"/.exec(output)?.[1] as string;
  const authorization = { authorization: `Bearer ${token}` };
  const post: Bridge['post'] = (path, { headers, body }) =>
    ask(`${url}${path}`, { method: 'POST', headers: headers as Record<string, string>, body: Buffer.from(body) });

  return {
    url,
    token,
    secret,
    folder,
    child,
    post,
    says,
    output: () => output,
    send(monitor, state, how = {}) {
      const { id = randomUUID(), incident } = how;
      const sample = wizstatus.sample(state, how.secret ?? secret, Date.now(), {
        monitor,
        ...(incident !== undefined && { id: incident }),
      });
      return post('/webhooks/wizstatus', { ...sample, headers: { ...sample.headers, 'x-request-id': id } });
    },
    async api(path) {
      const response = await fetch(`${url}/api${path}`, { headers: authorization });
      if (!response.ok) throw new Error(`GET /api${path}: ${response.status} ${await response.text()}`);
      return response.json() as never;
    },
    press: (incident, action, body = {}, key = randomUUID()) =>
      ask(`${url}/api/incidents/${incident}/actions/${action}`, {
        method: 'POST',
        headers: { ...authorization, 'content-type': 'application/json', 'idempotency-key': key },
        body: JSON.stringify(body),
      }),
    stop: () => end('SIGTERM'),
    kill: async () => void (await end('SIGKILL')),
  };
}

async function ask(url: string, request: RequestInit): Promise<Answer> {
  const response = await fetch(url, request);
  return { status: response.status, body: (await response.json()) as Answer['body'] };
}

function late(output: () => string): Promise<never> {
  return new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`It is not ready:\n${output()}`)), READY_WITHIN_MS).unref();
  });
}

/** A folder with the cards that come along. It is gone after the test. */
export function newPlace(onEnd: (end: () => void) => void = onTestFinished): Place {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-e2e-'));
  cpSync(CARDS, join(folder, 'templates', 'cards'), { recursive: true });
  onEnd(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return { folder, token: randomBytes(12).toString('hex'), secret: randomBytes(12).toString('hex') };
}

export function writeInto(folder: string, name: string, text: string): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  if (name.endsWith('.sh')) chmodSync(path, 0o755);
}
