import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { consolePlatform } from '../src/adapters/console.ts';
import { startApp } from '../src/app.ts';
import { readConfig } from '../src/config/config.ts';
import type { Platform } from '../src/domain/ports.ts';
import { type Ready, readSetup } from '../src/setup.ts';
import { wizstatus } from '../src/sources/wizstatus.ts';
import { clockAt } from './support/clock.ts';
import { hostOf } from './support/host.ts';
import { soon } from './support/soon.ts';

const HOUR_MS = 3_600_000;
const SECRET = 'a-secret-of-the-tests';
const TOKEN = 'a-token-of-the-tests';

test('a changed RETENTION is taken at the next round of the pruner', async () => {
  const fast = clockAt(200);
  let ahead = 0;
  const clock = { ...fast, now: () => fast.now() + ahead };
  const databaseUrl = `sqlite:${join(newFolder(), 'tocsin.db')}`;
  const app = await startApp({ ...(await setup(databaseUrl, '90d')), clock, log: pino({ level: 'silent' }) });
  onTestFinished(() => app.stop());
  const titles = async () => {
    const answer = await fetch(`${app.url}/api/incidents`, { headers: { authorization: `Bearer ${TOKEN}` } });
    return ((await answer.json()) as { incidents: { title: string }[] }).incidents.map(({ title }) => title);
  };

  for (const state of ['firing', 'resolved'] as const) {
    const { body, headers } = wizstatus.sample(state, SECRET, clock.now(), { id: 'old', monitor: 'Old' });
    const request = { method: 'POST', headers: headers as Record<string, string>, body: Buffer.from(body) };
    expect((await fetch(`${app.url}/webhook`, request)).status).toBe(200);
  }
  ahead = 2 * HOUR_MS;
  await clock.wait(120_000); // the pruner went round
  expect(await titles()).toEqual(['Old is up']);
  await app.reload(() => setup(databaseUrl, '1h'));
  await soon(async () => expect(await titles()).toEqual([]));
});

const adapter = consolePlatform.connect(true, hostOf());

test.each<[string, Platform<true>['connect'], string]>([
  [
    'an adapter cannot be connected',
    () => {
      throw new Error('it cannot be connected');
    },
    'it cannot be connected',
  ],
  [
    'an adapter has the path of another room',
    () => ({ ...adapter, endpoints: [{ method: 'GET', path: '/healthz', handle: async () => ({ status: 200 }) }] }),
    "Method 'GET' already declared for route '/healthz'",
  ],
])('a start that fails since %s ends what it started', async (_, connect, message) => {
  const databaseUrl = `sqlite:${join(newFolder(), 'tocsin.db')}`;
  const around = { clock: clockAt(200), log: pino({ level: 'silent' }) };
  const close = vi.fn(adapter.close);
  const first: Platform<true> = { ...consolePlatform, name: 'first', connect: () => ({ ...adapter, close }) };
  const failing: Platform<true> = { ...consolePlatform, name: 'failing', connect };

  await expect(
    startApp({ ...(await setup(databaseUrl, '90d', [consolePlatform, first, failing])), ...around }),
  ).rejects.toThrow(message);
  expect(close).toHaveBeenCalledOnce();
  const app = await startApp({ ...(await setup(databaseUrl, '90d')), ...around }); // nobody else holds the database
  await app.stop();
});

async function setup(
  databaseUrl: string,
  retention: string,
  platforms: readonly Platform<true>[] = [consolePlatform],
): Promise<Ready> {
  const env = {
    PORT: '0',
    DATABASE_URL: databaseUrl,
    WIZSTATUS_SECRETS: SECRET,
    CONSOLE_TOKEN: TOKEN,
    TEMPLATES_DIR: join(import.meta.dirname, '..', 'templates'),
    RETENTION: retention,
  };
  const { config, ...read } = await readSetup(
    readConfig({ env, platforms, monitors: [wizstatus], actions: [], readFile: () => '' }),
  );
  if (config === undefined) throw new Error(read.faults.map(({ message }) => message).join('\n'));
  return { ...read, config };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-app-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
