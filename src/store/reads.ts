import { type Kysely, sql } from 'kysely';
import type { Incident, IncidentView } from '../domain/model.ts';
import type { DeadLetter, LaneDepth, Store } from '../domain/ports.ts';
import { deliveryViewOf, incidentOf, lineOf, runOf } from './rows.ts';
import type { Tables } from './tables.ts';

/** A text is looked for in the newest incidents only: a scan of them all would hold the event loop. */
const SEARCHED_INCIDENTS = 5_000;
const MOST_DEAD_LETTERS = 1_000;

type Reads = Pick<Store, 'incident' | 'views' | 'incidents' | 'counts' | 'deadLetters'>;

export function createReads(db: Kysely<Tables>): Reads {
  async function views(ids: readonly string[]): Promise<readonly IncidentView[]> {
    if (ids.length === 0) return [];
    const [incidents, lines, deliveries, runs] = await Promise.all([
      db.selectFrom('incidents').selectAll().where('id', 'in', ids).execute(),
      db.selectFrom('lines').selectAll().where('incident', 'in', ids).orderBy('incident').orderBy('seq').execute(),
      db.selectFrom('deliveries').selectAll().where('incident', 'in', ids).orderBy('id').execute(),
      db.selectFrom('runs').selectAll().where('incident', 'in', ids).orderBy('id').execute(),
    ]);
    const byId = new Map(incidents.map((row) => [row.id, row]));
    const of = <R extends { incident: string }>(rows: readonly R[]) => Map.groupBy(rows, (row) => row.incident);
    const [linesOf, deliveriesOf, runsOf] = [of(lines), of(deliveries), of(runs)];
    return ids.flatMap((id) => {
      const row = byId.get(id);
      if (row === undefined) return [];
      return [
        {
          incident: incidentOf(row),
          timeline: (linesOf.get(id) ?? []).map(lineOf),
          deliveries: (deliveriesOf.get(id) ?? []).map(deliveryViewOf),
          runs: (runsOf.get(id) ?? []).map(runOf),
        },
      ];
    });
  }

  async function incidents(query: Parameters<Store['incidents']>[0]): Promise<readonly Incident[]> {
    const { status, text, before, limit } = query;
    const open = status !== undefined && !status.includes('resolved');
    const rows = await db
      .selectFrom((from) =>
        text === undefined
          ? from.selectFrom('incidents').selectAll().as('incidents')
          : from.selectFrom('incidents').selectAll().orderBy('id', 'desc').limit(SEARCHED_INCIDENTS).as('incidents'),
      )
      .selectAll()
      .$if(status !== undefined, (rows) => rows.where('status', 'in', status ?? []))
      .$if(open, (rows) => rows.where('status', '!=', sql.lit('resolved'))) // the partial index of the open ones
      .$if(before !== undefined, (rows) => rows.where('id', '<', before ?? ''))
      .$if(text !== undefined, (rows) =>
        rows.where(sql`lower(data)`, 'like', `%${escaped((text ?? '').toLowerCase())}%`),
      )
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(incidentOf);
  }

  async function counts() {
    const [open, lanes] = await Promise.all([
      db
        .selectFrom('incidents')
        .select((row) => ['status', row.fn.countAll<number>().as('n')])
        .where('status', '!=', sql.lit('resolved'))
        .groupBy('status')
        .execute(),
      db
        .selectFrom('deliveries')
        .select((row) => [
          'destination',
          sql<number>`sum(case when due_at is not null then 1 else 0 end)`.as('waiting'),
          row.fn.sum<number>('dead').as('dead'),
          row.fn.min('due_since').as('oldestAt'),
        ])
        .where((row) => row.or([row('due_at', 'is not', null), row('dead', '=', sql.lit(1))]))
        .groupBy('destination')
        .execute(),
    ]);
    const of = (status: string) => open.find((row) => row.status === status)?.n ?? 0;
    return {
      firing: of('firing'),
      acknowledged: of('acknowledged'),
      lanes: lanes.map(
        ({ destination, waiting, dead, oldestAt }): LaneDepth => ({
          destination,
          waiting,
          dead,
          ...(oldestAt !== null && { oldestAt }),
        }),
      ),
    };
  }

  async function deadLetters(): Promise<readonly DeadLetter[]> {
    const rows = await db
      .selectFrom('deliveries')
      .innerJoin('incidents', 'incidents.id', 'deliveries.incident')
      .selectAll('deliveries')
      .select('incidents.data')
      .where('dead', '=', sql.lit(1))
      .orderBy('deliveries.id', 'desc')
      .limit(MOST_DEAD_LETTERS)
      .execute();
    return rows.map((row) => {
      const { id, title, status } = JSON.parse(row.data) as Incident;
      return { delivery: deliveryViewOf(row), incident: { id, title, status } };
    });
  }

  return { views, incidents, counts, deadLetters, incident: async (id) => (await views([id]))[0] };
}

function escaped(text: string): string {
  return text.replaceAll(/[\\%_]/g, '_'); // any one character: precise enough for a search, the same on both databases
}
