import { durationText } from '../domain/duration.ts';
import type { Incident } from '../domain/model.ts';

const WINDOW_MS = 10 * 60_000;
const MAX_FLIPS = 10; // kept
const FLAPPING_FROM = 4; // changes within the window: down, up, down, up, down

type Flipping = Pick<Incident, 'flips' | 'flapping' | 'flappingSince'>;

/** When something was heard of: by the sender's clock, and by ours. */
interface Heard {
  readonly happenedAt: number;
  readonly now: number;
}

/** The key went from firing to resolved, or back. */
export function flipped(before: Flipping, heard: Heard): Flipping {
  return recent(before, [...before.flips, heard.happenedAt], heard);
}

/** The key was heard of and did not change: flapping ends when this has been so for long enough. */
export function steady(before: Flipping, heard: Heard): Flipping {
  return recent(before, before.flips, heard);
}

/** `flapping: 4 times in 10 m`. */
export function flappingText({ flips }: Flipping): string {
  return `flapping: ${flips.length} times in ${durationText(WINDOW_MS)}`;
}

function recent(before: Flipping, flips: readonly number[], { happenedAt, now }: Heard): Flipping {
  const kept = flips.filter((flip) => happenedAt - flip <= WINDOW_MS).slice(-MAX_FLIPS);
  if (kept.length < FLAPPING_FROM) return { flips: kept, flapping: false };
  return { flips: kept, flapping: true, flappingSince: (before.flapping ? before.flappingSince : undefined) ?? now };
}
