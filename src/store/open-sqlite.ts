import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { FaultsFound } from '../domain/errors.ts';
import type { Log } from '../domain/ports.ts';
import { createCheckpoints } from './checkpoints.ts';
import type { Database } from './database.ts';
import { cannotBeUsed, fault } from './faults.ts';
import { lock, prepareFile } from './files.ts';
import { createFlush } from './flush.ts';
import { checkSchema, migrate } from './migrate.ts';
import { placeOf } from './place.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { isFull } from './trouble.ts';
import { checkNotCut, checkNotEmptied, checkWhole, sizesOf, UNCHECKED } from './whole.ts';

const BUSY_MS = 20; // the event loop stands still meanwhile: whoever writes tries again later
const BEGUN = 'store.begun'; // something is written at every start, or a full disk would show with the first webhook only
const CLEAN = 'store.clean'; // set by an orderly end; without it the file is checked at the next start
const WAL_BYTES = 64 * 1024 * 1024; // it shrinks to this where it grew larger

/** Opens a file. A server has it alone, and brings it up to date; a tool works beside a server, on a file that is. */
export async function openSqlite(path: string, role: 'server' | 'tool', log: Log): Promise<Database> {
  const sizes = sizesOf(path);
  if (role === 'tool' && sizes.file === 0)
    throw fault(`${path} does not exist yet`, 'Start the bridge once, or set DATABASE_URL to its file.');
  checkNotEmptied(path, sizes);
  prepareFile(path);
  const unlock = role === 'server' ? lock(path) : () => {};
  const opened: DatabaseSync[] = [];
  let isTrusted = true;
  let check = UNCHECKED;
  try {
    const writing = connect(path);
    opened.push(writing);
    const write = new Kysely<Tables>({ dialect: sqliteDialect(writing) });
    if (role === 'tool') checkSchema(writing, path);
    else {
      checkNotCut(path, sizes, writing);
      if (sizes.file > 0 && !endedOrderly(writing)) check = await checkWhole(path, sizes, log);
      await migrate(write, writing, path);
    }
    const isBegun = role === 'tool' || (await canBegin(write));
    const reading = connect(path);
    opened.push(reading);
    reading.exec('pragma query_only = 1');
    const read = new Kysely<Tables>({ dialect: sqliteDialect(reading) });
    const version = writing.prepare('pragma data_version'); // of its own commits a connection takes no notice
    const aside = role === 'server' ? waitAside(path, writing, log) : undefined;

    return {
      write,
      read,
      ...(!isBegun && { begin }),
      flush: async () => aside?.flush(),
      tidy: async () => aside?.tidy(),
      checkPlace: placeOf(path),
      whole: check.whole,
      distrust() {
        isTrusted = false;
      },
      version: () => Number(version.get()?.data_version),
      async close() {
        await aside?.close();
        await check.end();
        try {
          if (role === 'server' && isTrusted && check.isPassed())
            writing.prepare('insert or ignore into settings values (?, ?)').run(CLEAN, '1');
          await read.destroy();
          writing.exec('pragma wal_checkpoint(truncate)');
        } catch (err) {
          log.warn({ err }, 'the database did not end in order: it is checked at the next start');
        }
        for (const one of opened) if (one.isOpen) one.close();
        unlock();
      },
    };
  } catch (error) {
    await check.end();
    for (const one of opened) one.close();
    unlock();
    throw error instanceof FaultsFound ? error : cannotBeUsed(path, error);
  }
}

/** From here on neither a commit nor a checkpoint makes this thread wait for the disk. A tool is brief, and waits as SQLite does. */
function waitAside(path: string, writing: DatabaseSync, log: Log) {
  writing.exec('pragma synchronous = normal; pragma wal_autocheckpoint = 0');
  const { flush, close } = createFlush(path);
  const checkpoints = createCheckpoints(path, writing, log);
  return {
    flush,
    tidy: checkpoints.due,
    async close() {
      await checkpoints.close();
      close();
    },
  };
}

/** What is committed survives a power loss. https://www.sqlite.org/pragma.html#pragma_synchronous */
function connect(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: BUSY_MS });
  try {
    database.exec(`
      pragma journal_mode = wal;
      pragma synchronous = full;
      pragma wal_autocheckpoint = 1000;
      pragma journal_size_limit = ${WAL_BYTES};
      pragma cache_size = -32768;
      pragma temp_store = memory;`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function endedOrderly(database: DatabaseSync): boolean {
  try {
    return database.prepare('select 1 from settings where name = ?').get(CLEAN) !== undefined;
  } catch {
    return false; // no such table yet, or a damaged file: it is looked at
  }
}

/** The file is in use from here on: if it does not end in order, it is checked at the next start. Nobody else holds anything in it. */
async function begin(db: Kysely<Tables>): Promise<void> {
  await db.deleteFrom('settings').where('name', 'in', [CLEAN, BEGUN]).execute();
  await db.insertInto('settings').values({ name: BEGUN, value: new Date().toISOString() }).execute();
  await freeLeases(db);
}

/** Without room on the disk a bridge can still show what it has, and say why it takes nothing. */
async function canBegin(write: Kysely<Tables>): Promise<boolean> {
  try {
    await write.transaction().execute(begin);
    return true;
  } catch (error) {
    if (isFull(error)) return false;
    throw error;
  }
}

/** The lock says that no other holder lives. A run that was running keeps its holder: it is an orphan. */
async function freeLeases(db: Kysely<Tables>): Promise<void> {
  await db.updateTable('lanes').set({ holder: null, until: 0 }).execute();
  await db.updateTable('timers').set({ holder: null, until: 0 }).where('holder', 'is not', null).execute();
  await db.updateTable('runs').set({ holder: null, until: 0 }).where('state', '=', 'queued').execute();
  await db.updateTable('runs').set({ until: 0 }).where('state', '=', 'running').execute();
}
