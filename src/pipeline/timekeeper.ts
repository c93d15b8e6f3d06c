import type { Clock, Log, NewTimer, Store, Timers } from '../domain/ports.ts';

export interface TimekeeperOptions {
  readonly timers: Timers;
  readonly watch: Store['watch'];
  readonly clockSetBack: Store['clockSetBack'];
  ring(timer: NewTimer): Promise<void>;
  /** Sets a few of them anew where an admin changed how long they wait. true: there are more. */
  retime(): Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
}

const AT_ONCE = 50;
const LOOK_EVERY_MS = 5_000; // for one that went unseen, and for a clock that was set
const SET_BACK_MS = 5_000; // what a clock drifts in between is less

/**
 * Rings timers when they are due, and notices a clock that was set back, also while the bridge was down: it makes nothing wait
 * longer than it would have.
 */
export function startTimekeeper(options: TimekeeperOptions): { stop(): Promise<void> } {
  const { timers, ring, retime, clock, log } = options;
  const stopping = new AbortController();
  let nudge = Promise.withResolvers<void>();
  const wake = () => nudge.resolve();
  let isFailing = false;
  let offset = Number.POSITIVE_INFINITY; // of the wall clock to the one that only goes on; at the start anything may have happened

  async function work(): Promise<void> {
    while (!stopping.signal.aborted) {
      nudge = Promise.withResolvers();
      let next: number | undefined;
      try {
        await countAnewWhereSetBack();
        const since = clock.now();
        const due = await timers.claim(AT_ONCE);
        await Promise.all(due.map(one));
        const areMore = await retime();
        next = due.length === AT_ONCE || areMore ? since : await timers.nextAt(since);
        isFailing = false;
      } catch (err) {
        if (!isFailing && !stopping.signal.aborted) log.warn({ err }, 'timers cannot be looked at now');
        isFailing = true; // said once: a full disk must not fill with this
      }
      await rest((next ?? Number.POSITIVE_INFINITY) - clock.now());
    }
  }

  async function countAnewWhereSetBack(): Promise<void> {
    const now = clock.now() - clock.monotonic();
    if (now < offset - SET_BACK_MS) await options.clockSetBack(Number.isFinite(offset));
    offset = now;
  }

  /** Its lease ends, and it is tried again. */
  async function one(timer: NewTimer): Promise<void> {
    try {
      await ring(timer);
    } catch (err) {
      log.warn({ err, incident: timer.incident, kind: timer.kind }, 'a timer could not be rung');
    }
  }

  async function rest(ms: number): Promise<void> {
    const nap = new AbortController();
    const nudged = nudge.promise.then(() => nap.abort());
    const long = Math.min(Math.max(ms, 0), LOOK_EVERY_MS);
    await Promise.race([clock.wait(long, nap.signal).catch(() => {}), nudged]);
  }

  const unwatch = options.watch((change) => {
    if (change.timers) wake();
  });
  const working = work();

  return {
    async stop() {
      stopping.abort();
      unwatch();
      wake();
      await working;
    },
  };
}
