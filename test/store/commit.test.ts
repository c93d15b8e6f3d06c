import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import type { Store } from '../../src/domain/ports.ts';
import type { Database } from '../../src/store/database.ts';
import { openSqlite } from '../../src/store/open-sqlite.ts';
import { createStore } from '../../src/store/store.ts';
import { clockAt } from '../support/clock.ts';
import { incident } from './incidents.ts';
import { countingMetrics, DAY_MS, freshPath, openAt, put } from './samples.ts';

test('changes that come together share commits', async () => {
  const { batches, metrics } = countingMetrics();
  const store = await openAt(await freshPath(), { metrics });
  await store.memory.put('a', '1'); // behind what the store itself writes at its start
  batches.length = 0;
  await Promise.all(Array.from({ length: 64 }, () => put(store, {})));
  expect(batches).toEqual([64]);
});

test('a change of many incidents does not make its neighbours wait for one long commit', async () => {
  const { batches, metrics } = countingMetrics();
  const store = await openAt(await freshPath(), { metrics });
  const keys = Array.from({ length: 100 }, (_, n) => `k${n}`);
  await store.memory.put('a', '1');
  batches.length = 0;
  await Promise.all(
    Array.from({ length: 4 }, () => store.change({ keys, decide: () => ({ changes: [], answer: undefined }) })),
  );
  expect(batches).toEqual([1, 1, 1, 1]);
});

test('a queue that is over its bound refuses, and says so', async () => {
  const store = await openAt(await freshPath());
  await store.memory.put('a', '1');
  const flood = Array.from({ length: 10_001 }, () => store.change({ decide: () => ({ changes: [], answer: 1 }) }));
  const settled = Promise.allSettled(flood);
  expect(await store.health()).toEqual({ writable: false, reason: 'too much waits to be stored' });
  const refused = (await settled).filter(({ status }) => status === 'rejected');
  expect(refused).toMatchObject([{ reason: expect.any(StoreUnavailable) }]);
  expect(await store.health()).toEqual({ writable: true });
});

test('reads do not wait for a commit, and a read that goes on does not make one wait', async () => {
  const path = await freshPath();
  const store = await openAt(path);
  const one = incident();
  await put(store, { incident: one });
  const reader = new DatabaseSync(path, { readOnly: true });
  onTestFinished(() => reader.close());
  reader.exec('begin; select count(*) from incidents');
  await put(store, { incident: one });
  expect((await store.incident(one.id))?.incident.revision).toBe(2);
});

test('a commit survives a power loss', async () => {
  const { database } = await opened();
  const { rows } = await sql<{ synchronous: number }>`pragma synchronous`.execute(database.write);
  expect(rows).toEqual([{ synchronous: 2 }]); // FULL: https://www.sqlite.org/pragma.html#pragma_synchronous
});

test('a lock that another process holds for a while is waited for, the event loop running', async () => {
  const path = await freshPath();
  const store = await openAt(path);
  const other = holdWriteLock(path);
  const one = incident();
  const stored = put(store, { incident: one });
  let longest = 0;
  for (let last = performance.now(), n = 0; n < 20; n++) {
    await wait(10);
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }
  other.free();
  await stored;
  expect(await store.incident(one.id)).toBeDefined();
  expect(longest).toBeLessThan(1_000);
});

test('a lock that stays is told in a moment, and over when it is freed', async () => {
  const path = await freshPath();
  const store = await openAt(path);
  const other = holdWriteLock(path);
  const began = performance.now();
  await expect(put(store, {})).rejects.toBeInstanceOf(StoreUnavailable);
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await store.health()).toEqual({
    writable: false,
    reason: 'another process is writing to the database',
  });
  other.free();
  await vi.waitFor(async () => expect(await store.health()).toEqual({ writable: true }), { timeout: 3_000 });
});

test('a full disk is told, nothing of it is stored or remembered, and it is over when there is room', async () => {
  const { database, store } = await opened();
  const kept = incident();
  await put(store, { incident: kept });
  await store.memory.put('a', '1');
  // Not a page more than there is: SQLite answers as on a full disk. https://www.sqlite.org/pragma.html#pragma_max_page_count
  await sql`pragma max_page_count = 1`.execute(database.write);

  const results = await Promise.allSettled(
    Array.from({ length: 20 }, (_, n) =>
      store.change({
        once: `big:${n}`,
        decide: () => ({ changes: [{ incident: incident({ text: 'x'.repeat(100_000) }), timeline: [] }], answer: 1 }),
      }),
    ),
  );
  expect(new Set(results.map(({ status }) => status))).toEqual(new Set(['rejected']));
  expect(results[0]).toMatchObject({ reason: { code: 'unavailable', cause: { errcode: 13 } } });
  expect(await store.incidents({ limit: 10 })).toMatchObject([{ id: kept.id }]);
  await store.memory.put('a', '2'); // what needs no room is stored, and proves nothing
  const full = { writable: false, reason: 'the disk is full' };
  expect(await store.health()).toEqual(full);
  await wait(1_100); // longer than it takes to be tried again
  expect(await store.health()).toEqual(full);

  await sql`pragma max_page_count = 1000000`.execute(database.write);
  await vi.waitFor(async () => expect(await store.health()).toEqual({ writable: true }), { timeout: 3_000 });
  const again = await store.change({ once: 'big:0', decide: () => ({ changes: [], answer: 1 }) });
  expect(again).toEqual({ duplicate: false, answer: 1 });
});

/** A store and the database under it. */
async function opened(): Promise<{ readonly database: Database; readonly store: Store }> {
  const log = pino({ level: 'silent' });
  const database = await openSqlite(await freshPath(), 'server', log);
  const store = createStore(database, { role: 'server', retention: () => DAY_MS, clock: clockAt(), log });
  onTestFinished(() => store.close());
  return { database, store };
}

/** Another process that writes, on a connection of its own. */
function holdWriteLock(path: string): { free(): void } {
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  database.exec('begin immediate');
  return { free: () => database.exec('rollback') };
}
