import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decide, GIVE_UP_AFTER_MS, LANDS_LATE_MS, LOST_AFTER_FAILURES } from '../../src/delivery/backoff.ts';
import type { Failure, Reason } from '../../src/domain/errors.ts';

const NOW = 1_750_000_000_000;
const failure = (reason: Reason, more: Partial<Failure> = {}): Failure => ({
  reason,
  scope: 'channel',
  message: 'no',
  ...more,
});
const wait = (of: Failure, attempt: number, random: number) => {
  const verdict = decide(of, attempt, NOW, random, NOW);
  return 'dead' in verdict ? undefined : verdict.retryIn;
};
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const waits = fc.constantFrom<Reason>('unavailable', 'unknown_outcome', 'limited');

describe('decide', () => {
  test.each<[Reason]>([['forbidden'], ['misconfigured'], ['gone'], ['too_large']])('%s is dead at once', (reason) => {
    expect(decide(failure(reason), 0, NOW, 0.5, NOW)).toEqual({ dead: true });
  });

  test.each([
    [7_000, 7_000],
    [1_251, 1_251],
    [0, 250],
    [1e12, 900_000],
  ])('a platform that asks for %i ms gets %i ms', (retryAfter, expected) => {
    fc.assert(
      fc.property(fc.nat(1_000), random, (attempt, roll) => {
        expect(wait(failure('limited', { retryAfter }), attempt, roll)).toBe(expected);
      }),
    );
  });

  test('pauses double from one second to 20 s', () => {
    const longest = [0, 1, 2, 3, 4, 5, 50].map((attempt) => wait(failure('unavailable'), attempt, 0.9999));
    expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 15_999, 19_999, 19_999]);
  });

  test('every pause is in the upper half of its ceiling, so a platform that is back is asked within 20 s', () => {
    fc.assert(
      fc.property(waits, fc.nat(10_000), random, (reason, attempt, roll) => {
        const ceiling = Math.min(1_000 * 2 ** attempt, 20_000);
        const pause = wait(failure(reason), attempt, roll)!;
        expect(pause).toBeGreaterThanOrEqual(ceiling / 2);
        expect(pause).toBeLessThanOrEqual(Math.max(ceiling, LANDS_LATE_MS));
      }),
    );
  });

  test('a post of unknown outcome gets the time to land', () => {
    expect(wait(failure('unknown_outcome'), 0, 0)).toBe(LANDS_LATE_MS);
  });

  test('what waiting can mend is tried for three days and some times, and then a dead letter', () => {
    const attempts = fc.oneof(fc.nat(2 * LOST_AFTER_FAILURES), fc.nat(100_000));
    fc.assert(
      fc.property(waits, attempts, fc.nat(2 * GIVE_UP_AFTER_MS), random, (reason, attempt, age, roll) => {
        const verdict = decide(failure(reason), attempt, NOW, roll, NOW - age);
        expect('dead' in verdict).toBe(age > GIVE_UP_AFTER_MS && attempt + 1 >= LOST_AFTER_FAILURES);
      }),
    );
  });
});
