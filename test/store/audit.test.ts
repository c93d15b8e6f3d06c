import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import type { AuditEntry, Store } from '../../src/domain/ports.ts';
import { clockAt } from '../support/clock.ts';
import { incident, MAYA } from './incidents.ts';
import { countingMetrics, DAY_MS, freshPath, openAt, put } from './samples.ts';

const entry = (what: string, over: Partial<AuditEntry> = {}): AuditEntry => ({
  at: Date.now(),
  actor: MAYA,
  what,
  outcome: 'done',
  ...over,
});
const all = (store: Store, query = {}) => store.audit.rows({ after: 0, limit: 1_000, ...query });
const chained = (store: Store) => expect.poll(() => store.audit.verify()).toMatchObject({ ok: true, unchained: 0 });

/** Does this to the file, as somebody who can write to it may. */
function tamper(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(sql);
  } finally {
    database.close();
  }
}

/** A trail of ten rows in a file that no bridge has open. */
async function ended(): Promise<string> {
  const path = await freshPath();
  const store = await openAt(path);
  for (let n = 1; n <= 10; n++) await store.audit.record(entry(`step ${n}`));
  await store.close();
  return path;
}
const verified = async (path: string) => {
  const tool = await openAt(path, { role: 'tool' });
  return tool.audit.verify();
};

describe('the audit trail', () => {
  test('holds what a change says, with its incident, in the order of the changes', async () => {
    const store = await openAt(await freshPath());
    const [one, other] = [incident(), incident()];
    await put(store, { incident: one, audit: [entry('acknowledge', { digest: 'd1' })] });
    await put(store, { incident: other, audit: [entry('resolve'), entry('note')] });
    await store.audit.record(entry('reload'));
    expect(await all(store)).toMatchObject([
      { seq: 1, what: 'acknowledge', actor: MAYA, incident: one.id, digest: 'd1', outcome: 'done' },
      { seq: 2, what: 'resolve', incident: other.id },
      { seq: 3, what: 'note', incident: other.id },
      { seq: 4, what: 'reload' },
    ]);
    expect((await all(store, { incident: other.id })).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await all(store, { since: Date.now() + 1_000 })).toEqual([]);
    expect(await all(store, { after: 3, limit: 1 })).toMatchObject([{ seq: 4 }]);
  });

  test('holds nothing of a change that was not stored', async () => {
    const store = await openAt(await freshPath());
    const failing = store.change({
      decide: () => {
        throw new Error('no');
      },
    });
    await expect(failing).rejects.toThrow('no');
    expect(await all(store)).toEqual([]);
  });

  test('is chained after the commit, and each commit holds what came together', async () => {
    const { batches, metrics } = countingMetrics();
    const store = await openAt(await freshPath(), { metrics });
    await Promise.all(Array.from({ length: 100 }, () => put(store, { audit: [entry('acknowledge')] })));
    await chained(store);
    expect(Math.max(...batches)).toBeGreaterThanOrEqual(100);
    expect(new Set((await all(store)).map(({ chain }) => chain)).size).toBe(100);
  });

  test('goes on where a bridge that was killed left rows without a link, and chains what a tool wrote', async () => {
    const path = await ended();
    const tool = await openAt(path, { role: 'tool' });
    await tool.audit.record(entry('by the tool'));
    expect(await tool.audit.verify()).toEqual({ ok: true, rows: 11, unchained: 1 });
    await tool.close();
    const store = await openAt(path);
    await chained(store);
    await store.audit.record(entry('after'));
    await chained(store);
    expect(await store.audit.verify()).toEqual({ ok: true, rows: 12, unchained: 0 });
  });

  test('outlives the incidents that it tells of, and stays whole', async () => {
    const store = await openAt(await freshPath(), { clock: clockAt(100), retention: () => DAY_MS });
    const ago = Date.now() - 20 * DAY_MS;
    const old = incident({ status: 'resolved', openedAt: ago, resolvedAt: ago });
    await put(store, { incident: old, audit: [entry('resolve', { at: ago })] });
    await expect.poll(() => store.incident(old.id)).toBeUndefined();
    await chained(store);
    expect(await all(store, { incident: old.id })).toHaveLength(1);
  });
});

describe('a trail that another hand was at is broken', () => {
  test.each([
    {
      what: 'an outcome that was changed',
      sql: "update audit set outcome = 'x' where seq = 4",
      seq: 4,
      why: 'was changed',
    },
    {
      what: 'an actor that was changed',
      sql: "update audit set actor = '{}' where seq = 1",
      seq: 1,
      why: 'was changed',
    },
    {
      what: 'a time that was changed',
      sql: 'update audit set at = at + 1 where seq = 10',
      seq: 10,
      why: 'was changed',
    },
    { what: 'a link that was taken', sql: 'update audit set chain = null where seq = 10', seq: 10, why: 'was changed' },
    { what: 'a row that was deleted', sql: 'delete from audit where seq = 5', seq: 5, why: 'is missing' },
    { what: 'a first row that was deleted', sql: 'delete from audit where seq = 1', seq: 1, why: 'is missing' },
    { what: 'a last row that was deleted', sql: 'delete from audit where seq = 10', seq: 10, why: 'is missing' },
    { what: 'all of them deleted', sql: 'delete from audit', seq: 1, why: 'is missing' },
    {
      what: 'a row that was inserted behind the last',
      sql: 'insert into audit select 11, at, what, actor, incident, digest, outcome, null from audit where seq = 10',
      seq: 11,
      why: 'was inserted',
    },
    {
      what: 'a row that was inserted before the first',
      sql: 'insert into audit select 0, at, what, actor, incident, digest, outcome, chain from audit where seq = 1',
      seq: 0,
      why: 'was inserted',
    },
    {
      what: 'a row in the place of another that was moved on',
      sql: `update audit set seq = seq + 100 where seq > 4; update audit set seq = seq - 99 where seq > 100;
        insert into audit select 5, at, what, actor, incident, digest, outcome, chain from audit where seq = 4`,
      seq: 5,
      why: 'was changed',
    },
  ])('$what', async ({ sql, seq, why }) => {
    const path = await ended();
    expect(await verified(path)).toEqual({ ok: true, rows: 10, unchained: 0 });
    tamper(path, sql);
    expect(await verified(path)).toEqual({ ok: false, seq, why });
  });

  test('and stays so while the bridge goes on', async () => {
    const path = await ended();
    tamper(
      path,
      'insert into audit select 11, at, what, actor, incident, digest, outcome, null from audit where seq = 10',
    );
    const store = await openAt(path);
    await put(store, { audit: [entry('acknowledge')] });
    expect((await all(store)).at(-1)).toMatchObject({ seq: 12, what: 'acknowledge' });
    expect(await store.audit.verify()).toEqual({ ok: false, seq: 11, why: 'was inserted' });
  });
});
