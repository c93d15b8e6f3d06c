import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { fault } from './faults.ts';

/** Bytes of a database's file and of its -wal file, as they stand before SQLite opens them. */
export interface Sizes {
  readonly file: number;
  readonly wal: number;
}

export function sizesOf(path: string): Sizes {
  const bytes = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return { file: bytes(path), wal: bytes(`${path}-wal`) };
}

/** SQLite deletes the -wal file of an empty database, and with it what was committed last. */
export function checkNotEmptied(path: string, { file, wal }: Sizes): void {
  if (file > 0 || wal === 0) return;
  throw fault(
    `${path} is empty or gone, but ${path}-wal beside it holds what was stored last`,
    `Restore both files from a backup. To begin anew, move ${path}-wal away.`,
  );
}

/** SQLite reads what is missing of the last page as zeros. While a -wal file is full, that page may stand in there. */
export function checkNotCut(path: string, { file, wal }: Sizes, database: DatabaseSync): void {
  const page = Number(database.prepare('pragma page_size').get()?.page_size);
  if (wal === 0 && file % page !== 0) throw damaged(path, 'its end is missing');
}

/** A damaged file is never used, and never replaced. */
export function checkWhole(path: string, database: DatabaseSync): void {
  let found: unknown;
  try {
    found = database.prepare('pragma quick_check(1)').get()?.quick_check;
  } catch (cause) {
    found = (cause as Error).message;
  }
  if (found !== 'ok') throw damaged(path, String(found));
}

function damaged(path: string, how: string) {
  return fault(
    `${path} is damaged: ${how}`,
    `Restore it from a backup, or save what is left: sqlite3 ${path} .recover | sqlite3 recovered.db. It was left as it is.`,
  );
}
