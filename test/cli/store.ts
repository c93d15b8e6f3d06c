import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { newId } from '../../src/domain/id.ts';
import type { Incident } from '../../src/domain/model.ts';
import type { Lane, Store } from '../../src/domain/ports.ts';
import { openStore } from '../../src/store/index.ts';
import { clockAt } from '../support/clock.ts';

/** The store of a folder, opened as a running bridge has it. */
export async function serving(folder: string): Promise<Store> {
  const store = await openStore({
    url: `sqlite:${join(folder, 'tocsin.db')}`,
    role: 'server',
    retention: () => 86_400_000,
    clock: clockAt(),
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => store.close());
  return store;
}

/** Incidents with one delivery each to `destination`. Answers the ids of the deliveries. */
export async function deliveries(store: Store, destination: string, count: number): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => newId(Date.now()));
  const options = { template: 'incident', mention: [] };
  await store.change({
    decide: () => ({
      changes: ids.map((id, n) => ({
        incident: incident(n),
        timeline: [],
        deliveries: [{ id, destination, route: 'ROUTE_DEFAULT', options }],
      })),
      answer: undefined,
    }),
  });
  return ids;
}

/** Takes the lane that has something due, as the worker does. */
export async function laneOf(store: Store, destination: string): Promise<Lane | undefined> {
  return (await store.lanes.claim(10)).find((lane) => lane.destination === destination);
}

function incident(n: number): Omit<Incident, 'revision'> {
  const now = Date.now();
  return {
    id: newId(now),
    key: `wizstatus:${n}`,
    source: 'wizstatus',
    status: 'firing',
    severity: 'critical',
    title: `API ${n} is down`,
    brief: '',
    text: '',
    monitor: `API ${n}`,
    labels: {},
    openedAt: now,
    lastEventAt: now,
    count: 1,
    flips: [],
    flapping: false,
    why: [],
  };
}
