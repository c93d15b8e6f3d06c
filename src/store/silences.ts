import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { Actor, Silence } from '../domain/model.ts';
import type { AuditEntry, Clock, Silences } from '../domain/ports.ts';
import { appendAudit } from './audit.ts';
import type { Writer } from './commit.ts';
import { inParts } from './in-parts.ts';
import type { Tables } from './tables.ts';

/** What was made so much later than now was made before the clock was set back. What a clock drifts is less. */
export const LEAD_MS = 5_000;

export function createSilences(options: {
  readonly read: Kysely<Tables>;
  readonly writer: Writer;
  readonly clock: Clock;
}): Silences {
  const { read, writer, clock } = options;
  return {
    active: () => activeSilences(read, clock.now()),

    add: (silence) =>
      writer.write(async (trx, seen) => {
        await addSilences(trx, [silence]);
        await appendAudit(trx, [entry(`silence ${silence.id} ${silence.matchers}`, silence.by, silence.madeAt)], seen);
      }),

    end: (id, by) =>
      writer.write(async (trx, seen) => {
        const now = clock.now();
        const ended = await trx
          .updateTable('silences')
          .set({ ended_at: now })
          .where('id', '=', id)
          .where('ended_at', 'is', null)
          .where('until', '>', now)
          .returning('id')
          .executeTakeFirst();
        if (ended === undefined) return false;
        // The ids of its timers begin so, and `;` comes after `:`.
        await trx
          .updateTable('timers')
          .set({ at: now })
          .where('id', '>', `silence:${id}:`)
          .where('id', '<', `silence:${id};`)
          .where('at', '>', now)
          .execute();
        seen.timers = true;
        await appendAudit(trx, [entry(`end silence ${id}`, by, now)], seen);
        return true;
      }),
  };
}

export async function activeSilences(db: Kysely<Tables>, now: number): Promise<readonly Silence[]> {
  const rows = await db
    .selectFrom('silences')
    .selectAll()
    .where('ended_at', 'is', null)
    .where('until', '>', now)
    .orderBy('until')
    .orderBy('id')
    .execute();
  return rows.map(silenceOf);
}

export async function addSilences(trx: Transaction<Tables>, silences: readonly Silence[]): Promise<void> {
  const rows = silences.map(({ id, matchers, until, why, by: { groups: _, ...by }, madeAt }) => ({
    id,
    matchers,
    until,
    why,
    by: JSON.stringify(by),
    made_at: madeAt,
    ended_at: null,
  }));
  await inParts(rows, (part) => trx.insertInto('silences').values(part).execute());
}

/** A clock that was set back must not make a silence longer. */
export async function keepLength(trx: Transaction<Tables>, now: number): Promise<void> {
  await trx
    .updateTable('silences')
    .set({ until: sql`${now} + until - made_at`, made_at: now })
    .where('made_at', '>', now + LEAD_MS)
    .where('until', '>', now) // by its index
    .where('ended_at', 'is', null)
    .execute();
}

const entry = (what: string, actor: Actor, at: number): AuditEntry => ({ at, actor, what, outcome: 'done' });

function silenceOf({ id, matchers, until, why, by, made_at }: Selectable<Tables['silences']>): Silence {
  return { id, matchers, madeAt: made_at, until, why, by: JSON.parse(by) };
}
