/** Every error that crosses a room carries a code, what failed, and the cure. */

/** One thing wrong in what an admin wrote. `tocsin check` prints all of them. */
export interface Fault {
  readonly place: string; // `ROUTE_DB:12` or `templates/cards/incident.md:3:14`
  readonly message: string; // what is wrong
  readonly cure: string; // what to do
  readonly excerpt?: string; // the line and a caret under the column, two lines
}

/** For a terminal: the place and what is wrong, the line with its caret, and the cure. */
export function faultText({ place, message, cure, excerpt }: Fault): string {
  const shown = excerpt === undefined ? [] : excerpt.split('\n').map((line) => `    ${line}`);
  return [`${place}: ${message}`, ...shown, `    cure: ${cure}`].join('\n');
}

/** What an admin wrote cannot be used. Holds every fault that was found, not only the first. */
export class FaultsFound extends Error {
  override readonly name = 'FaultsFound';
  readonly code = 'faults_found';
  readonly faults: readonly Fault[];
  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.place}: ${fault.message}`).join('\n'));
    this.faults = faults;
  }
}

/** A webhook that is not what its sender sends: answered 400. */
export class InvalidPayload extends Error {
  override readonly name = 'InvalidPayload';
  readonly code = 'invalid_payload';
  readonly details: readonly { readonly path: string; readonly message: string }[];
  constructor(message: string, details: readonly { path: string; message: string }[] = [], options?: ErrorOptions) {
    super(message, options);
    this.details = details;
  }
}

/** Nothing was stored, so trying again is safe: answered 503. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  readonly code = 'unavailable';
}

/**
 * limited: asked to wait. unavailable: not reached, or 5xx, before anything can have happened.
 * unknown_outcome: it may have been posted. gone: the message (not the channel) was deleted. too_large: refused for its size or shape.
 * forbidden, misconfigured: waiting cannot help, a person must act.
 */
export type Reason =
  | 'limited'
  | 'unavailable'
  | 'unknown_outcome'
  | 'gone'
  | 'too_large'
  | 'forbidden'
  | 'misconfigured';

export interface Failure {
  readonly reason: Reason;
  readonly scope: 'message' | 'channel' | 'account'; // message: only this delivery waits; account: every lane of this adapter
  readonly retryAfter?: number; // milliseconds the platform asked for
  readonly message: string; // what the platform said
  readonly cure?: string;
}

/** What adapters throw: they never retry and never wait. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  readonly code = 'delivery_failed';
  readonly failure: Failure;
  constructor(failure: Failure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}
