import type { Store } from '../domain/ports.ts';
import { createHealth } from './health.ts';
import { serveLane } from './lane.ts';
import type { LaneOptions } from './serving.ts';

export interface DeliveryOptions extends LaneOptions {
  readonly watch: Store['watch'];
}
export interface Delivering {
  /** No new attempts; waits `deadline` milliseconds at most for those in flight, ends them, and releases the lanes. */
  stop(deadline?: number): Promise<void>;
}

/** Lanes served at once in this process: a lane that hangs takes one of these, and nothing from the others. */
const MOST_LANES = 128;
/** Changes wake the worker; this is for one that went unseen. */
const SAFETY_POLL_MS = 5_000;
/** A lane that is due but could not be claimed has a holder: it is not asked for more often than this. */
const HELD_WAIT_MS = 250;
const STOP_WITHIN_MS = 5_000; // of the 10 s that the whole process has
const LAST_WORDS_MS = 1_000; // for the store to take what ended attempts still have to say

/** Claims lanes that have something due and serves each beside the others. */
export function startDelivery(options: DeliveryOptions): Delivering {
  const { lanes, clock, log } = options;
  const stopping = new AbortController();
  const halt = new AbortController();
  const health = createHealth();
  const served = new Map<string, Promise<void>>();
  let bell = Promise.withResolvers<void>();

  const unwatch = options.watch((change) => {
    if (change.lanes.some((destination) => !served.has(destination))) bell.resolve();
  });

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      bell = Promise.withResolvers();
      let wait = SAFETY_POLL_MS;
      try {
        wait = await claim();
      } catch (err) {
        log.error({ err }, 'lanes could not be claimed');
      }
      await sleep(wait);
    }
  }

  /** Answers how long nothing is to be done, unless the bell rings. */
  async function claim(): Promise<number> {
    const free = MOST_LANES - served.size;
    if (free === 0) return SAFETY_POLL_MS; // a lane that ends rings
    for (const lane of await lanes.claim(free, [...served.keys()])) {
      const serving = serveLane(lane, { ...options, health, stopping: stopping.signal, halt: halt.signal }).finally(
        () => {
          served.delete(lane.destination);
          bell.resolve(); // what changed meanwhile may be due here
        },
      );
      served.set(lane.destination, serving);
    }
    const next = await lanes.nextDueAt();
    if (next === undefined) return SAFETY_POLL_MS;
    const wait = next - clock.now();
    return wait > 0 ? Math.min(wait, SAFETY_POLL_MS) : HELD_WAIT_MS;
  }

  async function sleep(ms: number): Promise<void> {
    const woken = new AbortController();
    const over = AbortSignal.any([woken.signal, stopping.signal]);
    await Promise.race([bell.promise, clock.wait(ms, over).catch(() => {})]); // it rejects when woken: no matter
    woken.abort();
  }

  const running = run();

  async function end(deadline: number): Promise<void> {
    unwatch();
    stopping.abort();
    const ended = running.then(() => Promise.all(served.values()));
    await within(deadline, ended);
    halt.abort(new Error('Tocsin stopped before the platform answered'));
    await within(LAST_WORDS_MS, ended);
  }

  async function within(ms: number, ended: Promise<unknown>): Promise<void> {
    const over = new AbortController();
    await Promise.race([ended, clock.wait(ms, over.signal).catch(() => {})]);
    over.abort();
  }

  let stopped: Promise<void> | undefined;
  return {
    stop(deadline = STOP_WITHIN_MS) {
      stopped ??= end(deadline);
      return stopped;
    },
  };
}
