import { type Kysely, sql } from 'kysely';
import { LIVE_RUN_STATES, type Run } from '../domain/model.ts';
import type { Clock, Delivery, Lane, Lanes, Outcome } from '../domain/ports.ts';
import type { Writer } from './commit.ts';
import { incidentOf, lineOf, runOf } from './rows.ts';
import type { Tables } from './tables.ts';

const LEASE_MS = 60_000; // six attempts of 10 s: a holder that lives renews long before

/** The lanes: each destination's queue, with one holder. */
export function createLanes(options: {
  readonly read: Kysely<Tables>;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly holder: string; // this process
}): Lanes {
  const { read, writer, clock, holder } = options;

  async function claim(limit: number): Promise<readonly Lane[]> {
    const now = clock.now();
    if ((await claimable(now, limit)).length === 0) return [];
    return writer.submit({
      kind: 'write',
      async write(trx) {
        const destinations = await dueLanes(trx, now, limit);
        if (destinations.length === 0) return [];
        const until = now + LEASE_MS;
        const rows = await trx
          .insertInto('lanes')
          .values(destinations.map((destination) => ({ destination, holder, fence: 1, until, paused_until: 0 })))
          .onConflict((conflict) =>
            conflict.column('destination').doUpdateSet({ holder, until, fence: sql`lanes.fence + 1` }),
          )
          .returning(['destination', 'fence', 'until'])
          .execute();
        return rows.map((row) => ({
          id: row.destination,
          destination: row.destination,
          fence: row.fence,
          until: row.until,
        }));
      },
    });
  }

  async function claimable(now: number, limit: number): Promise<readonly string[]> {
    return dueLanes(read, now, limit);
  }

  async function nextDueAt(): Promise<number | undefined> {
    const row = await read
      .selectFrom('deliveries')
      .leftJoin('lanes', 'lanes.destination', 'deliveries.destination')
      .select(
        sql<
          number | null
        >`min(max(due_at, coalesce(paused_until, 0), case when holder is null then 0 else until end))`.as('at'),
      )
      .where('due_at', 'is not', null)
      .executeTakeFirst();
    return row?.at ?? undefined;
  }

  async function due(lane: Lane, limit: number): Promise<readonly Delivery[]> {
    const rows = await read
      .selectFrom('deliveries')
      .selectAll()
      .where('destination', '=', lane.destination)
      .where('due_at', '<=', clock.now())
      .orderBy('due_since')
      .orderBy('id')
      .limit(limit)
      .execute();
    if (rows.length === 0) return [];
    const ids = [...new Set(rows.map((row) => row.incident))];
    const [incidents, messages, runs, lines] = await Promise.all([
      read.selectFrom('incidents').selectAll().where('id', 'in', ids).execute(),
      read
        .selectFrom('messages')
        .selectAll()
        .where(
          'id',
          'in',
          rows.map((row) => row.id),
        )
        .execute(),
      read.selectFrom('runs').selectAll().where('incident', 'in', ids).where('state', 'in', LIVE_RUN_STATES).execute(),
      read
        .selectFrom('deliveries')
        .innerJoin('lines', 'lines.incident', 'deliveries.incident')
        .select('deliveries.id as delivery')
        .selectAll('lines')
        .where(
          'deliveries.id',
          'in',
          rows.map((row) => row.id),
        )
        .whereRef('lines.seq', '>', 'deliveries.told')
        .where('lines.tell', '!=', 'edit')
        .orderBy('lines.seq')
        .execute(),
    ]);
    const incidentById = new Map(incidents.map((row) => [row.id, incidentOf(row)]));
    const messageById = new Map(messages.map((row) => [row.id, row]));
    const living: readonly Run[] = runs.map(runOf);
    return rows.flatMap((row): Delivery[] => {
      const incident = incidentById.get(row.incident);
      const message = messageById.get(row.id);
      if (incident === undefined) return [];
      return [
        {
          id: row.id,
          destination: row.destination,
          route: row.route,
          options: JSON.parse(row.options),
          incident,
          runs: living.filter((run) => run.incident === incident.id),
          generation: message?.generation ?? 0,
          ...(row.message !== null && { message: JSON.parse(row.message) }),
          shown: row.shown,
          lines: lines.filter((line) => line.delivery === row.id).map((line) => ({ ...lineOf(line), seq: line.seq })),
          attempt: row.attempt,
          ...(message?.sending_since != null && { ambiguousSince: message.sending_since }),
          waitingSince: row.due_since ?? clock.now(),
        },
      ];
    });
  }

  function held(lane: Lane) {
    return sql<boolean>`exists (select 1 from lanes where destination = ${lane.destination} and holder = ${holder} and fence = ${lane.fence})`;
  }

  async function sending(lane: Lane, delivery: string): Promise<boolean> {
    return writer.submit({
      kind: 'write',
      async write(trx) {
        const row = await trx
          .selectFrom('lanes')
          .select('fence')
          .where('destination', '=', lane.destination)
          .where('holder', '=', holder)
          .where('fence', '=', lane.fence)
          .executeTakeFirst();
        if (row === undefined) return false;
        await trx
          .insertInto('messages')
          .values({
            id: delivery,
            destination: lane.destination,
            kind: 'card',
            generation: 0,
            sending_since: clock.now(),
            remote: null,
          })
          .onConflict((conflict) =>
            conflict.column('id').doUpdateSet({ sending_since: sql`coalesce(messages.sending_since, ${clock.now()})` }),
          )
          .execute();
        return true;
      },
    });
  }

  async function settle(lane: Lane, outcomes: readonly Outcome[]): Promise<boolean> {
    return writer.submit({
      kind: 'write',
      async write(trx) {
        const lease = await trx
          .selectFrom('lanes')
          .select('fence')
          .where('destination', '=', lane.destination)
          .where(held(lane))
          .executeTakeFirst();
        if (lease === undefined) return false;
        for (const outcome of outcomes) await settleOne(trx, outcome);
        return true;
      },
    });
  }

  async function settleOne(trx: Kysely<Tables>, outcome: Outcome): Promise<void> {
    const { delivery, message, generation, failure, retryAt } = outcome;
    const posted = message !== undefined || generation !== undefined || outcome.shown !== undefined;
    if (posted || (failure !== undefined && failure.reason !== 'unknown_outcome'))
      await trx
        .updateTable('messages')
        .set({
          sending_since: null,
          ...(generation === undefined ? {} : { generation }),
          ...(message === undefined ? {} : { remote: JSON.stringify(message) }),
        })
        .where('id', '=', delivery)
        .execute();
    if (generation !== undefined && message === undefined)
      await trx
        .insertInto('messages')
        .values({ id: delivery, destination: '', kind: 'card', generation, sending_since: null, remote: null })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ generation }))
        .execute();
    const row = await trx
      .updateTable('deliveries')
      .set({
        ...(outcome.shown === undefined ? {} : { shown: outcome.shown }),
        ...(outcome.told === undefined ? {} : { told: outcome.told }),
        ...(message === undefined
          ? generation === undefined
            ? {}
            : { message: null, shown: 0 }
          : { message: JSON.stringify(message) }),
        ...(failure === undefined
          ? { attempt: 0, error: null }
          : { attempt: sql`attempt + 1`, error: errorText(failure) }),
      })
      .where('id', '=', delivery)
      .returning(['incident', 'wanted', 'shown', 'told'])
      .executeTakeFirst();
    if (row === undefined) return;
    if (failure !== undefined) {
      await trx
        .updateTable('deliveries')
        .set(retryAt === undefined ? { dead: 1, due_at: null } : { due_at: retryAt })
        .where('id', '=', delivery)
        .execute();
      return;
    }
    const untold = await trx
      .selectFrom('lines')
      .select('seq')
      .where('incident', '=', row.incident)
      .where('seq', '>', row.told)
      .where('tell', '!=', 'edit')
      .limit(1)
      .executeTakeFirst();
    if (row.shown >= row.wanted && untold === undefined)
      await trx.updateTable('deliveries').set({ due_at: null, due_since: null }).where('id', '=', delivery).execute();
  }

  async function renew(lane: Lane): Promise<boolean> {
    return writer.submit({
      kind: 'write',
      async write(trx) {
        const { numUpdatedRows } = await trx
          .updateTable('lanes')
          .set({ until: clock.now() + LEASE_MS })
          .where('destination', '=', lane.destination)
          .where('holder', '=', holder)
          .where('fence', '=', lane.fence)
          .executeTakeFirst();
        return numUpdatedRows === 1n;
      },
    });
  }

  async function release(lane: Lane, pauseUntil?: number): Promise<void> {
    await writer.submit({
      kind: 'write',
      async write(trx) {
        await trx
          .updateTable('lanes')
          .set({ holder: null, until: 0, ...(pauseUntil === undefined ? {} : { paused_until: pauseUntil }) })
          .where('destination', '=', lane.destination)
          .where('holder', '=', holder)
          .where('fence', '=', lane.fence)
          .execute();
      },
    });
  }

  return { claim, nextDueAt, due, sending, settle, renew, release };
}

/** Destinations that have something due, are not paused, and have no living holder. */
async function dueLanes(db: Kysely<Tables>, now: number, limit: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('deliveries')
    .leftJoin('lanes', 'lanes.destination', 'deliveries.destination')
    .select('deliveries.destination')
    .distinct()
    .where('due_at', '<=', now)
    .where((row) => row.or([row('holder', 'is', null), row('until', '<=', now)]))
    .where((row) => row.or([row('paused_until', 'is', null), row('paused_until', '<=', now)]))
    .limit(limit)
    .execute();
  return rows.map((row) => row.destination);
}

function errorText(failure: NonNullable<Outcome['failure']>): string {
  return failure.cure === undefined ? failure.message : `${failure.message}. ${failure.cure}`;
}
