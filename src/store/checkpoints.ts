import type { DatabaseSync } from 'node:sqlite';
import { Worker } from 'node:worker_threads';
import type { Log } from '../domain/ports.ts';

/** Moves what was committed from the -wal file into the file itself. */
export interface Checkpoints {
  /** After each commit. Takes no time, or, where the -wal file grew too long, as much as moving all of it does. Never rejects. */
  due(): Promise<void>;
  close(): Promise<void>;
}

const WORTH_MOVING = 1_000; // pages of 4 KiB: SQLite's own choice
const TOO_LONG = 8_000; // pages: while commits follow one another it never begins anew by itself

/**
 * Checkpoints in a thread of their own, which waits for the disk twice in each. Commits go on meanwhile, but for the end of a long
 * flood: SQLite writes the -wal file from its beginning again only when a commit finds all of it moved.
 * https://www.sqlite.org/wal.html#avoiding_excessively_large_wal_files
 */
export function createCheckpoints(path: string, writing: DatabaseSync, log: Log): Checkpoints {
  // A version that does not know `noop` moves the pages in this thread, as it would have done by itself.
  const pages = writing.prepare('pragma wal_checkpoint(noop)');
  let thread: Worker | undefined;
  let running: Promise<void> | undefined;
  let isFailing = false;

  function start(): Worker {
    const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), { workerData: { path } });
    worker.once('exit', () => {
      thread = undefined;
    });
    return worker;
  }

  async function move(): Promise<void> {
    thread ??= start();
    const { promise, resolve } = Promise.withResolvers<Moved>();
    const failed = (error: Error) => resolve({ error });
    thread.once('message', resolve).once('error', failed);
    thread.ref(); // an end of the process waits for it, and for nothing else of the thread
    thread.postMessage('move');
    const { error } = await promise;
    thread?.off('message', resolve).off('error', failed).unref();
    if (error !== undefined) throw error;
    isFailing = false;
  }

  /** Nothing is lost: it stays in the -wal file, and a disk that is full says so to the next commit. Told once, or it would fill the disk. */
  function fails(err: unknown): void {
    if (!isFailing) log.warn({ err }, 'the -wal file could not be moved into the database');
    isFailing = true;
  }

  return {
    async due() {
      try {
        const { log: written, checkpointed } = pages.get() as { log: number; checkpointed: number };
        if (written - checkpointed >= WORTH_MOVING || written >= TOO_LONG)
          running ??= move()
            .catch(fails)
            .finally(() => {
              running = undefined;
            });
        if (written >= TOO_LONG) await running;
      } catch (error) {
        fails(error);
      }
    },
    async close() {
      await running;
      await thread?.terminate();
    },
  };
}

/** What the thread answers. */
export interface Moved {
  readonly error?: Error;
}
