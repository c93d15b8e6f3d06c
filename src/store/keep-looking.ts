import type { Clock } from '../domain/ports.ts';
import type { Writer } from './commit.ts';

const LOOK_EVERY_MS = 1_000;

/** That nothing can be stored, and that it can again, is in the log though nobody asks or sends. Ends with the returned function. */
export function keepLooking(writer: Pick<Writer, 'trouble'>, clock: Clock): () => void {
  const stopping = new AbortController();

  async function look(): Promise<void> {
    while (!stopping.signal.aborted) {
      await writer.trouble();
      await clock.wait(LOOK_EVERY_MS, stopping.signal).catch(() => {});
    }
  }

  void look();
  return () => stopping.abort();
}
