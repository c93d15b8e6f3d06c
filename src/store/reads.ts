import { type Kysely, sql } from 'kysely';
import type { Incident, IncidentView } from '../domain/model.ts';
import type { DeadLetter, LaneDepth, Store } from '../domain/ports.ts';
import type { Writer } from './commit.ts';
import { snapshot } from './database.ts';
import { deliveryViewOf, incidentOf, lineOf, runOf } from './rows.ts';
import { search } from './search.ts';
import type { Tables } from './tables.ts';

const MOST_DEAD_LETTERS = 1_000;

type Reads = Pick<Store, 'seen' | 'incident' | 'views' | 'incidents' | 'counts' | 'deadLetters'>;

/** What people look at. None of it waits for a commit, or makes one wait. */
export function createReads(read: Kysely<Tables>, { onDisk }: Pick<Writer, 'onDisk'>): Reads {
  async function views(ids: readonly string[]): Promise<readonly IncidentView[]> {
    if (ids.length === 0) return [];
    return snapshot(read, async (db) => {
      const incidents = await db.selectFrom('incidents').selectAll().where('id', 'in', ids).execute();
      const lines = await db.selectFrom('lines').selectAll().where('incident', 'in', ids).orderBy('seq').execute();
      const deliveries = await db
        .selectFrom('deliveries')
        .leftJoin('messages', 'messages.id', 'deliveries.message')
        .selectAll('deliveries')
        .select('messages.remote')
        .where('incident', 'in', ids)
        .orderBy('deliveries.id')
        .execute();
      const runs = await db.selectFrom('runs').selectAll().where('incident', 'in', ids).orderBy('id').execute();

      const rowOf = new Map(incidents.map((row) => [row.id, row]));
      const [linesOf, deliveriesOf, runsOf] = [
        Map.groupBy(lines, ({ incident }) => incident),
        Map.groupBy(deliveries, ({ incident }) => incident),
        Map.groupBy(runs, ({ incident }) => incident),
      ];
      return ids.flatMap((id) => {
        const row = rowOf.get(id);
        if (row === undefined) return [];
        return [
          {
            incident: incidentOf(row),
            timeline: (linesOf.get(id) ?? []).map(lineOf),
            deliveries: (deliveriesOf.get(id) ?? []).map((delivery) => deliveryViewOf(delivery, row.revision)),
            runs: (runsOf.get(id) ?? []).map(runOf),
          },
        ];
      });
    });
  }

  async function seen(once: string): Promise<boolean> {
    const row = await read.selectFrom('receipts').select('key').where('key', '=', once).executeTakeFirst();
    await onDisk();
    return row !== undefined;
  }

  async function incidents(query: Parameters<Store['incidents']>[0]): Promise<readonly Incident[]> {
    const { status, severity, text, before, oldestFirst, limit } = query;
    if (text !== undefined) return search(read, { ...query, text });
    const order = oldestFirst ? 'asc' : 'desc';
    const isOpen = status !== undefined && !status.includes('resolved');
    const rows = await read
      .selectFrom('incidents')
      .selectAll()
      .where('id', 'in', (newest) =>
        newest
          .selectFrom('incidents as i')
          .select('i.id')
          .$if(status !== undefined, (rows) => rows.where('i.status', 'in', status ?? []))
          .$if(isOpen, (rows) => rows.where('i.status', '!=', sql.lit('resolved'))) // the index of the open ones
          .$if(severity !== undefined, (rows) => rows.where(sql`i.data ->> '$.severity'`, 'in', severity ?? []))
          .$if(before !== undefined, (rows) => rows.where('i.id', '<', before ?? ''))
          .orderBy('i.id', order)
          .limit(limit),
      )
      .orderBy('id', order)
      .execute();
    return rows.map(incidentOf);
  }

  function counts(): ReturnType<Store['counts']> {
    return snapshot(read, async (db) => {
      const open = await db
        .selectFrom('incidents')
        .select((row) => ['status', row.fn.countAll<number>().as('count')])
        .where('status', '!=', sql.lit('resolved'))
        .groupBy('status')
        .execute();
      const waiting = await db
        .selectFrom('deliveries')
        .select((row) => ['destination', row.fn.countAll<number>().as('count'), row.fn.min('due_since').as('oldestAt')])
        .where('due_at', 'is not', null)
        .groupBy('destination')
        .execute();
      const dead = await db
        .selectFrom('deliveries')
        .select((row) => ['destination', row.fn.countAll<number>().as('count')])
        .where('dead', '=', sql.lit(1))
        .groupBy('destination')
        .execute();

      const used = await db.selectFrom('lanes').select('destination').orderBy('destination').execute();

      const openOf = (status: string) => open.find((row) => row.status === status)?.count ?? 0;
      const waitingAt = new Map(waiting.map((row) => [row.destination, row]));
      const deadAt = new Map(dead.map((row) => [row.destination, row.count]));
      const lanes = used.map(({ destination }): LaneDepth => {
        const { count, oldestAt } = waitingAt.get(destination) ?? { count: 0, oldestAt: null };
        return {
          destination,
          waiting: count,
          dead: deadAt.get(destination) ?? 0,
          ...(oldestAt !== null && { oldestAt }),
        };
      });
      return { firing: openOf('firing'), acknowledged: openOf('acknowledged'), lanes };
    });
  }

  async function deadLetters(): Promise<readonly DeadLetter[]> {
    const rows = await read
      .selectFrom('deliveries')
      .innerJoin('incidents', 'incidents.id', 'deliveries.incident')
      .leftJoin('messages', 'messages.id', 'deliveries.message')
      .selectAll('deliveries')
      .select(['incidents.data', 'messages.remote'])
      .where('deliveries.id', 'in', (newest) =>
        newest
          .selectFrom('deliveries as d')
          .select('d.id')
          .where('d.dead', '=', sql.lit(1))
          .orderBy('d.id', 'desc')
          .limit(MOST_DEAD_LETTERS),
      )
      .orderBy('deliveries.id', 'desc')
      .execute();
    return rows.map((row) => {
      const { id, title, status } = JSON.parse(row.data) as Incident;
      return { delivery: deliveryViewOf(row, row.wanted), incident: { id, title, status } };
    });
  }

  return { seen, views, incidents, counts, deadLetters, incident: async (id) => (await views([id]))[0] };
}
