import closeWithGrace from 'close-with-grace';
import { startApp } from './app.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config/config.ts';
import { loadConfig } from './config/load.ts';
import { FaultsFound, faultText } from './domain/errors.ts';
import { createLog } from './log.ts';
import { onOrphaned } from './orphan.ts';
import { readSetup, type Setup } from './setup.ts';

const STOP_WITHIN_MS = 9_500; // orchestrators kill after 10 s

/** The bridge, configured by the environment and `.env`, until a signal ends it. Exits 1 with every fault where that cannot be used. */
export async function serve(): Promise<void> {
  try {
    await start();
  } catch (error) {
    process.stderr.write(
      error instanceof FaultsFound ? `${error.faults.map(faultText).join('\n\n')}\n` : `${(error as Error).stack}\n`,
    );
    process.exitCode = 1;
  }
}

async function start(): Promise<void> {
  const setup = ready(await readSetup(loadConfig()));
  const { config } = setup;
  let secrets = setup.secrets;
  const log = createLog(config.logLevel, () => secrets);
  process.on('unhandledRejection', (err) => log.error({ err }, 'a promise was rejected and nobody looked'));

  const app = await startApp({ ...setup, clock: systemClock, log });

  let isLinkTold = false;
  /** The token of the bridge's own making stands nowhere else. */
  const tellLink = ({ consoleToken }: Config) => {
    if (consoleToken !== undefined || isLinkTold) return;
    process.stderr.write(`Console: ${app.signIn}\n`);
    isLinkTold = true;
  };

  const readAgain = async () => {
    try {
      const { config, notes } = await app.reload(async () => {
        const next = await readSetup(loadConfig());
        secrets = [...new Set([...secrets, ...next.secrets])]; // the old ones may still stand in what is under way
        return ready(next);
      });
      log.info('configuration was read again');
      for (const note of notes) log.warn(note, 'configuration');
      tellLink(config);
    } catch (err) {
      const found = err instanceof FaultsFound ? { faults: err.faults } : { err };
      log.error(found, 'not read again: the old configuration stays');
    }
  };
  process.on('SIGHUP', () => void readAgain());
  let isStopping = false;
  closeWithGrace(
    { delay: STOP_WITHIN_MS, logger: log, skip: ['SIGHUP', 'unhandledRejection'] },
    async ({ signal, err }) => {
      isStopping = true;
      if (err !== undefined) log.fatal({ err }, 'stopping after an error');
      else log.info({ signal }, 'stopping');
      await app.stop();
    },
  );
  onOrphaned(() => {
    if (!isStopping) process.kill(process.pid, 'SIGTERM'); // a second signal would end it at once
  });

  for (const note of setup.notes) log.warn(note, 'configuration');
  // Told last: who reads it may signal at once.
  log.info({ url: app.url, sources: config.sources.map(({ source }) => source.name) }, 'ready');
  tellLink(config);
}

/** Throws FaultsFound with every fault, where there is one. */
function ready({ config, ...setup }: Setup): Setup & { readonly config: Config } {
  if (config === undefined || setup.faults.length > 0) throw new FaultsFound(setup.faults);
  return { ...setup, config };
}
