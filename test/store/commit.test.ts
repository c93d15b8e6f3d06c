import { mkdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { newId } from '../../src/domain/id.ts';
import type { Lane, Metrics, Store } from '../../src/domain/ports.ts';
import type { Database } from '../../src/store/database.ts';
import { createFlush, FlushFailed } from '../../src/store/flush.ts';
import { openSqlite } from '../../src/store/open-sqlite.ts';
import { createStore } from '../../src/store/store.ts';
import { clockAt } from '../support/clock.ts';
import { soon } from '../support/soon.ts';
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

test('what is stored is answered and told once it survives a power loss, not before', async () => {
  const flush = gate();
  const { store } = await opened((database) => ({ ...database, flush: () => flush.passed }));
  const told = vi.fn();
  onTestFinished(store.watch(told));
  const answered = vi.fn();
  const one = incident();
  const stored = put(store, { incident: one }).then(answered);
  await soon(async () => expect(await store.incident(one.id)).toBeDefined()); // it is committed
  expect([answered.mock.calls.length, told.mock.calls.length]).toEqual([0, 0]);
  flush.open();
  await stored;
  expect(told).toHaveBeenCalledWith(expect.objectContaining({ incidents: [one.id] }));
});

test('no lane serves, and no press is answered by, what may never be on disk', async () => {
  const flush = gate();
  let isOpen = true;
  const { store } = await opened((database) => ({
    ...database,
    flush: () => (isOpen ? database.flush() : flush.passed),
  }));
  const one = incident();
  const to = { destination: 'slack:C1', route: 'ROUTE_DEFAULT', options: { template: 'incident', mention: [] } };
  await put(store, { incident: one, deliveries: [{ id: newId(Date.now()), ...to }] });
  const [lane] = (await store.lanes.claim(1)) as [Lane];
  isOpen = false;
  const stored = store.change({
    once: 'press:a',
    ids: [one.id],
    decide: () => ({ changes: [{ incident: { ...one, title: 'pressed' }, timeline: [] }], answer: 1 }),
  });
  await soon(async () => expect((await store.incident(one.id))?.incident.title).toBe('pressed')); // it is committed
  const settled = vi.fn();
  const asked = [store.lanes.due(lane, 1).finally(settled), store.seen('press:a').finally(settled)];
  await wait(50);
  expect(settled).not.toHaveBeenCalled();
  const outcomes = Promise.allSettled([stored, ...asked]);
  flush.fail(new FlushFailed('the disk did not take it'));
  expect(await outcomes).toMatchObject(Array(3).fill({ status: 'rejected', reason: expect.any(StoreUnavailable) }));
});

test('what comes while the disk is waited for shares the next commit', async () => {
  const flush = gate();
  const { batches, metrics } = countingMetrics();
  const { store } = await opened((database) => ({ ...database, flush: () => flush.passed }), metrics);
  const first = put(store, {});
  await soon(async () => expect(await store.incidents({ limit: 10 })).toHaveLength(1));
  const others = Array.from({ length: 10 }, () => put(store, {}));
  flush.open();
  await Promise.all([first, ...others]);
  expect(batches.at(-1)).toBe(10);
});

test('where the disk did not take a commit, nothing is acknowledged any more, and health says the cure', async () => {
  const failure = new FlushFailed('the disk did not take what was written to tocsin.db-wal');
  let isBroken = true;
  const { store } = await opened((database) => ({
    ...database,
    flush: () => (isBroken ? Promise.reject(failure) : database.flush()),
  }));
  await expect(put(store, {})).rejects.toThrow(StoreUnavailable);
  isBroken = false; // whatever a later flush says: the system reports such a fault once
  await expect(put(store, {})).rejects.toThrow(failure.message);
  expect(await store.health()).toEqual({ writable: false, reason: failure.message });
});

test('a tool waits for the disk within each commit, the server for its own flush', async () => {
  const path = await freshPath();
  const log = pino({ level: 'silent' });
  const server = await openSqlite(path, 'server', log);
  const tool = await openSqlite(path, 'tool', log);
  const [one, other] = await Promise.all(
    [server, tool].map(({ write }) => sql<{ synchronous: number }>`pragma synchronous`.execute(write)),
  );
  await Promise.all([tool.close(), server.close()]);
  // 1 normal, 2 full: https://www.sqlite.org/pragma.html#pragma_synchronous
  expect([one?.rows, other?.rows]).toEqual([[{ synchronous: 1 }], [{ synchronous: 2 }]]);
});

test.for([
  ['is gone', () => {}, 'ENOENT'],
  ['is on what cannot be flushed', (file: string) => symlinkSync('/dev/null', file), 'EINVAL'],
] as const)('a flush fails where the -wal file %s', async ([, prepare, code]) => {
  const path = await freshPath();
  mkdirSync(dirname(path));
  prepare(`${path}-wal`);
  const { flush, close } = createFlush(path);
  onTestFinished(close);
  await expect(flush()).rejects.toMatchObject({ code: 'flush_failed', cause: { code } });
});

test('what was committed is moved out of the -wal file however long a flood is', async () => {
  const path = await freshPath();
  const store = await openAt(path);
  for (let round = 0; round < 30; round++)
    await put(store, ...Array.from({ length: 16 }, () => ({ incident: incident({ text: 'x'.repeat(200_000) }) })));
  const [file, wal] = [path, `${path}-wal`].map((one) => statSync(one).size / 1024 / 1024);
  expect(file).toBeGreaterThan(30);
  expect(wal).toBeLessThan(60); // 96 MiB were written
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
  await soon(async () => expect(await store.health()).toEqual({ writable: true }));
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
  await soon(async () => expect(await store.health()).toEqual({ writable: true }));
  const again = await store.change({ once: 'big:0', decide: () => ({ changes: [], answer: 1 }) });
  expect(again).toEqual({ duplicate: false, answer: 1 });
});

/** A promise that waits until it is opened. */
function gate(): { readonly passed: Promise<void>; open(): void; fail(why: Error): void } {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { passed: promise, open: () => resolve(), fail: reject };
}

/** A store and the database under it. */
async function opened(
  changed = (database: Database) => database,
  metrics?: Metrics,
): Promise<{ readonly database: Database; readonly store: Store }> {
  const log = pino({ level: 'silent' });
  const database = changed(await openSqlite(await freshPath(), 'server', log));
  const store = createStore(database, {
    role: 'server',
    retention: () => DAY_MS,
    clock: clockAt(),
    log,
    ...(metrics && { metrics }),
  });
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
