import type { Actor, AlertEvent, Incident, Line, Principal } from '../domain/model.ts';
import type { Moment } from '../domain/ports.ts';
import type { People } from '../domain/principal.ts';
import { firingAgain } from './nudges.ts';
import { answered, isOwner } from './ownership.ts';
import {
  type From,
  firingTooLate,
  nothing,
  open,
  openResolved,
  type Report,
  recover,
  refresh,
  remark,
  repeat,
  resolvedTooLate,
} from './reports.ts';
import { unsnoozed } from './snooze.ts';
import { type Folded, type State, type Step, stateOf } from './state.ts';
import { noteText } from './words.ts';

// ---------------------------------------------------------------- what monitors say

/**
 * Folds one event into the incident of its key: the open one, or the last one, or none yet.
 * Events may come in any order; those of a key are ordered by the sender's clock, then by arrival, and an older one never undoes
 * a newer one: it leaves a line. A person's step is not undone by an older event either, but by a newer one.
 * An event without a time is the newest.
 */
export function fold(before: Incident | undefined, event: AlertEvent, from: From, at: Moment): Folded {
  const saidAt = believable(event.at, at.now);
  const isLate = before !== undefined && saidAt !== undefined && isOlder(saidAt, before.lastEventAt);
  const report: Report = {
    event,
    from,
    now: at.now,
    happenedAt: saidAt ?? at.now,
    newestAt: Math.max(saidAt ?? NEVER, before?.lastEventAt ?? NEVER), // ours would not compare with the sender's
  };
  switch (event.kind) {
    case 'firing':
      if (isLate) return firingTooLate(before, report);
      return before === undefined || before.status === 'resolved' ? open(before, report, at) : repeat(before, report);
    case 'resolved':
      if (before === undefined) return openResolved(report, at);
      if (before.status === 'resolved') return isLate ? nothing('it is resolved already') : refresh(before, report);
      return isLate ? resolvedTooLate(before, report) : recover(before, report);
    case 'info':
      if (before === undefined || before.status === 'resolved')
        return nothing('a remark is told only where an incident is open');
      return remark(before, report);
  }
}

const MAX_LEAD_MS = 86_400_000; // no time zone mistake reaches further

/** A clock that is ahead by more is no clock: believed, it would make every later event an older one. */
function believable(at: number | undefined, now: number): number | undefined {
  return at !== undefined && at <= now + MAX_LEAD_MS ? at : undefined;
}

const NEVER = 0;

/** A clock may tell whole seconds, and another of the same sender more: within such a second it is arrival that orders. */
function isOlder(one: number, other: number): boolean {
  const unit = one % 1_000 === 0 || other % 1_000 === 0 ? 1_000 : 1;
  return Math.floor(one / unit) < Math.floor(other / unit);
}

// ---------------------------------------------------------------- what people do

/** Also the answer of an owner who was asked “still on it?”. */
export function acknowledge(incident: Incident, actor: Actor, now: number, people?: People): Step {
  switch (incident.status) {
    case 'resolved':
      return alreadyResolved(incident);
    case 'acknowledged': {
      const { owner, askedAt } = incident;
      if (askedAt === undefined || owner === undefined || !isOwner(owner, actor, people))
        return alreadyOwned(incident, actor, people);
      const did = { kind: 'acknowledged', text: 'is still on it' } as const;
      return stepped({ ...answered(stateOf(incident)), confirmedAt: now }, did, actor, now);
    }
    case 'firing':
      return stepped(
        {
          ...stateOf(incident),
          status: 'acknowledged',
          owner: actor,
          acknowledgedAt: now,
          moved: { by: actor, at: now },
        },
        { kind: 'acknowledged', text: 'acknowledged' },
        actor,
        now,
      );
  }
}

export function takeOver(incident: Incident, actor: Actor, now: number, people?: People): Step {
  const { owner } = incident;
  if (incident.status === 'resolved') return alreadyResolved(incident);
  if (owner === undefined) return moved(incident, 'Nobody has it: acknowledge it instead.');
  if (isOwner(owner, actor, people)) return alreadyOwned(incident, actor, people);
  return stepped(
    { ...answered(stateOf(incident)), owner: actor, acknowledgedAt: now, moved: { by: actor, at: now } },
    { kind: 'taken_over', text: `took over from ${owner.name}` },
    actor,
    now,
  );
}

/** `to` has it from now on, and is told. */
export function assign(
  incident: Incident,
  actor: Actor,
  to: { readonly owner: Actor; readonly mention: readonly Principal[] },
  now: number,
  people?: People,
): Step {
  const { owner, mention } = to;
  if (incident.status === 'resolved') return alreadyResolved(incident);
  if (incident.owner !== undefined && isOwner(owner, incident.owner, people))
    return alreadyOwned(incident, actor, people);
  return {
    kind: 'changed',
    incident: {
      ...answered(stateOf(incident)),
      status: 'acknowledged',
      owner,
      acknowledgedAt: now,
      moved: { by: actor, at: now },
    },
    lines: [{ at: now, kind: 'assigned', actor, text: `handed it to ${owner.name}`, tell: 'thread', mention }],
  };
}

export function unacknowledge(incident: Incident, actor: Actor, now: number): Step {
  if (incident.status === 'resolved') return alreadyResolved(incident);
  if (incident.status === 'firing') return moved(incident, 'Nobody has it.');
  return stepped(
    firingAgain(stateOf(incident), actor, now),
    { kind: 'unacknowledged', text: 'unacknowledged it' },
    actor,
    now,
  );
}

export function resolve(incident: Incident, actor: Actor, now: number): Step {
  if (incident.status === 'resolved') return alreadyResolved(incident);
  return stepped(
    {
      ...unsnoozed(answered(stateOf(incident))),
      status: 'resolved',
      resolvedAt: now,
      resolvedBy: actor,
      moved: { by: actor, at: now },
    },
    { kind: 'resolved', text: 'resolved it' },
    actor,
    now,
  );
}

/** `newer`: a later incident of the same key. Two of a key are never open at once. */
export function reopen(incident: Incident, actor: Actor, now: number, newer?: Incident): Step {
  if (incident.status !== 'resolved') return moved(incident, 'It is open already.');
  if (newer !== undefined) {
    const monitor: Actor = { platform: 'monitor', id: newer.source, name: newer.source };
    return late('A newer incident of this monitor exists: act on that one.', monitor, newer.openedAt);
  }
  const { resolvedAt: _, resolvedBy: __, ...state } = stateOf(incident);
  return stepped(firingAgain(state, actor, now), { kind: 'reopened', text: 'reopened it' }, actor, now);
}

export function note(incident: Incident, actor: Actor, text: string, now: number): Step {
  return stepped(stateOf(incident), { kind: 'noted', text: `added a note: ${noteText(text)}` }, actor, now);
}

/** Somebody pressed what they may not: told to nobody but them, and kept. `what`: the action, `why`: a sentence. */
export function refusedLine(actor: Actor, what: string, why: string, now: number): Line {
  return { at: now, kind: 'refused', actor, text: `was refused “${what}”: ${why}`, tell: 'edit' };
}

function stepped(incident: State, did: Pick<Line, 'kind' | 'text'>, actor: Actor, now: number): Step {
  return { kind: 'changed', incident, lines: [{ at: now, actor, ...did, tell: 'thread' }] };
}

function late(text: string, by?: Actor, at?: number): Step {
  return { kind: 'late', text, ...(by === undefined ? {} : { by }), ...(at === undefined ? {} : { at }) };
}

/** Too late, by whoever last changed its status or owner. */
function moved({ moved }: Incident, text: string): Step {
  return late(text, moved?.by, moved?.at);
}

function alreadyResolved({ resolvedBy, resolvedAt }: Incident): Step {
  return late('It is resolved already.', resolvedBy, resolvedAt);
}

function alreadyOwned({ owner, acknowledgedAt }: Incident, actor: Actor, people?: People): Step {
  const isTheirs = owner !== undefined && isOwner(owner, actor, people);
  return late(isTheirs ? 'You already have it.' : `${owner?.name} has it already.`, owner, acknowledgedAt);
}
