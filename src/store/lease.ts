import { type RawBuilder, sql } from 'kysely';

/** A holder that lives renews long before: three attempts of 10 s. */
export const LEASE_MS = 30_000;

/** A row of those that are held by one process at a time. */
interface Leased {
  readonly holder: string | null;
  readonly until: number; // epoch milliseconds
}

/** When the row can be taken, as far as it is known at `now`: 0 where nobody holds it. See `isFree`. */
export function freeFrom({ holder, until }: Leased, now: number): number {
  return holder === null || until > now + LEASE_MS ? 0 : until;
}

/** A row that nobody holds. A lease that ends later than any may was taken before the clock was set back. */
export function isFree(now: number): RawBuilder<boolean> {
  return sql<boolean>`(holder is null or until <= ${now} or until > ${now + LEASE_MS})`;
}
