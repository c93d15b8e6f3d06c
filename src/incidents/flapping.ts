import { durationText } from '../domain/duration.ts';

const WINDOW_MS = 10 * 60_000;
const MAX_FLIPS = 10; // kept
const FLAPPING_FROM = 4; // changes within the window: down, up, down, up, down

interface Flipping {
  readonly flips: readonly number[];
  readonly flapping: boolean;
}

/** The key went from firing to resolved, or back, at `at` (the sender's clock). */
export function flipped(before: Flipping, at: number): Flipping {
  return recent([...before.flips, at], at);
}

/** The key was heard of and did not change: flapping ends when this has been so for long enough. */
export function steady(before: Flipping, at: number): Flipping {
  return recent(before.flips, at);
}

/** `flapping: 4 times in 10 m`. */
export function flappingText({ flips }: Flipping): string {
  return `flapping: ${flips.length} times in ${durationText(WINDOW_MS)}`;
}

function recent(flips: readonly number[], at: number): Flipping {
  const kept = flips.filter((flip) => at - flip <= WINDOW_MS).slice(-MAX_FLIPS);
  return { flips: kept, flapping: kept.length >= FLAPPING_FROM };
}
