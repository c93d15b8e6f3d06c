import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { clockAt } from '../support/clock.ts';
import { soon } from '../support/soon.ts';
import { delivery, incident, line, MAYA, run } from './incidents.ts';
import { DAY_MS, freshPath, openAt, put } from './samples.ts';

const TABLES = ['incidents', 'lines', 'deliveries', 'messages', 'runs'] as const;

function countsAt(path: string): Readonly<Record<string, unknown>> {
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  const count = (table: string) => database.prepare(`select count(*) as n from ${table}`).get()?.n;
  return Object.fromEntries(TABLES.map((table) => [table, count(table)]));
}

test('an incident that ended longer ago than the retention goes with all that hangs on it; an open one stays', async () => {
  const path = await freshPath();
  const store = await openAt(path, { clock: clockAt(100), retention: () => 10 * DAY_MS });
  const ago = Date.now() - 20 * DAY_MS;
  const ended = { status: 'resolved', openedAt: ago } as const;
  const open = incident({ openedAt: ago });
  const lately = incident({ ...ended, resolvedAt: Date.now() });
  const old = Array.from({ length: 60 }, () => incident({ ...ended, resolvedAt: ago }));
  await put(
    store,
    ...[open, lately, ...old].map((one) => ({
      incident: one,
      timeline: [line('opened')],
      deliveries: [delivery()],
      runs: [run(one.id, { state: 'succeeded' })],
    })),
  );
  const [lane] = await store.lanes.claim(1);
  if (lane !== undefined) {
    const due = await store.lanes.due(lane, 100);
    await store.lanes.settle(
      lane,
      due.map(({ id }) => ({ delivery: id, shown: 1, message: { id, channel: 'c' } })),
    );
  }
  await soon(() => expect(countsAt(path)).toMatchObject({ incidents: 2, lines: 2, deliveries: 2, runs: 2 }));
  expect((await store.incidents({ limit: 9 })).map(({ id }) => id).sort()).toEqual([open.id, lately.id].sort());
  expect(countsAt(path).messages).toBeLessThanOrEqual(2);
});

test('an incident that ended long ago stays while a card of it is still to be shown', async () => {
  const path = await freshPath();
  const store = await openAt(path, { clock: clockAt(100), retention: () => DAY_MS });
  const ago = Date.now() - 20 * DAY_MS;
  const old = { status: 'resolved', openedAt: ago, resolvedAt: ago } as const;
  const [shown, waiting] = [incident(old), incident(old)];
  await put(store, { incident: shown }, { incident: waiting, deliveries: [delivery()] });
  await soon(async () => expect(await store.incident(shown.id)).toBeUndefined());
  expect(await store.incident(waiting.id)).toBeDefined();
  const [lane] = await store.lanes.claim(1);
  const [due] = await store.lanes.due(lane!, 1);
  await store.lanes.settle(lane!, [{ delivery: due!.id, shown: 1, message: { id: '1', channel: 'c' } }]);
  await soon(async () => expect(await store.incident(waiting.id)).toBeUndefined());
});

test('a once-key is remembered for 72 h at least, and then forgotten', async () => {
  const path = await freshPath();
  let ahead = 0;
  const fast = clockAt(1_000);
  const clock = { ...fast, now: () => Date.now() + ahead };
  const store = await openAt(path, { clock });
  const ask = () => store.change({ once: 'a', decide: () => ({ changes: [], answer: 1 }) });
  await ask();
  ahead = 3 * DAY_MS;
  await clock.wait(120_000); // the pruner went round
  expect(await ask()).toEqual({ duplicate: true });
  ahead = 5 * DAY_MS;
  await soon(async () => expect(await ask()).toMatchObject({ duplicate: false }));
});

test('a silence that was over longer ago than the retention is forgotten', async () => {
  const path = await freshPath();
  const store = await openAt(path, { clock: clockAt(100), retention: () => DAY_MS });
  const silence = (id: string, until: number) => ({ id, matchers: 'a=b', madeAt: 0, until, why: 'a move', by: MAYA });
  await store.silences.add(silence('old', Date.now() - 20 * DAY_MS));
  await store.silences.add(silence('late', Date.now()));
  const database = new DatabaseSync(path);
  onTestFinished(() => database.close());
  const ids = () => database.prepare('select id from silences').all();
  await soon(() => expect(ids()).toEqual([{ id: 'late' }]));
});
