import { existsSync, readFileSync } from 'node:fs';
import { actions } from '../../src/actions/index.ts';
import { platforms } from '../../src/adapters/index.ts';
import { readConfig } from '../../src/config/config.ts';
import { FaultsFound } from '../../src/domain/errors.ts';
import type { Ready } from '../../src/setup.ts';
import { needTemplates } from '../../src/setup.ts';
import { sources } from '../../src/sources/index.ts';
import { blindChat, httpChat } from './http-chat/platform.ts';

/** What src/main.ts reads, with two platforms more: the chats of the tests. Throws FaultsFound. */
export async function readSetupWithChats(): Promise<Ready> {
  const { config, faults } = readConfig({
    env: process.env,
    ...(existsSync('.env') && { file: { path: '.env', text: readFileSync('.env', 'utf8') } }),
    platforms: [...platforms, httpChat, blindChat],
    monitors: sources,
    actions: actions.map(({ name }) => name),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  if (config === undefined) throw new FaultsFound(faults);
  return { config, ...(await needTemplates(config.templatesDir, config.routes)) };
}
