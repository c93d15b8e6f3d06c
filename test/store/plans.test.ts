import { DatabaseSync } from 'node:sqlite';
import { Kysely, type LogEvent } from 'kysely';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { openSqlite } from '../../src/store/open-sqlite.ts';
import { sqliteDialect } from '../../src/store/sqlite.ts';
import { createStore } from '../../src/store/store.ts';
import type { Tables } from '../../src/store/tables.ts';
import { clockAt } from '../support/clock.ts';
import { delivery, incident, line, run } from './incidents.ts';
import { DAY_MS, freshPath, put } from './samples.ts';

/** Tables that hold a row for each lane or setting, not for each incident. */
const SMALL = /^(lanes|settings|asked|\d+|CONSTANT)/;

test('nothing that the store asks looks through all incidents, lines, deliveries, runs, timers, silences or receipts', async () => {
  const path = await freshPath();
  const asked = new Set<string>();
  const database = await openSqlite(path, 'server', pino({ level: 'silent' }));
  const heard = listening(path, database, (text) => asked.add(text));
  const store = createStore(heard, {
    role: 'server',
    retention: () => DAY_MS,
    clock: clockAt(100),
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => store.close());

  const one = incident();
  const queued = run(one.id);
  await put(store, { incident: one, timeline: [line('opened')], deliveries: [delivery()], runs: [queued] });
  await store.change({ once: 'a', keys: [one.key], ids: [one.id], decide: () => ({ changes: [], answer: 1 }) });
  await put(store, { incident: one, timeline: [line('acknowledged')] });
  const [lane] = await store.lanes.claim(1);
  if (lane === undefined) throw new Error('no lane');
  await store.lanes.nextDueAt();
  for (const step of ['post', 'edit', 'call', 'line'] as const) await store.lanes.due(lane, 10, step);
  const [due] = await store.lanes.due(lane, 10);
  if (due === undefined) throw new Error('nothing is due');
  await store.lanes.sending(lane, due.id);
  await store.lanes.settle(lane, [{ delivery: due.id, shown: 2 }]);
  await store.runs.claim(1);
  await store.runs.orphans();
  await store.runs.waiting();
  await store.audit.record({
    at: 0,
    actor: { platform: 'cli', id: 'cli', name: 'cli' },
    what: 'reload',
    outcome: 'done',
  });
  await store.audit.rows({ after: 0, limit: 10 });
  await store.audit.verify();
  await store.incident(one.id);
  await store.incidents({ limit: 10 });
  await store.incidents({ limit: 10, status: ['firing', 'acknowledged'] });
  await store.incidents({ limit: 10, status: ['firing'], severity: ['critical'], oldestFirst: true });
  await store.incidents({ limit: 10, status: ['acknowledged'], before: one.id });
  await store.incidents({ limit: 10, text: 'api' });
  await store.counts();
  await store.deadLetters();
  await store.replay('all');
  const timer = { incident: one.id, kind: 'remind', at: 1 } as const;
  await store.change({ decide: () => ({ changes: [], timers: [timer, { ...timer, kind: 'snooze' }], answer: 1 }) });
  await store.timers.nextAt(0);
  await store.timers.claim(1);
  await store.clockSetBack(false);
  await store.silences.active();
  await store.silences.end('s1', { platform: 'console', id: 'console', name: 'Maya' });

  const plain = new DatabaseSync(path);
  onTestFinished(() => plain.close());
  const scans = [...asked].flatMap((text) =>
    plain
      .prepare(`explain query plan ${text}`)
      .all()
      .map(({ detail }) => String(detail))
      .filter((detail) => detail.startsWith('SCAN '))
      .map((detail) => detail.slice('SCAN '.length))
      // In the order of an index that holds only what is open, waiting or dead; or along the newest ones, up to a limit.
      .filter((scan) => !/INDEX (incidents_listed|deliveries_due|deliveries_dead)/.test(scan))
      .filter((scan) => !(isAlongTheNewest(text) && /INDEX sqlite_autoindex_(incidents|receipts)_1/.test(scan)))
      .filter((scan) => !SMALL.test(scan))
      .map((scan) => `${scan}: ${text}`),
  );
  expect(asked.size).toBeGreaterThan(25);
  expect(scans).toEqual([]);
});

/** A few of the open ones among a million would be found only at the end of such a walk. */
function isAlongTheNewest(text: string): boolean {
  return / limit /i.test(text) && !text.includes("!= 'resolved'");
}

/** The same database, heard asking. */
function listening(path: string, database: Database, hear: (text: string) => void): Database {
  const log = (event: LogEvent) => {
    if (/^(select|update|delete|with|insert)/.test(event.query.sql.trim())) hear(event.query.sql);
  };
  const again = () => {
    const connection = new DatabaseSync(path);
    onTestFinished(() => {
      if (connection.isOpen) connection.close();
    });
    return new Kysely<Tables>({ dialect: sqliteDialect(connection), log });
  };
  return { ...database, write: again(), read: again() };
}
