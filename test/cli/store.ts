import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { newId } from '../../src/domain/id.ts';
import type { Lane, Store } from '../../src/domain/ports.ts';
import { newIncident } from '../support/incident.ts';
import { quietStore } from '../support/store.ts';

/** The store of a folder, opened as a running bridge has it. */
export async function serving(folder: string): Promise<Store> {
  const store = await quietStore(join(folder, 'tocsin.db'));
  onTestFinished(() => store.close());
  return store;
}

/** Incidents with one delivery each to `destination`. Answers the ids of the deliveries. */
export async function deliveries(
  store: Store,
  destination: string,
  count: number,
  title = (n: number) => `API ${n} is down`,
): Promise<readonly string[]> {
  const ids = Array.from({ length: count }, () => newId(Date.now()));
  const options = { template: 'incident', mention: [] };
  await store.change({
    decide: () => ({
      changes: ids.map((id, n) => ({
        incident: newIncident({ key: `wizstatus:${n}`, title: title(n), monitor: `API ${n}` }),
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
