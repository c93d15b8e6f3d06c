import type { Transaction } from 'kysely';
import { type Incident, isLiving, LIVE_RUN_STATES, type Line, type Run, type Silence } from '../domain/model.ts';
import type { Change, Changed, Decided as Decision, Found, NewDelivery, NewTimer } from '../domain/ports.ts';
import type { NewEntry } from './audit.ts';
import { findNewest, findOnce } from './find.ts';
import { inParts } from './in-parts.ts';
import { incidentOf, runOf } from './rows.ts';
import { activeSilences } from './silences.ts';
import type { Tables } from './tables.ts';
import { timerId } from './timers.ts';

/** One `Store.change`. It may change what it asked for, and open what is new. */
export interface ChangeCall<R> {
  readonly once?: string;
  readonly keys?: readonly string[];
  readonly ids?: readonly string[];
  readonly decide: (found: Found) => Decision<R>;
}
export type Decided = { readonly answer: unknown } | { readonly error: unknown };

/** What is known of the incidents of a batch, and what its decisions changed so far. */
export interface State {
  readonly receipts: Map<string, 'known' | 'new'>;
  readonly known: ReadonlySet<string>; // incidents that were there before the batch
  readonly incidents: Map<string, Incident>;
  readonly ofKey: Map<string, string>; // the open incident of a key, or its last one
  readonly runs: Map<string, Run>;
  readonly marks: Map<string, Marks>;
  readonly changed: Set<string>; // incidents
  readonly newLines: { readonly incident: string; readonly seq: number; readonly line: Line }[];
  readonly newDeliveries: { readonly incident: string; readonly told: number; readonly delivery: NewDelivery }[];
  readonly changedRuns: Set<string>;
  readonly timers: Map<string, NewTimer>;
  readonly silences: readonly Silence[]; // that last
  readonly newSilences: Silence[];
  readonly newAudit: NewEntry[];
}
/** How far an incident's lines go. */
export interface Marks {
  readonly lines: number;
  readonly toTell: number;
}

const NO_LINES: Marks = { lines: 0, toTell: 0 };

/** Runs the decisions in order, each seeing what those before it changed. One that throws changes nothing. */
export async function decideAll(
  trx: Transaction<Tables>,
  calls: readonly ChangeCall<unknown>[],
  now: number,
): Promise<{ readonly decided: readonly Decided[]; readonly state: State }> {
  const state = await load(trx, calls, now);
  return { decided: calls.map((call) => decideOne(state, call)), state };
}

function decideOne(state: State, { once, keys, ids, decide }: ChangeCall<unknown>): Decided {
  const answer = (answer: Changed<unknown>): Decided => ({ answer });
  if (once !== undefined && state.receipts.has(once)) return answer({ duplicate: true });
  try {
    const decision = decide(found(state, keys ?? [], ids ?? []));
    for (const change of decision.changes) apply(state, change);
    for (const timer of decision.timers ?? []) state.timers.set(timerId(timer), timer);
    if (once !== undefined && decision.forget !== true) state.receipts.set(once, 'new');
    return answer({ duplicate: false, answer: decision.answer });
  } catch (error) {
    return { error };
  }
}

async function load(trx: Transaction<Tables>, calls: readonly ChangeCall<unknown>[], now: number): Promise<State> {
  const all = (lists: readonly (readonly string[] | undefined)[]) => [...new Set(lists.flatMap((list) => list ?? []))];
  const ids = all(calls.map((call) => call.ids));
  const once = await findOnce(trx, all(calls.map((call) => (call.once === undefined ? [] : [call.once]))));
  const byId = await inParts(ids, (part) => trx.selectFrom('incidents').selectAll().where('id', 'in', part).execute());
  const newest = await findNewest(trx, all([...calls.map((call) => call.keys), byId.map(({ key }) => key)]));
  const runs = await inParts(ids, (part) =>
    trx
      .selectFrom('runs')
      .selectAll()
      .where('incident', 'in', part)
      .where('state', 'in', LIVE_RUN_STATES)
      .orderBy('id')
      .execute(),
  );
  const rows = [...byId, ...newest];
  return {
    receipts: new Map(once.map((key) => [key, 'known'])),
    known: new Set(rows.map(({ id }) => id)),
    incidents: new Map(rows.map((row) => [row.id, incidentOf(row)])),
    ofKey: new Map(newest.map(({ key, id }) => [key, id])),
    runs: new Map(runs.map((row) => [row.id, runOf(row)])),
    marks: new Map(rows.map(({ id, lines, to_tell: toTell }) => [id, { lines, toTell }])),
    changed: new Set(),
    newLines: [],
    newDeliveries: [],
    changedRuns: new Set(),
    timers: new Map(),
    silences: await activeSilences(trx, now),
    newSilences: [],
    newAudit: [],
  };
}

function found(state: State, keys: readonly string[], ids: readonly string[]): Found {
  const byId = new Map(ids.flatMap((id) => entry(id, state.incidents.get(id))));
  const asked = [...keys, ...[...byId.values()].map(({ key }) => key)];
  const living = byId.size === 0 ? [] : [...state.runs.values()].filter(isLiving);
  return {
    byId,
    byKey: new Map(asked.flatMap((key) => entry(key, state.incidents.get(state.ofKey.get(key) ?? '')))),
    runs: new Map([...byId.keys()].map((id) => [id, living.filter((run) => run.incident === id)])),
    silences: state.newSilences.length === 0 ? state.silences : [...state.silences, ...state.newSilences],
  };
}

function apply(
  state: State,
  { incident, timeline, deliveries = [], runs = [], silences = [], audit = [] }: Change,
): void {
  const { id, key } = incident;
  state.incidents.set(id, { ...incident, revision: (state.incidents.get(id)?.revision ?? 0) + 1 });
  state.changed.add(id);
  const other = state.incidents.get(state.ofKey.get(key) ?? '');
  if (other === undefined || incident.status !== 'resolved' || (other.status === 'resolved' && other.id < id))
    state.ofKey.set(key, id);

  let { lines, toTell } = state.marks.get(id) ?? NO_LINES;
  for (const line of timeline) {
    lines += 1;
    if (line.tell !== 'edit') toTell = lines;
    state.newLines.push({ incident: id, seq: lines, line });
  }
  state.marks.set(id, { lines, toTell });
  // The first post says all that was so far: its thread begins with what comes after.
  for (const delivery of deliveries) state.newDeliveries.push({ incident: id, told: lines, delivery });
  for (const entry of audit) state.newAudit.push({ ...entry, incident: id });
  for (const run of runs) {
    state.runs.set(run.id, run);
    state.changedRuns.add(run.id);
  }
  state.newSilences.push(...silences);
}

function entry<V>(key: string, value: V | undefined): readonly (readonly [string, V])[] {
  return value === undefined ? [] : [[key, value]];
}
