import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../../src/domain/ports.ts';

/** Real time, or time that runs `speed` times as fast: ten seconds pass in half of one at 20. */
export function clockAt(speed = 1): Clock {
  const start = Date.now();
  const startMonotonic = performance.now();
  return {
    now: () => Math.round(start + (performance.now() - startMonotonic) * speed),
    monotonic: () => performance.now() * speed,
    wait: (ms, signal) => wait(ms / speed, undefined, signal && { signal }),
  };
}
