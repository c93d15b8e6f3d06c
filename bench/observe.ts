import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What a contender tells of itself when the bench asks. */
export interface Observed {
  readonly peakMegabytes: number; // resident memory at its most, since it started
  readonly longestBlockMs: number; // the event loop stood still, since it was last asked
}

/** Loaded before a contender's own program. It ends with the bench, however that ends. */
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', () => {
  const observed: Observed = {
    peakMegabytes: process.resourceUsage().maxRSS / 1_024,
    longestBlockMs: delay.max / 1e6,
  };
  delay.reset();
  process.send?.(observed);
});
process.on('disconnect', () => process.exit(1));
process.channel?.unref();
