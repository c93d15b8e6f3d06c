import { existsSync, readFileSync } from 'node:fs';
import closeWithGrace from 'close-with-grace';
import { actions } from '../../src/actions/index.ts';
import { platforms } from '../../src/adapters/index.ts';
import { startApp } from '../../src/app.ts';
import { systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config/config.ts';
import { FaultsFound } from '../../src/domain/errors.ts';
import { createLog } from '../../src/log.ts';
import { needTemplates } from '../../src/setup.ts';
import { sources } from '../../src/sources/index.ts';
import { blindChat, httpChat } from './http-chat/platform.ts';

/** The program as src/main.ts starts it, with two platforms more: the chats of the tests. */
const STOP_WITHIN_MS = 9_500;

const { config, faults } = readConfig({
  env: process.env,
  ...(existsSync('.env') && { file: { path: '.env', text: readFileSync('.env', 'utf8') } }),
  platforms: [...platforms, httpChat, blindChat],
  monitors: sources,
  actions: actions.map(({ name }) => name),
  readFile: (path) => readFileSync(path, 'utf8'),
});
if (config === undefined) throw new FaultsFound(faults);

const log = createLog(config.logLevel, config.secretValues);
const templates = await needTemplates(config.templatesDir, config.routes);
const app = await startApp({ config, ...templates, clock: systemClock, log });
closeWithGrace({ delay: STOP_WITHIN_MS, logger: log }, async ({ signal }) => {
  log.info({ signal }, 'stopping');
  await app.stop();
});
log.info({ url: app.url }, 'ready');
