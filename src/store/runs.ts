import { type Kysely, sql } from 'kysely';
import type { Clock, RunQueue } from '../domain/ports.ts';
import type { Writer } from './commit.ts';
import { runOf } from './rows.ts';
import type { Tables } from './tables.ts';
import type { Watchers } from './watchers.ts';

const LEASE_MS = 30_000;
const OUTPUT_EVERY_MS = 250;

/** Queued runs, leased one by one to one process. */
export function createRunQueue(options: {
  readonly read: Kysely<Tables>;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly holder: string;
  readonly watchers: Watchers;
}): RunQueue {
  const { read, writer, clock, holder, watchers } = options;
  const outputs = new Map<string, string>(); // not yet written
  let writing: Promise<void> | undefined;

  async function writeOutputs(): Promise<void> {
    await clock.wait(OUTPUT_EVERY_MS);
    const now = [...outputs];
    outputs.clear();
    writing = undefined;
    await writer.submit({
      kind: 'write',
      async write(trx) {
        for (const [id, output] of now)
          await trx.updateTable('runs').set({ output }).where('id', '=', id).where('state', '=', 'running').execute();
      },
    });
  }

  return {
    claim: (limit) =>
      writer.submit({
        kind: 'write',
        async write(trx) {
          const until = clock.now() + LEASE_MS;
          const rows = await trx
            .updateTable('runs')
            .set({ holder, until, fence: sql`fence + 1` })
            .where('id', 'in', (queued) =>
              queued
                .selectFrom('runs')
                .select('id')
                .where('state', '=', 'queued')
                .where((row) => row.or([row('holder', 'is', null), row('until', '<=', clock.now())]))
                .orderBy('id')
                .limit(limit),
            )
            .returningAll()
            .execute();
          return rows.map((row) => ({ ...runOf(row), fence: row.fence, until: row.until }));
        },
      }),

    renew: (run) =>
      writer.submit({
        kind: 'write',
        async write(trx) {
          const row = await trx
            .updateTable('runs')
            .set({ until: clock.now() + LEASE_MS })
            .where('id', '=', run.id)
            .where('holder', '=', holder)
            .where('fence', '=', run.fence)
            .returningAll()
            .executeTakeFirst();
          return { held: row !== undefined, cancelled: row !== undefined && runOf(row).cancelledBy !== undefined };
        },
      }),

    async orphans() {
      const rows = await read
        .selectFrom('runs')
        .selectAll()
        .where('state', '=', 'running')
        .where('holder', '!=', holder)
        .execute();
      return rows.map(runOf);
    },

    async output(run, incident, whole, added) {
      watchers.tell({ incidents: [], lanes: [], runs: false, output: { run, incident, text: added } });
      outputs.set(run, whole);
      writing ??= writeOutputs();
      await writing;
    },
  };
}
