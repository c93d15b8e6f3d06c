import { durationText } from '../domain/duration.ts';
import type { Actor, AlertEvent, Incident, Line, LineKind, Severity, Tell, Texts } from '../domain/model.ts';
import type { Moment } from '../domain/ports.ts';
import { flappingText, flipped, steady } from './flapping.ts';
import { answered } from './ownership.ts';
import { unsnoozed } from './snooze.ts';
import { type Folded, type State, stateOf } from './state.ts';
import { headline, leftOutText, wordsAfter } from './words.ts';

/** Who said it: the webhook that an event came by. */
export interface From {
  readonly source: string;
  readonly actor: Actor;
  readonly digest?: string; // of its bytes
  readonly secret?: number; // which one verified it, 0 the newest
  readonly labels: Texts; // from its URL
}

/** An event, with when it happened (the sender's clock) and when it came (ours). */
export interface Report {
  readonly event: AlertEvent;
  readonly from: From;
  readonly now: number;
  readonly happenedAt: number;
  readonly newestAt: number; // of this key's events, by the sender's clock; 0: it told no time
}

/** A new incident, firing. Its flapping goes on from the last one of the key. */
export function open(before: Incident | undefined, report: Report, at: Moment): Folded {
  const incident = before ? { ...fresh(report, at), ...flipped(before, report) } : fresh(report, at);
  const opened = `reported: ${headline(report.event)}${leftOutText(report.event, report.from.labels)}`;
  return {
    kind: 'changed',
    incident,
    lines: [line(report, 'opened', opened, 'edit'), ...flappingLine(before, incident, report)],
    opened: true,
  };
}

/** An `up` that overtook its `down`: kept resolved and told nowhere, so that the late `down` finds it and opens nothing. */
export function openResolved(report: Report, at: Moment): Folded {
  const incident: State = {
    ...fresh(report, at),
    status: 'resolved',
    resolvedAt: report.now,
    resolvedBy: report.from.actor,
    count: 0,
  };
  return changed(incident, [line(report, 'resolved', 'reported it resolved before any firing', 'edit')]);
}

function fresh({ event, from, now, newestAt }: Report, at: Moment): State {
  return {
    id: at.newId(),
    key: `${from.source}:${event.key}`,
    source: from.source,
    status: 'firing',
    severity: event.severity ?? 'critical',
    ...wordsAfter(undefined, event, from.labels),
    openedAt: now,
    moved: { by: from.actor, at: now },
    lastEventAt: newestAt,
    ...proofOf(from),
    count: 1,
    flips: [],
    flapping: false,
    why: [],
  };
}

export function repeat(before: Incident, report: Report): Folded {
  const severity = report.event.severity ?? before.severity;
  const isWorse = rank[severity] > rank[before.severity];
  const incident: State = {
    ...withFlapping(remembered(before, report), steady(before, report)),
    ...wordsAfter(before, report.event, report.from.labels),
    severity,
    count: before.count + 1,
    lastEventAt: report.newestAt,
  };
  const text = severity === before.severity ? '' : `, ${isWorse ? 'now' : 'only'} ${severity} (was ${before.severity})`;
  const tell = isWorse && before.status === 'acknowledged' ? 'thread' : 'edit'; // its owner should know
  return changed(incident, [line(report, 'repeated', `reported it again${text}`, tell)]);
}

const rank: Readonly<Record<Severity, number>> = { info: 0, warning: 1, error: 2, critical: 3 };

export function recover(before: Incident, report: Report): Folded {
  const incident: State = {
    ...unsnoozed(answered(withFlapping(remembered(before, report), flipped(before, report)))),
    ...wordsAfter(before, report.event, report.from.labels),
    status: 'resolved',
    resolvedAt: report.now,
    resolvedBy: report.from.actor,
    moved: { by: report.from.actor, at: report.now },
    lastEventAt: report.newestAt,
  };
  const text = `reported it resolved after ${durationText(report.now - before.openedAt)}`;
  return changed(incident, [line(report, 'resolved', text, 'thread'), ...flappingLine(before, incident, report)]);
}

/** Resolved once more: only remembered, so that what happened before it is known as older. */
export function refresh(before: Incident, report: Report): Folded {
  if (report.newestAt === before.lastEventAt) return nothing('it is resolved already');
  const state = withFlapping(remembered(before, report), steady(before, report));
  return changed({ ...state, lastEventAt: report.newestAt }, []);
}

export function firingTooLate(before: Incident, report: Report): Folded {
  const incident: State = { ...remembered(before, report), count: before.count + 1 };
  return changed(incident, [line(report, 'repeated', tooLate('firing', before, report), 'edit')]);
}

export function resolvedTooLate(before: Incident, report: Report): Folded {
  return changed(remembered(before, report), [line(report, 'noted', tooLate('resolved', before, report), 'edit')]);
}

/** A remark: it changes nothing but the timeline. */
export function remark(before: Incident, report: Report): Folded {
  return changed(remembered(before, report), [line(report, 'noted', `noted: ${headline(report.event)}`, 'thread')]);
}

function tooLate(what: string, before: Incident, report: Report): string {
  return `sent an older “${what}” late, from ${durationText(before.lastEventAt - report.happenedAt)} before its newest report`;
}

/** Told once, where it begins. An incident that opens while it goes on says so too: people look at that one. */
function flappingLine(before: Incident | undefined, after: State, report: Report): readonly Line[] {
  if (!after.flapping) return [];
  if (!before?.flapping) return [line(report, 'flapping', flappingText(after), 'thread')];
  return after.id === before.id ? [] : [line(report, 'flapping', `still ${flappingText(after)}`, 'edit')];
}

function withFlapping(state: State, flapping: ReturnType<typeof steady>): State {
  const { flappingSince: _, ...rest } = state;
  return { ...rest, ...flapping };
}

/** The incident as it was, with the webhook that this event came by. */
function remembered(before: Incident, { from }: Report): State {
  const { digest: _, secret: __, ...state } = stateOf(before);
  return { ...state, ...proofOf(from) };
}

const proofOf = ({ digest, secret }: From): Pick<State, 'digest' | 'secret'> => ({
  ...(digest === undefined ? {} : { digest }),
  ...(secret === undefined ? {} : { secret }),
});

function line({ from, now }: Report, kind: LineKind, text: string, tell: Tell): Line {
  return { at: now, kind, actor: from.actor, text, tell };
}

function changed(incident: State, lines: readonly Line[]): Folded {
  return { kind: 'changed', incident, lines, opened: false };
}

export function nothing(reason: string): Folded {
  return { kind: 'nothing', reason };
}
