import type { Kysely } from 'kysely';
import { LIVE_RUN_STATES, type Line, type Tell } from '../domain/model.ts';
import type { Delivery, Step } from '../domain/ports.ts';
import { snapshot } from './database.ts';
import { incidentOf, lineOf, runOf } from './rows.ts';
import type { Tables } from './tables.ts';

const MOST_LINES = 1_000; // told at once, over all deliveries asked for: the rest stays due

/** The deliveries of a lane that are due, the longest waiting first, each with all that is to be shown; where `step` says so, those that wait for it. */
export function dueDeliveries(
  read: Kysely<Tables>,
  destination: string,
  now: number,
  limit: number,
  step?: Step,
): Promise<readonly Delivery[]> {
  return snapshot(read, async (db) => {
    const rows = await waitingFor(step, dueIn(db, destination, now))
      .orderBy('deliveries.id')
      .limit(limit)
      .execute();
    if (rows.length === 0) return [];
    const ids = [...new Set(rows.map(({ incident }) => incident))];
    const incidents = await db.selectFrom('incidents').selectAll().where('id', 'in', ids).execute();
    const runs = await db
      .selectFrom('runs')
      .selectAll()
      .where('incident', 'in', ids)
      .where('state', 'in', LIVE_RUN_STATES)
      .orderBy('id')
      .execute();
    const lines = await db
      .selectFrom('deliveries')
      .innerJoin('lines', 'lines.incident', 'deliveries.incident')
      .selectAll('lines')
      .select('deliveries.id as delivery')
      .where(
        'deliveries.id',
        'in',
        rows.map(({ id }) => id),
      )
      .whereRef('lines.seq', '>', 'deliveries.told')
      .where('lines.tell', '!=', 'edit')
      .orderBy('lines.seq')
      .limit(MOST_LINES)
      .execute();

    const incidentById = new Map(incidents.map((row) => [row.id, incidentOf(row)]));
    const runsOf = Map.groupBy(runs, ({ incident }) => incident);
    const linesOf = Map.groupBy(lines, ({ delivery }) => delivery);
    return rows.flatMap((row): readonly Delivery[] => {
      const incident = incidentById.get(row.incident);
      if (incident === undefined) return [];
      return [
        {
          id: row.id,
          destination: row.destination,
          route: row.route,
          options: JSON.parse(row.options),
          incident,
          runs: (runsOf.get(row.incident) ?? []).map(runOf),
          generation: row.generation ?? 0,
          ...(row.remote !== null && { message: JSON.parse(row.remote) }),
          shown: row.shown,
          lines: (linesOf.get(row.id) ?? []).map((line) => ({ ...lineAt(destination, line), seq: line.seq })),
          attempt: row.attempt,
          ...(row.sending_since !== null && { ambiguousSince: row.sending_since }),
          waitingSince: row.due_since ?? now,
        },
      ];
    });
  });
}

function dueIn(db: Kysely<Tables>, destination: string, now: number) {
  return db
    .selectFrom('deliveries')
    .leftJoin('messages', 'messages.id', 'deliveries.message')
    .selectAll('deliveries')
    .select(['messages.generation', 'messages.sending_since', 'messages.remote'])
    .where('deliveries.destination', '=', destination)
    .where('due_at', '<=', now);
}

type Due = ReturnType<typeof dueIn>;

function waitingFor(step: Step | undefined, due: Due): Due {
  switch (step) {
    case undefined:
      return due.orderBy('due_since');
    case 'post':
      return due.where('messages.remote', 'is', null).orderBy('due_since');
    case 'edit':
      return due.where('messages.remote', 'is not', null).whereRef('shown', '<', 'wanted').orderBy('due_since');
    case 'call':
      return toTell(due, 'channel');
    case 'line':
      return toTell(due, 'thread');
  }
}

const MOST_LOOKED_AT = 500; // of those that wait longest: each is looked up in the lines

/** Those whose next line is told so, the oldest line first. */
function toTell(due: Due, tell: Tell): Due {
  const longest = due
    .clearSelect()
    .select('deliveries.id')
    .where('messages.remote', 'is not', null)
    .orderBy('due_since')
    .limit(MOST_LOOKED_AT);
  return due
    .where('deliveries.id', 'in', longest)
    .innerJoin('incidents', 'incidents.id', 'deliveries.incident')
    .whereRef('deliveries.told', '<', 'incidents.to_tell')
    .innerJoin('lines', (join) =>
      join.onRef('lines.incident', '=', 'deliveries.incident').on('lines.seq', '=', (lines) =>
        lines
          .selectFrom('lines as untold')
          .select((untold) => untold.fn.min('untold.seq').as('seq'))
          .whereRef('untold.incident', '=', 'deliveries.incident')
          .whereRef('untold.seq', '>', 'deliveries.told')
          .where('untold.tell', '!=', 'edit'),
      ),
    )
    .where('lines.tell', '=', tell)
    .orderBy('lines.at');
}

/** What is told to the channel elsewhere stands in the thread here. */
function lineAt(destination: string, row: Parameters<typeof lineOf>[0]): Line {
  const line = lineOf(row);
  return line.channels?.includes(destination) === false ? { ...line, tell: 'thread' } : line;
}
