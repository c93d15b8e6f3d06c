import type { Transaction } from 'kysely';
import { LONGEST_WAIT_MS } from '../domain/longest-wait.ts';
import type { Clock, Store } from '../domain/ports.ts';
import type { Writer } from './commit.ts';
import { keepTimeToAgree } from './runs.ts';
import type { Seen } from './seen.ts';
import { keepLength } from './silences.ts';
import type { Tables } from './tables.ts';
import { wakeTimers } from './timers.ts';

/** A delivery that failed often lets others go first, and what a clock drifts is less. */
const LEEWAY_MS = 5_000;

/** The answer to a clock that was set back, in one write. Leases need none: `isFree` knows those that end too late. */
export function createSetBack({
  writer,
  clock,
}: {
  readonly writer: Writer;
  readonly clock: Clock;
}): Store['clockSetBack'] {
  return (isSure) =>
    writer.write(async (trx, seen) => {
      const now = clock.now();
      await keepLength(trx, now);
      await keepTimeToAgree(trx, now, seen);
      await wakeTimers(trx, now);
      seen.timers = true;
      await endWaits(trx, now, isSure ? now : now + LONGEST_WAIT_MS + LEEWAY_MS, seen);
    });
}

/** What waits for a time after `latest` waits no longer; nor does what was never tried, and so has nothing to wait for. */
async function endWaits(trx: Transaction<Tables>, now: number, latest: number, seen: Seen): Promise<void> {
  const paused = await trx
    .updateTable('lanes')
    .set({ paused_until: now })
    .where('paused_until', '>', latest)
    .returning('destination')
    .execute();
  const due = await trx
    .updateTable('deliveries')
    .set({ due_at: now })
    .where('destination', 'in', trx.selectFrom('lanes').select('destination')) // by its index
    .where('due_at', '>', now)
    .where((row) => row.or([row('due_at', '>', latest), row('attempt', '=', 0)]))
    .returning('destination')
    .execute();
  for (const { destination } of [...paused, ...due]) seen.lanes.add(destination);
}
