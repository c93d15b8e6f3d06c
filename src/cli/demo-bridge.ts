import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platforms } from '../adapters/index.ts';
import { startApp } from '../app.ts';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config/config.ts';
import { FaultsFound, faultText } from '../domain/errors.ts';
import { createLog } from '../log.ts';
import { onOrphaned } from '../orphan.ts';
import { needTemplates } from '../setup.ts';
import { sources } from '../sources/index.ts';
import { CannotDo } from './command.ts';

/** A bridge for one demo: fresh secrets, a fresh database, no `.env`, nothing that outlives it. */
export interface DemoBridge {
  readonly url: string;
  readonly signIn: string;
  readonly token: string; // of the console and its API
  readonly secret: string; // of every monitor
  readonly folder: string; // gone when the demo is
  readonly stopping: AbortSignal;
}

const USUAL_PORT = 3000;
const STOP_WITHIN_MS = 9_500;

/** Plays `story` on a bridge of its own. When it is told, or a signal came, nothing is left of either. */
export async function runDemo(story: (bridge: DemoBridge) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  onOrphaned(() => stopping.abort());
  process.stdout.on('error', () => stopping.abort()); // nobody reads the story
  stopping.signal.addEventListener('abort', () => setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref());
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

  try {
    const [secret, token] = [fresh(), fresh()];
    const port = process.env.PORT || String(await freePort(USUAL_PORT));
    const app = await start({ port, folder, secret, token });
    try {
      await story({ url: app.url, signIn: app.signIn, token, secret, folder, stopping: stopping.signal });
    } finally {
      await app.stop();
    }
  } catch (error) {
    if (stopping.signal.aborted) return;
    process.stderr.write(`${sentence(error)}\n`);
    process.exit(1);
  }
}

/** `wanted` where it is free, else one that the system chooses. */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  try {
    await once(server.listen(wanted, '127.0.0.1'), 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : wanted;
  } catch (error) {
    if (wanted === 0) throw error;
    return await freePort();
  } finally {
    server.close();
  }
}

interface Wanted {
  readonly port: string;
  readonly folder: string;
  readonly secret: string;
  readonly token: string;
}

async function start({ port, folder, secret, token }: Wanted) {
  const { config, faults } = readConfig({
    env: {
      PORT: port,
      DATABASE_URL: `sqlite:${join(folder, 'tocsin.db')}`,
      WIZSTATUS_SECRETS: secret,
      ALERTMANAGER_SECRETS: secret,
      CONSOLE_TOKEN: token,
      TEMPLATES_DIR: join(import.meta.dirname, '..', '..', 'templates'),
      LOG_LEVEL: 'warn',
    },
    platforms,
    monitors: sources,
    actions: [],
    readFile: () => '',
  });
  if (config === undefined) throw new FaultsFound(faults);
  const templates = await needTemplates(config.templatesDir, config.routes);
  const log = createLog(config.logLevel, config.secretValues);
  return startApp({ config, ...templates, clock: systemClock, log });
}

const fresh = () => randomBytes(24).toString('base64url');

function sentence(error: unknown): string {
  if (error instanceof FaultsFound) return error.faults.map(faultText).join('\n');
  if (error instanceof CannotDo) return error.message;
  return String((error as Error).stack);
}
