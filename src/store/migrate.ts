import { existsSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { fault, prepareFile } from './files.ts';
import * as first from './migrations/0001-first.ts';
import type { Tables } from './tables.ts';

const migrations: Readonly<Record<string, Migration>> = { '0001-first': first };

/** Brings the schema up to this version. A file that has data is copied first; a newer schema is refused. */
export async function migrate(db: Kysely<Tables>, database: DatabaseSync, path: string): Promise<void> {
  const done = doneIn(database);
  const unknown = done.filter((name) => !(name in migrations));
  if (unknown.length > 0)
    throw fault(
      `${path} was written by a newer Tocsin (${unknown.join(', ')})`,
      'Start the newer version again, or restore the copy that it made before its migration.',
    );
  if (done.length > 0 && done.length < Object.keys(migrations).length) {
    const copy = `${path}.before-${Object.keys(migrations)[done.length]}`;
    if (existsSync(copy)) rmSync(copy);
    prepareFile(copy);
    database.prepare('vacuum into ?').run(copy);
  }
  const { error } = await new Migrator({ db, provider: { getMigrations: async () => migrations } }).migrateToLatest();
  if (error !== undefined)
    throw fault(
      `${path} could not be migrated: ${(error as Error).message}`,
      'The file is as it was; report this.',
      error,
    );
}

function doneIn(database: DatabaseSync): readonly string[] {
  const table = database.prepare("select 1 from sqlite_master where name = 'kysely_migration'").get();
  return table === undefined
    ? []
    : database
        .prepare('select name from kysely_migration order by name')
        .all()
        .map((row) => String(row.name));
}
