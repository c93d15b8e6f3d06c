import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fault } from './faults.ts';
import { isBusy } from './trouble.ts';

/** The file, made for its owner alone where there is none. SQLite gives -wal and -shm the mode of the file. */
export function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new Error('it is a folder');
    closeSync(openSync(path, 'a', 0o600));
  } catch (cause) {
    throw fault(
      `${path} cannot be opened: ${(cause as Error).message}`,
      'Name a file in a folder that this user may write.',
      cause,
    );
  }
}

/** Held until the returned function is called or the process ends; SIGKILL frees it too. */
export function lock(path: string): () => void {
  const file = `${path}.lock`;
  prepareFile(file);
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    database.exec('pragma journal_mode = memory; begin exclusive'); // nothing is left beside it after SIGKILL
  } catch (cause) {
    database.close();
    if (!isBusy(cause))
      throw fault(`${file} cannot be locked: ${(cause as Error).message}`, 'Use a file on a local disk.', cause);
    throw fault(
      `${path} is in use: another Tocsin (npm start, a service or a container) holds ${file}`,
      'Stop the other one first, or give this one a DATABASE_URL of its own.',
      cause,
    );
  }
  return () => database.close();
}
