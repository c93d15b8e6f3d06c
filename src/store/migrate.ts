import { renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { fault } from './faults.ts';
import { prepareFile } from './files.ts';
import * as first from './migrations/0001-first.ts';
import * as lineDetail from './migrations/0002-line-detail.ts';
import * as localDeliveries from './migrations/0003-local-deliveries.ts';
import * as timers from './migrations/0004-timers.ts';
import * as endedKeys from './migrations/0005-ended-keys.ts';
import type { Tables } from './tables.ts';
import { isFull } from './trouble.ts';

type Migrations = Readonly<Record<string, Migration>>;

export const migrations: Migrations = {
  '0001-first': first,
  '0002-line-detail': lineDetail,
  '0003-local-deliveries': localDeliveries,
  '0004-timers': timers,
  '0005-ended-keys': endedKeys,
};

/** Brings the schema up to this version, all of it or nothing. A file that has data is copied first. */
export async function migrate(
  db: Kysely<Tables>,
  database: DatabaseSync,
  path: string,
  known: Migrations = migrations,
): Promise<void> {
  const missing = missingIn(database, path, known);
  if (missing.length === 0) return;
  if (missing.length < Object.keys(known).length) copyBefore(missing[0] as string, database, path);
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => known } }).migrateToLatest();
  if (isFull(error)) throw error;
  if (error !== undefined)
    throw fault(
      `${path} could not be brought up to this version: ${(error as Error).message}`,
      'The file is as it was: go back to the version before this one, and report it.',
      error,
    );
}

/** A schema that is neither older nor newer than this version's, or a fault. */
export function checkSchema(database: DatabaseSync, path: string): void {
  if (missingIn(database, path, migrations).length > 0)
    throw fault(`${path} is of an older Tocsin`, 'Start the bridge once: it brings the file up to date.');
}

function missingIn(database: DatabaseSync, path: string, known: Migrations): readonly string[] {
  const done = doneIn(database);
  const newer = done.filter((name) => !(name in known));
  if (newer.length > 0)
    throw fault(
      `${path} was written by a newer Tocsin (${newer.join(', ')})`,
      'Start the newer version again, or restore the copy that it made before its migration.',
    );
  return Object.keys(known).filter((name) => !done.includes(name));
}

function doneIn(database: DatabaseSync): readonly string[] {
  const table = database.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get();
  if (table === undefined) return [];
  const rows = database.prepare('select name from kysely_migration order by name').all();
  return rows.map(({ name }) => String(name));
}

/** Whole under its name or not there at all: an earlier copy is replaced only by a whole one. */
function copyBefore(migration: string, database: DatabaseSync, path: string): void {
  const copy = `${path}.before-${migration}`;
  const partial = `${copy}.partial`;
  rmSync(partial, { force: true });
  prepareFile(partial);
  try {
    database.prepare('vacuum into ?').run(partial);
  } catch (cause) {
    rmSync(partial, { force: true });
    throw fault(
      `${path} could not be copied to ${copy} before it is changed: ${(cause as Error).message}`,
      'Make room on the disk.',
      cause,
    );
  }
  renameSync(partial, copy);
}
