import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actions } from '../../src/actions/index.ts';
import { platforms } from '../../src/adapters/index.ts';
import { type App, startApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config/config.ts';
import { readSetup } from '../../src/setup.ts';
import { sources } from '../../src/sources/index.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';

const SECRET = 'a-webhook-secret-of-the-tests';
const TITLE = 'Behind the token';

/** Served to everybody. All that is not here needs its token. */
const PUBLIC: readonly string[] = [
  'GET /healthz',
  'GET /readyz',
  'GET /sign-in',
  'POST /sign-in', // asks for the token
  'POST /sign-out', // ends one's own session
];
/** Looks and scripts: the same for everybody, whoever they are. */
const PUBLIC_FOLDER = '/assets/';

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Route {
  readonly method: string;
  readonly url: string; // the pattern
}
const routes: Route[] = [];
const folder = mkdtempSync(join(tmpdir(), 'tocsin-routes-'));
let app: App;
let incident: string;

/** Sees every route as it is added, whichever part of the program adds it. */
function listen(message: unknown): void {
  const { fastify } = message as { readonly fastify: FastifyInstance };
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) routes.push({ method: one, url });
  });
}

beforeAll(async () => {
  const env = {
    PORT: '0',
    DATABASE_URL: `sqlite:${join(folder, 'tocsin.db')}`,
    WIZSTATUS_SECRETS: SECRET,
    ALERTMANAGER_SECRETS: 'another-secret-of-the-tests',
    CONSOLE_TOKEN: 'a-console-token-of-the-tests',
    METRICS_TOKEN: 'a-metrics-token-of-the-tests',
    TEMPLATES_DIR: join(import.meta.dirname, '..', '..', 'templates'),
  };
  const names = actions.map(({ name }) => name);
  const read = readConfig({ env, platforms, monitors: sources, actions: names, readFile: () => '' });
  const { config, ...setup } = await readSetup(read);
  if (config === undefined) throw new Error(setup.faults.map(({ message }) => message).join('\n'));
  subscribe('fastify.initialization', listen);
  app = await startApp({ ...setup, config, clock: systemClock, log: pino({ level: 'silent' }) });
  unsubscribe('fastify.initialization', listen);

  const { body, headers } = wizstatus.sample('firing', SECRET, Date.now(), { monitor: TITLE });
  const signed = { method: 'POST', headers: headers as Record<string, string>, body: Buffer.from(body) };
  const stored = (await (await fetch(`${app.url}/webhook`, signed)).json()) as { incidents: [string] };
  incident = stored.incidents[0];
});
afterAll(async () => {
  await app?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const isPublic = ({ method, url }: Route) =>
  url.startsWith(PUBLIC_FOLDER) || PUBLIC.includes(`${method === 'HEAD' ? 'GET' : method} ${url}`);

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Calls it as a caller would who knows every name. By hand: fetch knows no TRACE. */
async function call({ method, url }: Route, headers: Record<string, string>): Promise<Answer> {
  const path = url
    .replace('*', 'wizstatus')
    .replace(':action', 'acknowledge')
    .replace(':id', incident)
    .replace(':run', 'x');
  const called = request(app.url + path, { method, headers: { ...FORM, ...headers }, agent: false });
  called.end(['POST', 'PUT', 'PATCH'].includes(method) ? 'name=x' : undefined);
  const [answer] = (await once(called, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, headers: answer.headers, text: await text(answer) };
}

test('T38 every route of the program is known, and those that are public are the ones that shall be', () => {
  expect(routes.length).toBeGreaterThan(20);
  expect(routes.some(({ url }) => url.startsWith(PUBLIC_FOLDER))).toBe(true);
  const known = routes.map(({ method, url }) => `${method} ${url}`);
  expect(PUBLIC.filter((route) => !known.includes(route))).toEqual([]);
});

test('T38 a public route serves whoever comes', async () => {
  for (const route of routes.filter((each) => isPublic(each) && each.method !== 'POST'))
    expect((await call(route, {})).status, `${route.method} ${route.url}`).toBe(200);
});

test.each([
  ['nothing', {}],
  ['a wrong token', { authorization: 'Bearer wrong' }],
  ['the token as a password', { authorization: `Basic ${btoa(':a-console-token-of-the-tests')}` }],
  ['another token of ours', { authorization: `Bearer ${SECRET}` }],
  [
    'a cookie of their own',
    { cookie: 'tocsin=eyJ1bnRpbCI6OTk5OTk5OTk5OTk5OSwibmFtZSI6IngifQ.c2ln; __Host-tocsin=x.y' },
  ],
  ['a word that they are a page of ours', { 'sec-fetch-site': 'same-origin', 'hx-request': 'true' }],
  ['a word that they are a proxy on this machine', { 'x-forwarded-for': '127.0.0.1', 'x-real-ip': '127.0.0.1' }],
] as readonly [string, Record<string, string>][])(
  'T38 every other route turns away who comes with %s, and shows nothing',
  async (_what, headers) => {
    for (const route of routes.filter((each) => !isPublic(each))) {
      const name = `${route.method} ${route.url}`;
      const { status, headers: told, text } = await call(route, headers);
      const isAskedToSignIn =
        status === 303 && told.location?.startsWith('/sign-in') && told['set-cookie'] === undefined;
      const refused = route.url.startsWith('/webhook') ? [401, 405] : [401, 403, 429];
      expect(isAskedToSignIn || refused.includes(status), `${name} answers ${status}`).toBe(true);
      expect(text, name).not.toContain(TITLE);
    }
    const answer = await fetch(`${app.url}/api/incidents/${incident}`, {
      headers: { authorization: 'Bearer a-console-token-of-the-tests' },
    });
    expect(await answer.json()).toMatchObject({ status: 'firing', revision: 1 });
  },
);
