import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { looks } from '../../src/adapters/looks.ts';
import { systemClock } from '../../src/clock.ts';
import { consolePages } from '../../src/console/index.ts';
import type { Access, ConsoleOptions } from '../../src/console/options.ts';
import type { AlertEvent, Principal, Run, RunState } from '../../src/domain/model.ts';
import type { Clock, Metrics, Store } from '../../src/domain/ports.ts';
import { createPipeline, type Pipeline } from '../../src/pipeline/index.ts';
import { kinds } from '../../src/runbooks/index.ts';
import { loadRunbooks } from '../../src/runbooks/load.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { loadCards } from '../../src/templates/cards.ts';
import { quietStore } from '../support/store.ts';

const TEMPLATES = join(import.meta.dirname, '..', '..', 'templates');
export const TOKEN = 'a token of the tests';
export const KEY = 'a key of the tests';

type Given = Omit<Partial<ConsoleOptions>, 'access'> & { readonly access?: Partial<Access> };

/** The console on a real store and the real pipeline. It ends with the test. */
export interface TestConsole {
  readonly app: FastifyInstance;
  readonly store: Store;
  readonly bridge: Pipeline;
  readonly url: string; // where it listens
  /** The cookie of somebody who signed in. */
  readonly cookie: string;
  fire(monitor: string, over?: Partial<AlertEvent>): Promise<string>;
  /** A run that has begun, of an incident of its own. */
  begin(): Promise<BegunRun>;
  restart(options?: Given, port?: number): Promise<string>; // another console on the same store: its address
}

export interface BegunRun {
  readonly incident: string;
  readonly run: string;
  prints(text: string): Promise<void>; // resolves when it is stored
  ends(state: RunState): Promise<void>;
}

const silent: Metrics = {
  webhook() {},
  committed() {},
  delivered() {},
  attempted() {},
  pressed() {},
  ran() {},
};

export async function startConsole(
  given: {
    readonly clock?: Clock;
    readonly options?: Given;
    readonly responders?: ReadonlyMap<string, readonly Principal[]>;
  } = {},
): Promise<TestConsole> {
  const { clock = systemClock, responders = new Map() } = given;
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-console-'));
  const log = pino({ level: 'silent' });
  const store = await quietStore(join(folder, 'tocsin.db'), { clock });
  const [{ templates }, { runbooks }] = await Promise.all([
    loadCards(join(TEMPLATES, 'cards')),
    loadRunbooks(join(TEMPLATES, 'runbooks'), kinds),
  ]);
  const settings = { routes: [], responders, people: new Map(), templates, runbooks };
  const bridge = createPipeline({
    store,
    settings: () => settings,
    groups: async () => [],
    clock,
    log,
    metrics: silent,
  });

  const opened: FastifyInstance[] = [];
  async function open({ access, ...options }: Given = {}): Promise<FastifyInstance> {
    const app = fastify({ forceCloseConnections: true });
    opened.push(app);
    await app.register(consolePages, {
      bridge,
      store,
      access: () => ({ token: TOKEN, secureCookies: false, ...access }),
      signingKey: KEY,
      clock,
      log,
      about: () => ({ sources: [], routes: [], runbooks: [] }),
      looks,
      ...options,
    });
    return app;
  }
  const app = await open(given.options);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(async () => {
    await Promise.all(opened.map((one) => one.close()));
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const it: TestConsole = {
    app,
    store,
    bridge,
    url,
    cookie: await signIn(app),
    restart: async (options, port = 0) =>
      (await open({ ...given.options, ...options })).listen({ port, host: '127.0.0.1' }),
    async begin() {
      const incident = await it.fire('API');
      await bridge.press({
        id: 'begin',
        actor: { platform: 'console', id: 'console', name: 'Maya' },
        incident,
        action: 'run',
        argument: 'restart-demo',
        confirmed: true,
      });
      const run = (await store.incident(incident))?.runs[0] as Run;
      await bridge.began(run, 60_000);
      let output = '';
      return {
        incident,
        run: run.id,
        prints(text) {
          output += text;
          return store.runs.output(run.id, incident, output, text);
        },
        ends: (state) => bridge.ended(run, { state, summary: 'exit 0', output, values: {} }),
      };
    },
    async fire(monitor, over = {}) {
      const event: AlertEvent = {
        key: `tocsin-demo-${monitor}`, // so that the demo's runbook is offered
        kind: 'firing',
        at: clock.now(),
        title: `${monitor} is down`,
        monitor,
        brief: 'us-east, HTTP 500',
        text: 'HTTP 500 after 2,500 ms.',
        labels: {},
        ...over,
      };
      const received = await bridge.receive({
        source: wizstatus,
        digest: `${monitor} ${event.kind} ${clock.now()} ${Math.random()}`,
        secret: 0,
        labels: {},
        events: [event],
      });
      if (received.kind !== 'stored') throw new Error(`it was not stored: ${received.kind}`);
      return received.incidents[0] as string;
    },
  };
  return it;
}

/** Signs in by the form; the Cookie header that follows from it. */
export async function signIn(app: FastifyInstance, name = 'Maya Ortiz'): Promise<string> {
  const answer = await app.inject({
    method: 'POST',
    url: '/sign-in',
    headers: FORM,
    payload: new URLSearchParams({ token: TOKEN, name }).toString(),
  });
  return cookieOf(answer.headers['set-cookie']);
}

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' } as const;
/** What a browser says of a form that one of our own pages sent. */
export const OURS = { ...FORM, 'sec-fetch-site': 'same-origin' } as const;

export function cookieOf(header: string | readonly string[] | undefined): string {
  return [header ?? []]
    .flat()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}
