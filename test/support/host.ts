import { pino } from 'pino';
import type { Host, Memory } from '../../src/domain/ports.ts';
import { clockAt } from './clock.ts';

/** What an adapter is given, with nothing behind it. */
export function hostOf(over: Partial<Host> = {}): Host {
  return {
    clock: clockAt(),
    log: pino({ level: 'silent' }),
    memory: memoryOf(),
    press: async () => ({ kind: 'told', text: 'well' }),
    open: async () => ({ at: 0, heading: 'Nothing is open.', items: [], count: 0 }),
    ...over,
  };
}

export function memoryOf(): Memory {
  const kept = new Map<string, string>();
  return { get: async (name) => kept.get(name), put: async (name, value) => void kept.set(name, value) };
}
