import { vi } from 'vitest';

/** Polls until it holds: what is waited for happens elsewhere, and on a busy machine later. */
export function soon<T>(check: () => T | Promise<T>, timeout = 15_000): Promise<T> {
  return vi.waitFor(check, { timeout, interval: 20 });
}
