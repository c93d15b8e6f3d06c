import { pino } from 'pino';
import type { Store } from '../../src/domain/ports.ts';
import { type OpenOptions, openStore } from '../../src/store/index.ts';
import { clockAt } from './clock.ts';

export const DAY_MS = 86_400_000;

/** The store in this file as a running bridge has it, which logs nothing. Whoever opens it closes it. */
export function quietStore(path: string, options: Partial<OpenOptions> = {}): Promise<Store> {
  return openStore({
    url: `sqlite:${path}`,
    role: 'server',
    retention: () => 90 * DAY_MS,
    clock: clockAt(),
    log: pino({ level: 'silent' }),
    ...options,
  });
}
