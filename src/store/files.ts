import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { FaultsFound } from '../domain/errors.ts';

const PLACE = 'DATABASE_URL';
const BUSY_MS = 200; // the event loop stands still meanwhile

/** The file, made for its owner alone where there is none. SQLite gives -wal and -shm the mode of the file. */
export function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (existsSync(path) && statSync(path).isDirectory()) throw new Error('it is a folder');
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw fault(
      `${path} cannot be opened: ${(cause as Error).message}`,
      'Name a file in a folder that this user may write.',
    );
  }
}

/** One connection that is durable: what is committed survives a power loss. https://www.sqlite.org/pragma.html#pragma_synchronous */
export function connect(path: string, readOnly = false): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly, timeout: BUSY_MS });
  if (!readOnly)
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma wal_autocheckpoint = 1000');
  database.exec('pragma cache_size = -32768; pragma temp_store = memory');
  return database;
}

/** A damaged file is never used, and never replaced. */
export function checkIntegrity(database: DatabaseSync, path: string): void {
  let answer: unknown;
  try {
    answer = database.prepare('pragma quick_check(1)').get()?.quick_check;
  } catch (cause) {
    answer = (cause as Error).message;
  }
  if (answer !== 'ok')
    throw fault(
      `${path} is damaged: ${answer}`,
      `Restore it from a backup, or save what is left with: sqlite3 ${path} ".recover" | sqlite3 recovered.db`,
    );
}

/** Held as long as the process lives; SIGKILL frees it too. */
export function lock(path: string): () => void {
  const file = `${path}.lock`;
  prepareFile(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive; create table if not exists held (by text)');
  } catch {
    database.close();
    throw fault(
      `${path} is in use by another Tocsin`,
      'Stop the other one first, or give this one a DATABASE_URL of its own.',
    );
  }
  return () => database.close();
}

export function fault(message: string, cure: string, cause?: unknown): FaultsFound {
  const found = new FaultsFound([{ place: PLACE, message, cure }]);
  if (cause !== undefined) found.cause = cause;
  return found;
}
