import { readdirSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import closeWithGrace from 'close-with-grace';
import { startApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { createLog } from '../../src/log.ts';
import { readSetupWithChats } from './chat-setup.ts';
import { MEASURED, type Measured } from './measured.ts';

/**
 * The program with the chats of the tests, which forgets incidents RETENTION_MS after their end, reads its configuration
 * again on SIGHUP, and prints every MEASURE_EVERY_MS what it holds.
 */
const STOP_WITHIN_MS = 9_500;
const { RETENTION_MS, MEASURE_EVERY_MS } = process.env;

const read = async () => {
  const setup = await readSetupWithChats();
  return { ...setup, config: { ...setup.config, retention: Number(RETENTION_MS) } };
};
const setup = await read();
const log = createLog(setup.config.logLevel, setup.config.secretValues);
const app = await startApp({ ...setup, clock: systemClock, log });
process.on('SIGHUP', () => {
  app.reload(read).catch((err: unknown) => log.error({ err }, 'not read again'));
});
closeWithGrace({ delay: STOP_WITHIN_MS, logger: log, skip: ['SIGHUP'] }, () => app.stop());

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
setInterval(() => {
  collect();
  const { rss, heapUsed } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const measured: Measured = {
    rss,
    heap: heapUsed,
    files: readdirSync('/proc/self/fd').length,
    sockets: resources.filter((name) => name.includes('TCP')).length,
    timers: resources.filter((name) => name === 'Timeout').length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
  process.stdout.write(`${MEASURED}${JSON.stringify(measured)}\n`);
}, Number(MEASURE_EVERY_MS)).unref();
log.info({ url: app.url }, 'ready');
