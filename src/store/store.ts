import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Audit, Clock, Log, Memory, Metrics, Store } from '../domain/ports.ts';
import { appendAudit, auditRowOf, auditRows } from './audit.ts';
import { startChaining } from './audit-chain.ts';
import { verifyAudit } from './audit-verify.ts';
import { createWriter, type Writer } from './commit.ts';
import type { Database } from './database.ts';
import { noticeForeign } from './foreign.ts';
import { keepLooking } from './keep-looking.ts';
import { createLanes } from './lanes.ts';
import { startPruning } from './prune.ts';
import { createReads } from './reads.ts';
import { createRunQueue } from './runs.ts';
import { createWatchers } from './seen.ts';
import { createSetBack } from './set-back.ts';
import { createSilences } from './silences.ts';
import { createTimers } from './timers.ts';

export interface StoreOptions {
  readonly role: 'server' | 'tool'; // a tool works beside a server, and may write
  readonly retention: () => number; // milliseconds after its end that an incident is kept
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
}

/** The store on an open database of either kind. */
export function createStore(database: Database, options: StoreOptions): Store {
  const { role, clock, log } = options;
  const { read } = database;
  const watchers = createWatchers(log);
  const writer = createWriter({ ...options, database, watchers });
  const around = { read, writer, clock, watchers, holder: randomUUID() };
  const { flush, ...runs } = createRunQueue(around);
  const chaining = role === 'server' ? startChaining({ ...around, log }) : undefined;
  const stop =
    role === 'server'
      ? [
          startPruning({ ...options, writer }),
          noticeForeign(database, watchers, clock, log),
          keepLooking(writer, clock),
        ]
      : [];

  async function close(): Promise<void> {
    for (const end of stop) end();
    await flush();
    await chaining?.stop();
    await writer.drain();
    await database.close();
  }

  let closed: Promise<void> | undefined;
  return {
    change: writer.change,
    lanes: createLanes(around),
    runs,
    timers: createTimers(around),
    silences: createSilences(around),
    memory: createMemory(database, writer),
    audit: createAudit(database, writer),
    ...createReads(read, writer),
    clockSetBack: createSetBack(around),
    replay: (deliveries) => replay(writer, clock, deliveries),
    watch: watchers.add,
    async health() {
      const reason = await writer.trouble();
      return reason === undefined ? { writable: true } : { writable: false, reason };
    },
    close: () => {
      closed ??= close();
      return closed;
    },
  };
}

function createAudit({ read }: Database, writer: Writer): Audit {
  return {
    record: (entry) => writer.write((trx, seen) => appendAudit(trx, [entry], seen)),
    rows: async (query) => (await auditRows(read, query)).map(auditRowOf),
    verify: () => verifyAudit(read),
  };
}

function createMemory({ read }: Database, writer: Writer): Memory {
  return {
    async get(name) {
      const row = await read.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst();
      return row?.value;
    },
    put: (name, value) =>
      writer.write(async (trx) => {
        await trx
          .insertInto('settings')
          .values({ name, value })
          .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
          .execute();
      }),
  };
}

function replay(writer: Writer, clock: Clock, deliveries: readonly string[] | 'all'): Promise<number> {
  return writer.write(async (trx, seen) => {
    const now = clock.now();
    const rows = await trx
      .updateTable('deliveries')
      .set({ dead: 0, attempt: 0, error: null, due_at: now, due_since: now })
      .where('dead', '=', sql.lit(1))
      .$if(deliveries !== 'all', (rows) => rows.where('id', 'in', deliveries as readonly string[]))
      .returning(['incident', 'destination'])
      .execute();
    for (const { incident, destination } of rows) {
      seen.incidents.add(incident);
      seen.lanes.add(destination);
    }
    return rows.length;
  });
}
