import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { permitted } from '../actions/index.ts';
import { platforms } from '../adapters/index.ts';
import { FaultsFound } from '../domain/errors.ts';
import { sources } from '../sources/index.ts';
import { type Reading, readConfig } from './config.ts';

/** The environment of this process and the `.env` of `folder`, with everything that this version has. */
export function loadConfig(folder = process.cwd(), env: NodeJS.ProcessEnv = process.env): Reading {
  return readAll(env, dotenvText(join(folder, '.env')));
}

/** What a `.env` would be read as, by itself. */
export function checkDotenv(text: string): Reading {
  return readAll({}, text);
}

function readAll(env: NodeJS.ProcessEnv, text: string | undefined): Reading {
  return readConfig({
    env,
    ...(text !== undefined && { file: { path: '.env', text } }),
    platforms,
    monitors: sources,
    actions: permitted,
    readFile: readBounded,
  });
}

const MAX_BYTES = 262_144; // far above any key or list; a device or a log named by mistake is not read whole

function dotenvText(path: string): string | undefined {
  try {
    return readBounded(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FaultsFound([
      { place: '.env', message: (error as Error).message, cure: 'make it a file that this user may read' },
    ]);
  }
}

function readBounded(path: string): string {
  const found = statSync(path);
  if (found.isFile() && found.size > MAX_BYTES) throw new Error(`${path} is larger than ${MAX_BYTES} bytes`);
  if (!found.isFile() && !found.isDirectory()) throw new Error(`${path} is no file`);
  return readFileSync(path, 'utf8');
}
