import type { Kysely, Transaction } from 'kysely';
import type { Tables } from './tables.ts';

/** An open database of either kind, its schema up to date. */
export interface Database {
  readonly write: Kysely<Tables>;
  readonly read: Kysely<Tables>; // sees every commit at once, and never waits for one
  /** What a start could not write, for want of room: it goes into the first commit. */
  begin?(db: Kysely<Tables>): Promise<void>;
  /** Resolves when all that `write` committed survives a power loss. Rejects with FlushFailed: nobody knows what does. */
  flush(): Promise<void>;
  /** Between two commits: keeps what it has written in shape. Never rejects. */
  tidy(): Promise<void>;
  /** Another number after a commit of another process. */
  version(): number;
  /** Throws DatabaseMoved where the next start would not find what is written now. */
  checkPlace(): void;
  /** Rejects with DatabaseDamaged, where a check that goes on while the file is used finds it so. */
  readonly whole: Promise<void>;
  /** It was found damaged: it is checked at the next start even after an orderly end. */
  distrust(): void;
  /** Frees it. After an orderly end it need not be checked at the next start. */
  close(): Promise<void>;
}

/** Several reads of one and the same state. */
export function snapshot<R>(read: Kysely<Tables>, look: (db: Transaction<Tables>) => Promise<R>): Promise<R> {
  return read.transaction().setAccessMode('read only').setIsolationLevel('repeatable read').execute(look);
}
