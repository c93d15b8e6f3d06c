import type { Failure } from '../domain/errors.ts';
import type { Card } from '../domain/model.ts';
import type { Adapter, Clock, Delivery, Lane, Lanes, Log, Metrics, Outcome, Rendered } from '../domain/ports.ts';
import type { Health } from './health.ts';

/** What a lane needs to be served. */
export interface LaneOptions {
  readonly lanes: Lanes;
  readonly adapters: ReadonlyMap<string, Reached>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  card(delivery: Delivery, platform: string): Card;
  random(): number;
  /** A delivery died, or its destination has failed so often that people should be told elsewhere. */
  lost(delivery: Delivery, failure: Failure): Promise<void>;
  /** A destination that was lost shows this delivery. */
  back(delivery: Delivery): Promise<void>;
}
/** A platform that is configured. */
export interface Reached {
  readonly adapter: Adapter;
  render(card: Card): Rendered;
}
/** One lane while it is served. */
export interface Serving extends LaneOptions {
  readonly lane: Lane;
  readonly platform: string;
  readonly channel: string;
  readonly hold: Hold;
  readonly health: Health;
  readonly stopping: AbortSignal; // no new attempts
  readonly halt: AbortSignal; // and those in flight end now
}

/** The lease of the lane. Each call throws LaneEnded where nothing may be sent any more. */
export interface Hold {
  /** Before each call of the platform. */
  confirm(): Promise<void>;
  /** Before each post: only these are ambiguous after a crash. */
  sending(delivery: string): Promise<void>;
  settle(outcomes: readonly Outcome[]): Promise<void>;
}

/** Deliveries handled together where nothing is sent: some 7 ms of the event loop. */
export const BATCH = 100;
