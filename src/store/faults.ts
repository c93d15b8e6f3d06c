import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { FaultsFound } from '../domain/errors.ts';
import { isDamaged, isFull, troubleOf } from './trouble.ts';

/** A database that cannot be opened, in the admin's words. */
export function fault(message: string, cure: string, cause?: unknown): FaultsFound {
  const found = new FaultsFound([{ place: 'DATABASE_URL', message, cure }]);
  if (cause !== undefined) found.cause = cause;
  return found;
}

/** A file that SQLite refuses. Only what is no whole database is to be restored: a disk without room loses nothing. */
export function cannotBeUsed(path: string, error: unknown): FaultsFound {
  if (isFull(error) || isWithoutRoom(path))
    return fault(
      `${path} cannot be opened: its disk is full`,
      'Make room on the disk, and start again. Nothing is lost: keep the file, and what stands beside it.',
      error,
    );
  const { message } = error as Error;
  const trouble = troubleOf(error);
  if (trouble !== undefined && !isDamaged(error))
    return fault(
      `${path} cannot be opened: ${trouble} (${message})`,
      'Look at the disk and at who may write there, and start again. The file was left as it is.',
      error,
    );
  return fault(
    `${path} cannot be used as a database: ${message}`,
    'Name another file, or move this one and its -wal and -shm files away and put a backup there. It was left as it is.',
    error,
  );
}

const NEEDED_BYTES = 64 * 1024; // for the -shm file, which SQLite makes as it opens another

/** Where SQLite cannot make its files it says "disk I/O error", whatever the cause. */
function isWithoutRoom(path: string): boolean {
  const { bavail, bsize } = statfsSync(dirname(path));
  return bavail * bsize < NEEDED_BYTES;
}
