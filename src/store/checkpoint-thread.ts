import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import type { Moved } from './checkpoints.ts';

/** Answers each message with a checkpoint that waits for nobody: what is read or written meanwhile stays for the next. */
const database = new DatabaseSync((workerData as { readonly path: string }).path);
parentPort?.on('message', () => parentPort?.postMessage(move()));

function move(): Moved {
  try {
    database.exec('pragma wal_checkpoint(passive)');
    return {};
  } catch (error) {
    return { error: error as Error };
  }
}
