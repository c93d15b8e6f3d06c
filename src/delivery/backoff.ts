import type { Failure } from '../domain/errors.ts';
import { LONGEST_WAIT_MS } from '../domain/longest-wait.ts';

export type Verdict = { readonly retryIn: number } | { readonly dead: true };

/** A card that could not be shown for this long is a dead letter: 3 days, so that a weekend's outage heals by itself. */
export const GIVE_UP_AFTER_MS = 3 * 86_400_000;
/** Failures in a row after which something is lost: with the pauses below about half a minute. */
export const LOST_AFTER_FAILURES = 6;

const FIRST_MS = 1_000;
/** "When a platform is back, every card is right within 30 s": the longest pause, and time to send what waited. */
const LONGEST_MS = 20_000;
/** A post that timed out may land late: it is looked for, or posted again, only after this. */
export const LANDS_LATE_MS = 3_000;
/** What a platform asks for is honoured from here to LONGEST_WAIT_MS, so that neither a 0 nor a 1e9 does harm. */
const LIMITED_LEAST_MS = 250;

/**
 * The one retry policy. `attempt`: failed attempts in a row before this one. `random` in [0, 1). `since`: when the
 * delivery became due. What deliver.ts could not mend (gone twice, too large twice) arrives here and is dead.
 */
export function decide(failure: Failure, attempt: number, now: number, random: number, since: number): Verdict {
  if (!passes(failure)) return { dead: true };
  // What waited while the bridge was off, or a clock that was wrong, makes it old, and was no attempt.
  const isLost = now - since > GIVE_UP_AFTER_MS && attempt + 1 >= LOST_AFTER_FAILURES;
  return isLost ? { dead: true } : { retryIn: delay(failure, attempt, random) };
}

/** Whether waiting can mend it. */
export function passes({ reason }: Failure): boolean {
  switch (reason) {
    case 'limited':
    case 'unavailable':
    case 'unknown_outcome':
      return true;
    case 'gone':
    case 'too_large':
    case 'forbidden':
    case 'misconfigured':
      return false;
  }
}

/** Milliseconds to wait after the `attempt`-th failure in a row of one item, lane or account, counted from 0. */
export function delay(failure: Failure, attempt: number, random: number): number {
  if (failure.retryAfter !== undefined)
    return Math.min(Math.max(failure.retryAfter, LIMITED_LEAST_MS), LONGEST_WAIT_MS);
  const ceiling = Math.min(FIRST_MS * 2 ** Math.min(attempt, 10), LONGEST_MS);
  const jittered = Math.round(ceiling / 2 + (ceiling / 2) * random); // the upper half: a broken platform is not hammered
  return failure.reason === 'unknown_outcome' ? Math.max(jittered, LANDS_LATE_MS) : jittered;
}
