import { FlushFailed } from './flush.ts';
import { DatabaseMoved } from './place.ts';
import { DatabaseDamaged } from './whole.ts';

/** What stands between us and the database, as people are told. By SQLite's primary result codes. https://www.sqlite.org/rescode.html */
const TROUBLES: Readonly<Record<number, string>> = {
  5: 'another process is writing to the database',
  6: 'the database is locked',
  7: 'there is not enough memory',
  8: 'the database is read-only',
  10: 'the disk reports an error',
  11: 'the database is damaged',
  13: 'the disk is full',
  14: 'the database cannot be opened',
  15: 'the database cannot be locked',
  26: 'the file is not a database',
};
const BUSY = 5;
const DAMAGED = 11;
const FULL = 13;
const NO_DATABASE = 26;

/** Why the database itself cannot take anything now; undefined: the error is of the statement alone. */
export function troubleOf(error: unknown): string | undefined {
  if (error instanceof DatabaseMoved || error instanceof FlushFailed) return error.message;
  if (error instanceof DatabaseDamaged) return TROUBLES[DAMAGED];
  const code = codeOf(error);
  return code === undefined ? undefined : TROUBLES[code];
}

/** Another process has the write lock: it may be free in a moment. */
export function isBusy(error: unknown): boolean {
  return codeOf(error) === BUSY;
}

/** There is no room for what was to be written. */
export function isFull(error: unknown): boolean {
  return codeOf(error) === FULL;
}

/** What is in the file is no database, or no longer one. */
export function isDamaged(error: unknown): boolean {
  return error instanceof DatabaseDamaged || [DAMAGED, NO_DATABASE].includes(codeOf(error) ?? 0);
}

/** The low byte: the others say more of the same. */
function codeOf(error: unknown): number | undefined {
  const isSqlite = error instanceof Error && 'errcode' in error && typeof error.errcode === 'number';
  return isSqlite ? (error.errcode as number) & 0xff : undefined;
}
