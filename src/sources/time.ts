/** The epoch in seconds reaches this in the year 5138; in milliseconds it was passed in 1973. */
const FEWEST_EPOCH_MS = 100_000_000_000;
/** A clock that is further ahead is wrong: believed, it would make every later event look old. */
const MOST_AHEAD_MS = 5 * 60_000;
/** Go writes a time that is not set as year 1. */
const GO_ZERO_YEAR = /^0001-/;
const RFC_3339 = /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?)\s?(Z|[+-]\d\d:?\d\d)?$/i;

/**
 * A sender's time in epoch milliseconds: RFC 3339 (without a zone: UTC), or the epoch in seconds or milliseconds, also as text.
 * Undefined where it is missing, unset, unreadable or further ahead of `now` than any clock should be.
 */
export function timeOf(value: unknown, now: number): number | undefined {
  const read = readTime(value);
  return read === undefined || read > now + MOST_AHEAD_MS ? undefined : read;
}

function readTime(value: unknown): number | undefined {
  if (typeof value === 'number') return epoch(value);
  if (typeof value !== 'string' || GO_ZERO_YEAR.test(value)) return undefined;
  if (/^\d{1,16}(\.\d+)?$/.test(value)) return epoch(Number(value));
  const [, local, zone = 'Z'] = RFC_3339.exec(value.trim()) ?? [];
  if (local === undefined) return undefined;
  const ms = Date.parse(`${local.replace(' ', 'T')}${zone}`);
  return Number.isNaN(ms) ? undefined : ms;
}

function epoch(value: number): number | undefined {
  if (!(value > 0)) return undefined;
  return Math.round(value < FEWEST_EPOCH_MS ? value * 1_000 : value);
}
