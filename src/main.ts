import closeWithGrace from 'close-with-grace';
import { startApp } from './app.ts';
import { systemClock } from './clock.ts';
import { loadConfig } from './config/load.ts';
import { FaultsFound, faultText } from './domain/errors.ts';
import { createLog } from './log.ts';
import { readSetup } from './setup.ts';

const STOP_WITHIN_MS = 9_500; // orchestrators kill after 10 s

/** The bridge, configured by the environment and `.env`. Exits 1 with every fault where that cannot be used. */
async function main(): Promise<void> {
  const { config, faults, ...setup } = await readSetup(loadConfig());
  if (config === undefined || faults.length > 0) throw new FaultsFound(faults);
  let secrets = setup.secrets;
  const log = createLog(config.logLevel, () => secrets);
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was rejected and nobody looked'));

  const app = await startApp({ config, clock: systemClock, log });

  process.on('SIGHUP', async () => {
    try {
      const next = await readSetup(loadConfig());
      secrets = [...new Set([...secrets, ...next.secrets])]; // the old ones may still stand in what is under way
      const found = next.config === undefined || next.faults.length > 0 ? next.faults : await app.reload(next.config);
      if (found.length > 0) log.error({ faults: found }, 'not read again: the old configuration stays');
      else log.info('configuration was read again');
    } catch (err) {
      log.error({ err }, 'not read again: the old configuration stays');
    }
  });
  closeWithGrace(
    { delay: STOP_WITHIN_MS, logger: log, skip: ['SIGHUP', 'unhandledRejection'] },
    async ({ signal, err }) => {
      if (err !== undefined) log.fatal({ err }, 'stopping after an error');
      else log.info({ signal }, 'stopping');
      await app.stop();
    },
  );

  // Told last: who reads it may signal at once.
  log.info({ url: app.url, sources: config.sources.map(({ source }) => source.name) }, 'ready');
  if (config.sources.length === 0)
    log.warn('no monitor can send: set the secrets of a source, such as WIZSTATUS_SECRETS');
  if (config.consoleToken === undefined) process.stderr.write(`Console: ${app.signIn}\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(
    error instanceof FaultsFound ? `${error.faults.map(faultText).join('\n\n')}\n` : `${(error as Error).stack}\n`,
  );
  process.exitCode = 1;
}
