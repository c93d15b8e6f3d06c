import closeWithGrace from 'close-with-grace';
import { startApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { writeCompiled } from '../../src/compiled.ts';
import { createLog } from '../../src/log.ts';
import { readSetupWithChats } from './chat-setup.ts';

/** The program as src/main.ts starts it, with two platforms more: the chats of the tests. */
const STOP_WITHIN_MS = 9_500;

const setup = await readSetupWithChats();
const log = createLog(setup.config.logLevel, setup.config.secretValues);
const app = await startApp({ ...setup, clock: systemClock, log });
closeWithGrace({ delay: STOP_WITHIN_MS, logger: log }, async ({ signal }) => {
  log.info({ signal }, 'stopping');
  await app.stop();
});
log.info({ url: app.url }, 'ready');
writeCompiled();
