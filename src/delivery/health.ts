import type { Failure } from '../domain/errors.ts';
import { delay, LOST_AFTER_FAILURES } from './backoff.ts';

/** How the lanes of this process fare: which wait, and which people were told are lost. `now` is monotonic: no step of the wall clock ends or lengthens a pause. */
export interface Health {
  /** For how many milliseconds yet every lane of the platform waits; 0: they do not. */
  accountPause(platform: string, now: number): number;
  /** Notes a failure that waiting can mend: for how long its lane waits, and whether it is lost: to be told elsewhere. */
  failed(
    platform: string,
    destination: string,
    failure: Failure,
    now: number,
    random: number,
  ): { readonly pause: number; readonly lost: boolean };
  /** Whether people are still to be told that this delivery does not arrive. True once. */
  untold(destination: string, delivery: string): boolean;
  /** A person must act before anything is shown there again. */
  closed(destination: string): void;
  /** Notes that something was shown; true where that was not to be expected any more. `attempt`: of the delivery. */
  worked(platform: string, destination: string, attempt: number, now: number): boolean;
}
interface Place {
  readonly failures: number; // in a row, of whatever item
  readonly until: number;
  readonly lost: boolean;
}

const FINE: Place = { failures: 0, until: Number.NEGATIVE_INFINITY, lost: false };

/** Places are lanes and accounts: as many as are configured. */
export function createHealth(): Health {
  const places = new Map<string, Place>();
  const told = new Map<string, Set<string>>(); // by destination, while it is lost
  return {
    accountPause: (platform, now) => Math.max(0, Math.round((places.get(platform) ?? FINE).until - now)),
    failed(platform, destination, failure, now, random) {
      const place = failure.scope === 'account' ? platform : destination;
      const known = places.get(place) ?? FINE;
      // Lanes that fail while their account waits already are the same failure of that account.
      const failures = known.until > now ? known.failures : known.failures + 1;
      const until = Math.max(known.until, now + delay(failure, failures - 1, random));
      const lost = known.lost || (failures >= LOST_AFTER_FAILURES && failure.reason !== 'limited');
      places.set(place, { failures, until, lost });
      return { pause: Math.round(until - now), lost };
    },
    untold(destination, delivery) {
      const those = told.get(destination) ?? new Set();
      told.set(destination, those);
      return those.size < those.add(delivery).size;
    },
    closed(destination) {
      places.set(destination, { ...(places.get(destination) ?? FINE), lost: true });
    },
    worked(platform, destination, attempt, now) {
      const lane = places.get(destination);
      const account = places.get(platform);
      places.set(destination, FINE);
      told.delete(destination);
      if (account !== undefined) places.set(platform, account.until > now ? { ...account, lost: false } : FINE);
      if (lane === undefined && attempt >= LOST_AFTER_FAILURES) return true; // told by a process before this one
      return (lane?.lost ?? false) || (account?.lost ?? false);
    },
  };
}
