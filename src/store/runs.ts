import { type Kysely, sql, type Transaction } from 'kysely';
import type { Run } from '../domain/model.ts';
import type { Clock, RunQueue } from '../domain/ports.ts';
import type { Writer } from './commit.ts';
import { isFree, LEASE_MS } from './lease.ts';
import { runOf } from './rows.ts';
import type { Seen, Watchers } from './seen.ts';
import { LEAD_MS } from './silences.ts';
import type { Tables } from './tables.ts';

const OUTPUT_EVERY_MS = 250; // what runs print meanwhile shares one commit

/** Queued runs, leased one by one. `flush` writes what was printed last. */
export function createRunQueue(options: {
  readonly read: Kysely<Tables>;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly holder: string; // this process
  readonly watchers: Watchers;
}): RunQueue & { flush(): Promise<void> } {
  const { read, writer, clock, holder, watchers } = options;
  const flushing = new AbortController();
  let outputs = new Map<string, string>(); // by run, not yet written
  let writing: Promise<void> | undefined;

  async function claim(limit: number, except: readonly string[] = []): ReturnType<RunQueue['claim']> {
    const queued = (db: Kysely<Tables>) =>
      db
        .selectFrom('runs')
        .select('id')
        .where('state', '=', 'queued')
        .where(isFree(clock.now()))
        .$if(except.length > 0, (runs) => runs.where('id', 'not in', except))
        .orderBy('id')
        .limit(limit);
    if ((await queued(read).limit(1).execute()).length === 0) return []; // most often: no need for a commit
    return writer.write(async (trx) => {
      const rows = await trx
        .updateTable('runs')
        .set({ holder, until: clock.now() + LEASE_MS, fence: sql`fence + 1` })
        .where('id', 'in', queued(trx))
        .returningAll()
        .execute();
      const claimed = rows.map((row) => ({ ...runOf(row), fence: row.fence, until: row.until }));
      return claimed.sort((a, b) => (a.id < b.id ? -1 : 1)); // `returning` has no order
    });
  }

  function renew({ id, fence }: { readonly id: string; readonly fence: number }): ReturnType<RunQueue['renew']> {
    return writer.write(async (trx) => {
      const row = await trx
        .updateTable('runs')
        .set({ until: clock.now() + LEASE_MS })
        .where('id', '=', id)
        .where('holder', '=', holder)
        .where('fence', '=', fence)
        .returningAll()
        .executeTakeFirst();
      return { held: row !== undefined, cancelled: row !== undefined && runOf(row).cancelledBy !== undefined };
    });
  }

  async function orphans(): ReturnType<RunQueue['orphans']> {
    const rows = await read
      .selectFrom('runs')
      .selectAll()
      .where('state', '=', 'running')
      .where(isFree(clock.now()))
      .where((row) => row.or([row('holder', 'is', null), row('holder', '!=', holder)]))
      .orderBy('id')
      .execute();
    return rows.map(runOf);
  }

  function output(run: string, incident: string, whole: string, added: string): Promise<void> {
    watchers.tell({ incidents: [], lanes: [], runs: false, output: { run, incident, text: added } });
    outputs.set(run, whole);
    writing ??= writeOutputs();
    return writing;
  }

  async function writeOutputs(): Promise<void> {
    await clock.wait(OUTPUT_EVERY_MS, flushing.signal).catch(() => {}); // ended early: all the same
    const all = outputs;
    outputs = new Map();
    writing = undefined;
    await writer.write(async (trx) => {
      for (const [id, output] of all)
        await trx.updateTable('runs').set({ output }).where('id', '=', id).where('state', '=', 'running').execute();
    });
  }

  async function flush(): Promise<void> {
    flushing.abort();
    await writing?.catch(() => {}); // who printed it is told
  }

  return { claim, renew, waiting: () => waitingRuns(read), orphans, output, flush };
}

async function waitingRuns(db: Kysely<Tables>): Promise<readonly Run[]> {
  const rows = await db.selectFrom('runs').selectAll().where('state', '=', 'waiting').orderBy('id').execute();
  return rows.map(runOf);
}

/** A clock that was set back gives others their own time anew to agree, at most: what was asked for later than now was asked for now. */
export async function keepTimeToAgree(trx: Transaction<Tables>, now: number, seen: Seen): Promise<void> {
  for (const { output: _, ...run } of await waitingRuns(trx)) {
    const { id, incident, requestedAt, approveUntil = requestedAt } = run;
    if (requestedAt <= now + LEAD_MS) continue;
    const data = JSON.stringify({ ...run, requestedAt: now, approveUntil: now + approveUntil - requestedAt });
    await trx.updateTable('runs').set({ data }).where('id', '=', id).execute();
    seen.incidents.add(incident);
  }
}
