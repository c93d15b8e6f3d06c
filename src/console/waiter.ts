import type { Clock } from '../domain/ports.ts';

/** Sleeps until it is woken or the time is over. A call that comes while it is awake is kept. */
export interface Waiter {
  wake(): void;
  rest(ms: number, gone: AbortSignal): Promise<void>;
}

export function createWaiter(clock: Clock): Waiter {
  let called = false;
  let sleep: AbortController | undefined;
  return {
    wake() {
      called = true;
      sleep?.abort();
    },
    async rest(ms, gone) {
      if (!called) {
        sleep = new AbortController();
        // Being woken and the reader's leaving both end the sleep: neither is an error.
        await clock.wait(ms, AbortSignal.any([gone, sleep.signal])).catch(() => {});
        sleep = undefined;
      }
      called = false;
    },
  };
}
