import { StoreUnavailable } from '../domain/errors.ts';
import type { Clock, Lane, Lanes, Log, Outcome } from '../domain/ports.ts';
import type { Hold } from './serving.ts';

/** Nothing may be sent in this lane any more: another process holds it, or this one stops. */
export class LaneEnded extends Error {
  override readonly name = 'LaneEnded';
  readonly why: 'lost' | 'stopping';
  constructor(why: 'lost' | 'stopping') {
    super(`The lane is ${why}`);
    this.why = why;
  }
}

/** A lease is confirmed before an attempt where that was longer ago: with ATTEMPT_MS well within a lease of 30 s. */
const CONFIRM_AFTER_MS = 5_000;
/** What was posted must be written down: tried for this long while the store is away. */
const SETTLE_FOR_MS = 30_000;
const SETTLE_AGAIN_MS = 500;

/** The lease of one lane while it is served. By the monotonic clock: a paused process asks before it sends. */
export function holdLane(
  lane: Lane,
  around: {
    readonly lanes: Lanes;
    readonly clock: Clock;
    readonly stopping: AbortSignal;
    readonly halt: AbortSignal;
    readonly log: Log;
  },
): Hold {
  const { lanes, clock } = around;
  let confirmedAt = clock.monotonic();
  const held = (yes: boolean) => {
    if (!yes) throw new LaneEnded('lost');
  };
  return {
    async confirm() {
      if (around.stopping.aborted) throw new LaneEnded('stopping');
      if (clock.monotonic() - confirmedAt < CONFIRM_AFTER_MS) return;
      held(await lanes.renew(lane));
      confirmedAt = clock.monotonic();
    },
    async sending(delivery) {
      held(await lanes.sending(lane, delivery));
    },
    async settle(outcomes: readonly Outcome[]) {
      const until = clock.monotonic() + SETTLE_FOR_MS;
      for (;;) {
        try {
          return held(await lanes.settle(lane, outcomes));
        } catch (error) {
          const again = error instanceof StoreUnavailable && clock.monotonic() < until && !around.halt.aborted;
          if (!again) throw error;
          around.log.warn({ error: error.message }, 'an outcome is not stored yet');
          await clock.wait(SETTLE_AGAIN_MS, around.halt).catch(() => {}); // halted: one last try
        }
      }
    },
  };
}
