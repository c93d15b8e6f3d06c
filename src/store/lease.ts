import { type RawBuilder, sql } from 'kysely';

/** A holder that lives renews long before: three attempts of 10 s. */
export const LEASE_MS = 30_000;

/** A row that nobody holds. A lease that ends later than any may was taken before the clock was set back. */
export function isFree(now: number): RawBuilder<boolean> {
  return sql<boolean>`(holder is null or until <= ${now} or until > ${now + LEASE_MS})`;
}
