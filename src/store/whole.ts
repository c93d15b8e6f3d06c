import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { Log } from '../domain/ports.ts';
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
    `Put the file back that it belongs to. To begin anew, or with a backup, move ${path}-wal away first.`,
  );
}

/** SQLite reads what is missing of the last page as zeros. While a -wal file is full, that page may stand in there. */
export function checkNotCut(path: string, { file, wal }: Sizes, database: DatabaseSync): void {
  const page = Number(database.prepare('pragma page_size').get()?.page_size);
  if (wal === 0 && file % page !== 0) throw damaged(path, 'its end is missing');
}

/** What is in the file is not what was written. */
export class DatabaseDamaged extends Error {
  override readonly name = 'DatabaseDamaged';
  readonly code = 'database_damaged';
}

const READ_FIRST_BYTES = 32 * 1024 * 1024; // a poor disk reads so much in a third of a second

/** A check that may go on while the file is in use. */
export interface Check {
  /** Rejects with DatabaseDamaged. */
  readonly whole: Promise<void>;
  isPassed(): boolean;
  /** Ends it, wherever it is. */
  end(): Promise<void>;
}

/** After an orderly end. */
export const UNCHECKED: Check = { whole: Promise.resolve(), isPassed: () => true, end: async () => {} };

/**
 * Looks for damage, and throws the fault. A large file is used meanwhile, until damage shows: alerts would be lost for as long as it
 * takes to read it. In a process of its own: a thread that is in the middle of it can be ended by nothing, and the bridge could not
 * stop before.
 */
export async function checkWhole(path: string, { file }: Sizes, log: Log): Promise<Check> {
  const child = fork(join(import.meta.dirname, 'check-main.ts'), [path], { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => void child.once('exit', () => resolve()).once('error', () => resolve()));
  let isPassed = false;
  let isEnded = false;
  const { promise: answered, resolve, reject } = Promise.withResolvers<void>();
  child.once('message', (found) => {
    isPassed = found === 'ok';
    if (isPassed) resolve();
    else reject(new DatabaseDamaged(String(found)));
  });
  child.once('error', reject);
  child.once('disconnect', () => reject(new Error('the check of the database ended without an answer')));
  if (file <= READ_FIRST_BYTES)
    await answered.catch((cause: unknown) => {
      throw cause instanceof DatabaseDamaged ? damaged(path, cause.message) : cause;
    });
  child.unref();
  child.channel?.unref();
  const whole = answered.catch((err: unknown) => {
    if (err instanceof DatabaseDamaged) throw err;
    if (!isEnded) log.warn({ err }, 'the database could not be looked through: it is checked at the next start');
  });
  whole.catch(() => {}); // whoever uses the file looks at it, in a moment
  return {
    whole,
    isPassed: () => isPassed,
    async end() {
      isEnded = true;
      child.ref();
      child.kill('SIGKILL');
      await gone;
    },
  };
}

function damaged(path: string, how: string) {
  return fault(
    `${path} is damaged: ${how}`,
    `Move it and its -wal and -shm files away and put a backup there, or save what is left: sqlite3 ${path} .recover | sqlite3 recovered.db. It was left as it is.`,
  );
}
