import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock, NewTimer, Timers } from '../domain/ports.ts';
import type { Writer } from './commit.ts';
import { inParts } from './in-parts.ts';
import { isFree, LEASE_MS } from './lease.ts';
import type { Tables } from './tables.ts';

/** One row for each kind and argument of an incident, so that setting it again replaces it. */
export const timerId = ({ kind, argument = '', incident }: NewTimer): string => `${kind}:${argument}:${incident}`;

/** Due timers, leased one by one by the store's clock. */
export function createTimers(options: {
  readonly read: Kysely<Tables>;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly holder: string; // this process
}): Timers {
  const { read, writer, clock, holder } = options;

  const claimable = (db: Kysely<Tables>, limit: number) => {
    const now = clock.now();
    return db.selectFrom('timers').select('id').where('at', '<=', now).where(isFree(now)).orderBy('at').limit(limit);
  };

  async function claim(limit: number): ReturnType<Timers['claim']> {
    if ((await claimable(read, 1).execute()).length === 0) return []; // most often: no need for a commit
    return writer.write(async (trx) => {
      const rows = await trx
        .updateTable('timers')
        .set({ holder, until: clock.now() + LEASE_MS, fence: sql`fence + 1` })
        .where('id', 'in', claimable(trx, limit))
        .returningAll()
        .execute();
      rows.sort((a, b) => a.at - b.at); // `returning` has no order
      return rows.map(({ id, fence, until, incident, kind, argument, at }) => ({
        id,
        fence,
        until,
        incident,
        kind: kind as NewTimer['kind'],
        ...(argument !== null && { argument }),
        at,
      }));
    });
  }

  async function nextAt(since: number): Promise<number | undefined> {
    const next = await read
      .selectFrom('timers')
      .select('at')
      .where('at', '>', since)
      .orderBy('at')
      .limit(1)
      .executeTakeFirst();
    return next?.at;
  }

  return { claim, nextAt };
}

/** Every timer is due now, to be counted anew. */
export async function wakeTimers(trx: Transaction<Tables>, now: number): Promise<void> {
  await trx.updateTable('timers').set({ at: now, holder: null, until: 0 }).where('at', '>', now).execute();
}

/** What the decisions of a batch set and cancelled. */
export async function writeTimers(trx: Transaction<Tables>, timers: ReadonlyMap<string, NewTimer>): Promise<void> {
  const set = [...timers].flatMap(([id, { incident, kind, at, argument = null }]) =>
    at === undefined ? [] : [{ id, incident, kind, at, argument, holder: null, fence: 0, until: 0 }],
  );
  const cancelled = [...timers].flatMap(([id, { at }]) => (at === undefined ? [id] : []));
  await inParts(cancelled, (part) => trx.deleteFrom('timers').where('id', 'in', part).execute());
  await inParts(set, (part) =>
    trx
      .insertInto('timers')
      .values(part)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({ at: row.ref('excluded.at'), holder: null, until: 0 })),
      )
      .execute(),
  );
}
