import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Change, Metrics, Store } from '../../src/domain/ports.ts';
import { type OpenOptions, openStore } from '../../src/store/index.ts';
import { clockAt } from '../support/clock.ts';
import { incident } from './incidents.ts';

export const DAY_MS = 86_400_000;

/** A folder of its own that is gone after the test; answers the path of a database in it. */
export async function freshPath(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tocsin-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'data', 'tocsin.db');
}

export async function openAt(path: string, options: Partial<OpenOptions> = {}): Promise<Store> {
  const store = await openStore({
    url: `sqlite:${path}`,
    role: 'server',
    retention: () => 90 * DAY_MS,
    clock: clockAt(),
    log: pino({ level: 'silent' }),
    ...options,
  });
  onTestFinished(() => store.close());
  return store;
}

/** Stores a change as it is. */
export async function put(store: Store, ...changes: readonly Partial<Change>[]): Promise<void> {
  const whole = changes.map((change): Change => ({ incident: incident(), timeline: [], ...change }));
  const ids = whole.map((change) => change.incident.id);
  await store.change({ ids, decide: () => ({ changes: whole, answer: undefined }) });
}

/** How many calls each commit held. */
export function countingMetrics(): { readonly batches: number[]; readonly metrics: Metrics } {
  const batches: number[] = [];
  const committed: Metrics['committed'] = (_seconds, batch) => {
    batches.push(batch);
  };
  return { batches, metrics: { committed } as Metrics };
}
