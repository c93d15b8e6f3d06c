import { type Kysely, sql, type Transaction } from 'kysely';
import type { Clock, Lane, Lanes } from '../domain/ports.ts';
import type { Write, Writer } from './commit.ts';
import { dueDeliveries } from './due.ts';
import { freeFrom, isFree, LEASE_MS } from './lease.ts';
import { settleAll } from './settle.ts';
import type { Tables } from './tables.ts';

/** The lanes: each destination's queue, with one holder. Each has a row from its first delivery on. */
export function createLanes(options: {
  readonly read: Kysely<Tables>;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly holder: string; // this process
}): Lanes {
  const { read, writer, clock, holder } = options;
  const sent = new Set<string>(); // deliveries that an attempt to post began for, not settled yet

  async function claim(limit: number, except: readonly string[] = []): Promise<readonly Lane[]> {
    if ((await claimable(read, clock.now(), 1, except)).length === 0) return []; // most often: no need for a commit
    return writer.write(async (trx) => {
      const now = clock.now();
      const free = await claimable(trx, now, limit, except);
      if (free.length === 0) return [];
      const rows = await trx
        .updateTable('lanes')
        .set({ holder, until: now + LEASE_MS, fence: sql`fence + 1` })
        .where('destination', 'in', free)
        .returning(['destination', 'fence', 'until'])
        .execute();
      return rows.map(({ destination, fence, until }) => ({ id: destination, destination, fence, until }));
    });
  }

  async function nextDueAt(): Promise<number | undefined> {
    const now = clock.now();
    const lanes = await read
      .selectFrom('lanes')
      .select((lane) => {
        const due = lane
          .selectFrom('deliveries')
          .whereRef('deliveries.destination', '=', 'lanes.destination')
          .where('due_at', 'is not', null);
        return [
          'holder',
          'until',
          'paused_until',
          // Where one is due already it is found at once; the few that wait for a retry are looked through.
          lane.fn
            .coalesce(
              due.select('due_at').where('due_at', '<=', now).orderBy('due_since').limit(1),
              due.select((row) => row.fn.min('due_at').as('due_at')),
            )
            .as('due'),
        ];
      })
      .execute();
    const times = lanes.flatMap(({ due, paused_until, ...lease }) =>
      due === null ? [] : [Math.max(due, paused_until, freeFrom(lease, now))],
    );
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Work of the lane's holder; it answers false where the lease was lost. */
  function held(lane: Lane, write: Write<void>): Promise<boolean> {
    return writer.write(async (trx, seen) => {
      const row = await trx
        .selectFrom('lanes')
        .select('fence')
        .where('destination', '=', lane.destination)
        .where('holder', '=', holder)
        .where('fence', '=', lane.fence)
        .executeTakeFirst();
      if (row === undefined) return false;
      await write(trx, seen);
      return true;
    });
  }

  async function sending(lane: Lane, delivery: string): Promise<boolean> {
    const isHeld = await held(lane, async (trx) => {
      const now = clock.now();
      await trx
        .insertInto('messages')
        .columns(['id', 'destination', 'kind', 'generation', 'sending_since'])
        .expression((from) =>
          from
            .selectFrom('deliveries')
            .select((row) => [
              'message',
              'destination',
              row.val('card').as('kind'),
              row.lit(0).as('generation'),
              row.val(now).as('sending_since'),
            ])
            .where('id', '=', delivery)
            .where('destination', '=', lane.destination),
        )
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet({ sending_since: sql`coalesce(messages.sending_since, ${now})` }),
        )
        .execute();
    });
    if (isHeld) sent.add(delivery);
    return isHeld;
  }

  return {
    claim,
    nextDueAt,
    sending,

    /** No card shows what is not on disk yet, and may never be. */
    async due(lane, limit, step) {
      const due = await dueDeliveries(read, lane.destination, clock.now(), limit, step);
      await writer.onDisk();
      return due;
    },

    async settle(lane, outcomes) {
      const isHeld = await held(lane, async (trx, seen) => {
        const around = { now: clock.now(), wasSent: (delivery: string) => sent.has(delivery) };
        for (const incident of await settleAll(trx, lane.destination, outcomes, around)) seen.incidents.add(incident);
      });
      for (const { delivery } of outcomes) sent.delete(delivery);
      return isHeld;
    },

    renew: (lane) =>
      held(lane, async (trx) => {
        await updateLane(trx, lane, { until: clock.now() + LEASE_MS });
      }),

    async release(lane, pause) {
      await held(lane, async (trx) => {
        const now = clock.now();
        const paused = pause === undefined ? {} : { paused_until: now + pause };
        await updateLane(trx, lane, { holder: null, until: now, ...paused });
      });
    },
  };
}

/** Lanes that have something due, are not paused, and have no living holder; the one served last comes last. */
async function claimable(
  db: Kysely<Tables>,
  now: number,
  limit: number,
  except: readonly string[],
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('lanes')
    .select('destination')
    .where('paused_until', '<=', now)
    .where(isFree(now))
    .$if(except.length > 0, (lanes) => lanes.where('destination', 'not in', except))
    .where((row) =>
      row.exists(
        row
          .selectFrom('deliveries')
          .select('deliveries.id')
          .whereRef('deliveries.destination', '=', 'lanes.destination')
          .where('due_at', '<=', now),
      ),
    )
    .orderBy('until')
    .limit(limit)
    .execute();
  return rows.map(({ destination }) => destination);
}

async function updateLane(
  trx: Transaction<Tables>,
  lane: Lane,
  values: Partial<Pick<Tables['lanes'], 'holder' | 'until' | 'paused_until'>>,
): Promise<void> {
  await trx.updateTable('lanes').set(values).where('destination', '=', lane.destination).execute();
}
