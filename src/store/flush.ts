import { closeSync, fdatasync, openSync } from 'node:fs';
import { promisify } from 'node:util';

const flushed = promisify(fdatasync);

/** Nobody knows any more what of the last commits is on disk: what the system had in memory for the file may be gone. */
export class FlushFailed extends Error {
  override readonly name = 'FlushFailed';
  readonly code = 'flush_failed';
  readonly cure = 'Look at the disk, and restart Tocsin: it goes on with what is on it.';
}

/**
 * Waits until all commits so far survive a power loss, in a thread of the pool: with `synchronous = full` SQLite does it within the
 * commit, and the event loop stands still for as long as the disk takes. The connection that commits has `normal` for it: then SQLite
 * flushes the -wal file before a checkpoint alone. https://www.sqlite.org/pragma.html#pragma_synchronous
 */
export function createFlush(path: string): { flush(): Promise<void>; close(): void } {
  const file = `${path}-wal`;
  let opened: number | undefined;
  return {
    async flush() {
      try {
        opened ??= openSync(file, 'r+'); // SQLite truncates it, but never makes it anew while it has the database open
        await flushed(opened);
      } catch (cause) {
        throw new FlushFailed(`the disk did not take what was written to ${file}`, { cause });
      }
    },
    close() {
      if (opened !== undefined) closeSync(opened);
      opened = undefined;
    },
  };
}
