import { sql, type Transaction } from 'kysely';
import { isLocal } from '../domain/destination.ts';
import type { Incident, Run } from '../domain/model.ts';
import type { NewDelivery } from '../domain/ports.ts';
import { appendAudit } from './audit.ts';
import { inserting, upserting } from './by-size.ts';
import type { Marks, State } from './changes.ts';
import { inParts } from './in-parts.ts';
import type { Seen } from './seen.ts';
import { addSilences } from './silences.ts';
import type { Tables } from './tables.ts';
import { writeTimers } from './timers.ts';

/** Writes what the decisions of a batch changed, with a few statements for each table. */
export async function writeState(trx: Transaction<Tables>, state: State, now: number, seen: Seen): Promise<void> {
  await receipts(trx, state, now);
  await incidents(trx, state);
  await lines(trx, state);
  await newDeliveries(trx, state, now, seen);
  await dueDeliveries(trx, state, now, seen);
  await runs(trx, state);
  await addSilences(trx, state.newSilences);
  await writeTimers(trx, state.timers);
  if (state.timers.size > 0) seen.timers = true;
  await appendAudit(trx, state.newAudit, seen);
  for (const id of state.changed) seen.incidents.add(id);
  for (const id of state.changedRuns) {
    const { incident, state: now } = state.runs.get(id) as Run;
    seen.runStates.push({ id, incident, state: now });
    seen.runs = true;
  }
}

async function receipts(trx: Transaction<Tables>, state: State, now: number): Promise<void> {
  const rows = [...state.receipts].flatMap(([key, what]) => (what === 'new' ? [{ key, at: now }] : []));
  await insertReceipts(trx, rows);
}

const insertReceipts = inserting('receipts');

async function incidents(trx: Transaction<Tables>, state: State): Promise<void> {
  const rows = [...state.changed].map((id) => {
    const { revision, ...incident } = state.incidents.get(id) as Incident;
    const marks = state.marks.get(id) as Marks;
    return {
      id,
      key: incident.key,
      status: incident.status,
      revision,
      lines: marks.lines,
      to_tell: marks.toTell,
      resolved_at: incident.resolvedAt ?? null,
      data: JSON.stringify(incident),
    };
  });
  // What resolves comes first: its key may be opened anew in the same commit, and only one may be open at a time.
  const changed = rows.filter(({ id }) => state.known.has(id));
  changed.sort((a, b) => Number(b.status === 'resolved') - Number(a.status === 'resolved'));
  await updateIncidents(trx, changed);
  // An incident that is there, but was not asked for, is refused here: it was decided without seeing it.
  const opened = rows.filter(({ id }) => !state.known.has(id));
  await insertIncidents(trx, opened);
}

const insertIncidents = inserting('incidents');
const updateIncidents = upserting('incidents', ['status', 'revision', 'lines', 'to_tell', 'resolved_at', 'data']);

async function lines(trx: Transaction<Tables>, state: State): Promise<void> {
  const rows = state.newLines.map(
    ({ incident, seq, line: { at, kind, actor, text, detail, tell, channels, mention } }) => ({
      incident,
      seq,
      at,
      kind,
      actor: JSON.stringify(actor),
      text,
      tell,
      detail: detail ?? null,
      audience: channels === undefined && mention === undefined ? null : JSON.stringify({ channels, mention }),
    }),
  );
  await insertLines(trx, rows);
}

const insertLines = inserting('lines');

async function newDeliveries(trx: Transaction<Tables>, state: State, now: number, seen: Seen): Promise<void> {
  const dueAt = ({ destination }: NewDelivery) => (isLocal(destination) ? null : now);
  const rows = state.newDeliveries.map(({ incident, told, delivery }) => ({
    id: delivery.id,
    incident,
    destination: delivery.destination,
    route: delivery.route,
    options: JSON.stringify(delivery.options),
    message: delivery.id,
    wanted: (state.incidents.get(incident) as Incident).revision,
    shown: 0,
    told,
    attempt: 0,
    due_at: dueAt(delivery),
    due_since: dueAt(delivery),
    dead: 0,
    error: null,
  }));
  const made = await insertDeliveries(trx, rows);
  const destinations = [...new Set(made.map(({ destination }) => destination).filter((one) => !isLocal(one)))];
  const lanes = destinations.map((destination) => ({ destination, holder: null, fence: 0, until: 0, paused_until: 0 }));
  await insertLanes(trx, lanes);
  for (const destination of destinations) seen.lanes.add(destination);
}

const insertDeliveries = inserting('deliveries', (insert) =>
  insert.onConflict((conflict) => conflict.columns(['incident', 'destination']).doNothing()).returning('destination'),
);
const insertLanes = inserting('lanes', (insert) =>
  insert.onConflict((conflict) => conflict.column('destination').doNothing()),
);

/** What shows an older revision becomes due; what waits for its retry still does, and what is dead stays dead. */
async function dueDeliveries(trx: Transaction<Tables>, state: State, now: number, seen: Seen): Promise<void> {
  const older = [...state.changed].filter((id) => state.known.has(id));
  const due = await inParts(older, (part) =>
    trx
      .updateTable('deliveries')
      .set((row) => ({
        wanted: row
          .selectFrom('incidents')
          .select('revision')
          .whereRef('incidents.id', '=', 'deliveries.incident')
          .$asScalar()
          .$notNull(),
        due_at: sql`case when dead = 1 then null else coalesce(due_at, ${now}) end`,
        // Where only lines waited, the card waits from now.
        due_since: sql`case when dead = 1 then null when shown >= wanted then ${now} else coalesce(due_since, ${now}) end`,
      }))
      .where('incident', 'in', part)
      .where('destination', 'like', '%:%') // what is local shows what is stored
      .returning(['destination', 'dead'])
      .execute(),
  );
  for (const { destination, dead } of due) if (dead === 0) seen.lanes.add(destination);
}

async function runs(trx: Transaction<Tables>, state: State): Promise<void> {
  const rows = [...state.changedRuns].map((id) => {
    const { output, ...run } = state.runs.get(id) as Run;
    return {
      id,
      incident: run.incident,
      state: run.state,
      holder: null,
      fence: 0,
      until: 0,
      data: JSON.stringify(run),
      output,
    };
  });
  await writeRuns(trx, rows);
}

const writeRuns = upserting('runs', ['state', 'data', 'output']);
