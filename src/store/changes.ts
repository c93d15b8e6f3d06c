import { sql, type Transaction } from 'kysely';
import { type Incident, LIVE_RUN_STATES, type Run } from '../domain/model.ts';
import type { Change, Found, StoreChange } from '../domain/ports.ts';
import { incidentOf, runOf } from './rows.ts';
import type { Tables } from './tables.ts';

/** One `Store.change`, waiting for its commit. */
export interface ChangeCall<R> {
  readonly kind: 'change';
  readonly once?: string;
  readonly keys?: readonly string[];
  readonly ids?: readonly string[];
  readonly decide: (found: Found) => { readonly changes: readonly Change[]; readonly answer: R };
}
type Outcome = { readonly answer: unknown } | { readonly error: unknown };

const ROWS_A_STATEMENT = 1_000; // 14 columns at most: well under SQLite's 32,766 parameters. https://www.sqlite.org/limits.html

/** Runs the decisions in order, each seeing those before it, and writes what came of them with a few statements. */
export async function applyChanges(
  trx: Transaction<Tables>,
  calls: readonly ChangeCall<unknown>[],
  now: number,
): Promise<{ readonly answers: readonly Outcome[]; readonly seen: StoreChange }> {
  if (calls.length === 0) return { answers: [], seen: { incidents: [], lanes: [], runs: false } };
  const state = await load(trx, calls);
  const answers = calls.map((call): Outcome => {
    if (call.once !== undefined && state.receipts.has(call.once)) return { answer: 'duplicate' };
    try {
      const { changes, answer } = call.decide(state.found(call));
      for (const change of changes) state.apply(change);
      if (call.once !== undefined) state.receipts.set(call.once, true);
      return { answer };
    } catch (error) {
      return { error };
    }
  });
  return { answers, seen: await write(trx, state, now) };
}

type State = Awaited<ReturnType<typeof load>>;

async function load(trx: Transaction<Tables>, calls: readonly ChangeCall<unknown>[]) {
  const unique = (lists: readonly (readonly string[] | undefined)[]) => [
    ...new Set(lists.flatMap((list) => list ?? [])),
  ];
  const once = calls.flatMap((call) => call.once ?? []);
  const ids = unique(calls.map((call) => call.ids));
  const keys = unique(calls.map((call) => call.keys));

  const known =
    once.length === 0 ? [] : await trx.selectFrom('receipts').select('key').where('key', 'in', once).execute();
  const byIdRows =
    ids.length === 0 ? [] : await trx.selectFrom('incidents').selectAll().where('id', 'in', ids).execute();
  const allKeys = [...new Set([...keys, ...byIdRows.map((row) => row.key)])];
  const byKeyRows =
    allKeys.length === 0
      ? []
      : await trx
          .selectFrom('incidents')
          .selectAll()
          .where('id', 'in', (newest) =>
            newest
              .selectFrom('incidents')
              .select((row) => row.fn.max('id').as('id'))
              .where('key', 'in', allKeys)
              .groupBy('key'),
          )
          .execute();
  const runRows =
    ids.length === 0
      ? []
      : await trx
          .selectFrom('runs')
          .selectAll()
          .where('incident', 'in', ids)
          .where('state', 'in', LIVE_RUN_STATES)
          .orderBy('id')
          .execute();

  const receipts = new Map(known.map(({ key }) => [key, false])); // true: new in this commit
  const incidents = new Map<string, Incident>();
  const lineCounts = new Map<string, number>();
  const newestOfKey = new Map<string, string>();
  for (const row of [...byIdRows, ...byKeyRows]) {
    incidents.set(row.id, incidentOf(row));
    lineCounts.set(row.id, row.lines);
  }
  for (const row of byKeyRows) newestOfKey.set(row.key, row.id);
  const runs = new Map<string, Run>(runRows.map((row) => [row.id, runOf(row)]));
  const changed = new Map<string, { readonly before: number; lines: Tables['lines'][] }>();
  const changedRuns = new Set<string>();
  const newDeliveries: { readonly incident: string; readonly delivery: NonNullable<Change['deliveries']>[number] }[] =
    [];

  function found(call: ChangeCall<unknown>): Found {
    const byId = new Map((call.ids ?? []).flatMap((id) => pair(id, incidents.get(id))));
    const wanted = [...(call.keys ?? []), ...[...byId.values()].map(({ key }) => key)];
    const byKey = new Map(wanted.flatMap((key) => pair(key, incidents.get(newestOfKey.get(key) ?? ''))));
    const living = [...runs.values()].filter(({ state }) => LIVE_RUN_STATES.includes(state));
    return {
      byId,
      byKey,
      runs: new Map([...byId.keys()].map((id) => [id, living.filter((run) => run.incident === id)])),
    };
  }

  function apply(change: Change): void {
    const { id, key } = change.incident;
    const revision = (incidents.get(id)?.revision ?? 0) + 1;
    incidents.set(id, { ...change.incident, revision });
    const newest = newestOfKey.get(key);
    if (newest === undefined || newest < id) newestOfKey.set(key, id);
    const entry = changed.get(id) ?? { before: revision - 1, lines: [] };
    changed.set(id, entry);
    for (const line of change.timeline) {
      const seq = (lineCounts.get(id) ?? 0) + 1;
      lineCounts.set(id, seq);
      entry.lines.push({ ...line, incident: id, seq, actor: JSON.stringify(line.actor) });
    }
    for (const delivery of change.deliveries ?? []) newDeliveries.push({ incident: id, delivery });
    for (const run of change.runs ?? []) {
      runs.set(run.id, run);
      changedRuns.add(run.id);
    }
  }

  return { receipts, incidents, lineCounts, runs, changed, changedRuns, newDeliveries, found, apply };
}

async function write(trx: Transaction<Tables>, state: State, now: number): Promise<StoreChange> {
  const { incidents, lineCounts, changed, newDeliveries } = state;
  const lanes = new Set<string>();

  for (const rows of chunks([...state.receipts].filter(([, fresh]) => fresh).map(([key]) => ({ key, at: now }))))
    await trx.insertInto('receipts').values(rows).execute();

  const incidentRows = [...changed.keys()].map((id) => {
    const { revision, ...incident } = incidents.get(id) as Incident;
    return {
      id,
      key: incident.key,
      status: incident.status,
      revision,
      lines: lineCounts.get(id) ?? 0,
      resolved_at: incident.resolvedAt ?? null,
      data: JSON.stringify(incident),
    };
  });
  for (const rows of chunks(incidentRows))
    await trx
      .insertInto('incidents')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          status: row.ref('excluded.status'),
          revision: row.ref('excluded.revision'),
          lines: row.ref('excluded.lines'),
          resolved_at: row.ref('excluded.resolved_at'),
          data: row.ref('excluded.data'),
        })),
      )
      .execute();

  for (const rows of chunks([...changed.values()].flatMap(({ lines }) => lines)))
    await trx.insertInto('lines').values(rows).execute();

  for (const rows of chunks(newDeliveries)) {
    const made = await trx
      .insertInto('deliveries')
      .values(
        rows.map(({ incident, delivery }) => ({
          id: delivery.id,
          incident,
          destination: delivery.destination,
          route: delivery.route,
          options: JSON.stringify(delivery.options),
          wanted: incidents.get(incident)?.revision ?? 1,
          shown: 0,
          told: lineCounts.get(incident) ?? 0,
          attempt: 0,
          due_at: now,
          due_since: now,
          dead: 0,
          error: null,
          message: null,
        })),
      )
      .onConflict((conflict) => conflict.columns(['incident', 'destination']).doNothing())
      .returning('destination')
      .execute();
    for (const { destination } of made) lanes.add(destination);
  }

  const older = [...changed].filter(([, { before }]) => before > 0).map(([id]) => id);
  for (const ids of chunks(older)) {
    const due = await trx
      .updateTable('deliveries')
      .set({
        wanted: (row) =>
          row
            .selectFrom('incidents')
            .select('revision')
            .whereRef('incidents.id', '=', 'deliveries.incident')
            .$asScalar(),
        due_at: sql`case when dead = 1 then null else coalesce(due_at, ${now}) end`,
        due_since: sql`case when dead = 1 then null else coalesce(due_since, ${now}) end`,
      })
      .where('incident', 'in', ids)
      .returning(['destination', 'dead'])
      .execute();
    for (const { destination, dead } of due) if (dead === 0) lanes.add(destination);
  }

  const runRows = [...state.changedRuns].map((id) => {
    const { output, ...run } = state.runs.get(id) as Run;
    return {
      id,
      incident: run.incident,
      runbook: run.runbook,
      state: run.state,
      holder: null,
      fence: 0,
      until: 0,
      data: JSON.stringify(run),
      output,
    };
  });
  for (const rows of chunks(runRows))
    await trx
      .insertInto('runs')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet((row) => ({
          state: row.ref('excluded.state'),
          data: row.ref('excluded.data'),
          output: row.ref('excluded.output'),
        })),
      )
      .execute();

  return { incidents: [...changed.keys()], lanes: [...lanes], runs: runRows.length > 0 };
}

function pair<V>(key: string, value: V | undefined): readonly (readonly [string, V])[] {
  return value === undefined ? [] : [[key, value]];
}

function* chunks<T>(rows: readonly T[]): Generator<T[]> {
  for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) yield rows.slice(at, at + ROWS_A_STATEMENT);
}
