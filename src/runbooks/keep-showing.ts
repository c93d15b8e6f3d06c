import type { Run } from '../domain/model.ts';
import type { Clock, Log } from '../domain/ports.ts';

const FIRST_MS = 2_000;
const MOST_MS = 10_000; // four runs at once then ask for 24 edits a minute of each card's channel; Slack takes 50 of a workspace

/** While it runs the cards follow: soon at first, then at a pace that leaves room for the edits of others. */
export async function keepShowing(
  run: Run,
  { refresh, clock, log }: { refresh(run: Run): Promise<void>; readonly clock: Clock; readonly log: Log },
  over: AbortSignal,
): Promise<void> {
  for (let wait = FIRST_MS; !over.aborted; wait = Math.min(2 * wait, MOST_MS)) {
    await clock.wait(wait, over).catch(() => {}); // it is over
    if (over.aborted) return;
    await refresh(run).catch((err: unknown) => log.debug({ err, run: run.id }, 'its cards do not follow now'));
  }
}
