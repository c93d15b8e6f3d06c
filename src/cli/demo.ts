import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import closeWithGrace from 'close-with-grace';
import { platforms } from '../adapters/index.ts';
import { startApp } from '../app.ts';
import { systemClock } from '../clock.ts';
import { readConfig } from '../config/config.ts';
import { FaultsFound } from '../domain/errors.ts';
import { createLog } from '../log.ts';
import { sources } from '../sources/index.ts';
import { wizstatus } from '../sources/wizstatus.ts';

const PORT = 3000;

/** The whole loop with no account: a bridge on a fresh database, and monitors that send it signed webhooks. */
async function demo(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-demo-'));
  const secret = randomBytes(24).toString('hex');
  const app = await start(folder, secret, process.env.PORT);

  process.stdout.write(`
Tocsin demo: real webhooks, signed, to ${app.url}/webhooks/wizstatus

  Open the console:  ${app.signIn}

Press Acknowledge or Restart API on a card. Ctrl-C ends it, and nothing is kept.

`);
  closeWithGrace({ delay: 9_500, logger: false }, async () => {
    telling.abort();
    await app.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const telling = new AbortController();
  await story(app.url, secret, telling.signal).catch((error: unknown) => {
    if (!telling.signal.aborted) throw error;
  });
}

/** On the given port; where none is given and 3000 is taken, on a free one. */
async function start(folder: string, secret: string, given: string | undefined) {
  const on = (port: string) => {
    const { config, faults } = readConfig({
      env: {
        PORT: port,
        DATABASE_URL: `sqlite:${join(folder, 'tocsin.db')}`,
        WIZSTATUS_SECRETS: secret,
        CONSOLE_TOKEN: randomBytes(18).toString('base64url'),
        TEMPLATES_DIR: join(import.meta.dirname, '..', '..', 'templates'),
        LOG_LEVEL: 'warn',
      },
      platforms,
      monitors: sources,
      actions: [],
      readFile: () => '',
    });
    if (config === undefined) throw new FaultsFound(faults);
    return startApp({ config, clock: systemClock, log: createLog(config.logLevel, config.secretValues) });
  };
  try {
    return await on(given ?? String(PORT));
  } catch (error) {
    if (given !== undefined || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return on('0');
  }
}

/** Several monitors down, one recovering, one flapping. */
async function story(url: string, secret: string, signal: AbortSignal): Promise<void> {
  const send = async (monitor: string, state: 'firing' | 'resolved') => {
    const id = `demo-${monitor.toLowerCase().replaceAll(' ', '-')}`;
    const request = wizstatus.sample(state, secret, systemClock.now(), { id, monitor });
    const answer = await fetch(`${url}/webhooks/wizstatus`, {
      method: request.method,
      headers: request.headers as Record<string, string>,
      body: request.body as Uint8Array<ArrayBuffer>,
      signal,
    });
    process.stdout.write(
      `  ${monitor} is ${state === 'firing' ? 'down' : 'up'}: ${answer.status} ${await answer.text()}\n`,
    );
  };
  const wait = (seconds: number) => systemClock.wait(seconds * 1_000, signal);

  await send('Search index', 'firing');
  await send('Production API', 'firing');
  await wait(1);
  await send('Database primary', 'firing');
  await wait(2);
  await send('Search index', 'resolved');
  for (let flap = 0; flap < 3; flap++) {
    await wait(2);
    await send('checkout-eu latency', 'firing');
    await wait(2);
    await send('checkout-eu latency', 'resolved');
  }
  await wait(2);
  await send('checkout-eu latency', 'firing');
  await send('Production API', 'firing');
}

try {
  await demo();
} catch (error) {
  const faults = error instanceof FaultsFound ? error.faults : undefined;
  process.stderr.write(
    `${faults?.map(({ place, message, cure }) => `${place}: ${message}. ${cure}`).join('\n') ?? (error as Error).stack}\n`,
  );
  process.exitCode = 1;
}
