import { durationText } from '../domain/duration.ts';
import { type Actor, type Incident, type Line, TIMER } from '../domain/model.ts';
import { answered } from './ownership.ts';
import { type State, type Step, stateOf } from './state.ts';

/** Reminders, escalation and “still on it?” wait. A snooze replaces the one before. */
export function snooze(incident: Incident, actor: Actor, length: number, now: number): Step {
  if (incident.status === 'resolved') {
    const { resolvedBy: by, resolvedAt: at } = incident;
    return { kind: 'late', text: 'It is resolved already.', ...(by && { by }), ...(at !== undefined && { at }) };
  }
  return {
    kind: 'changed',
    incident: { ...answered(stateOf(incident)), snoozedAt: now, snoozedUntil: now + length },
    lines: [{ at: now, kind: 'snoozed', actor, text: `snoozed it for ${durationText(length)}`, tell: 'thread' }],
  };
}

/** After a snooze that is over; the waits count anew from its end. */
export function snoozeEnded(
  incident: State,
  now: number,
): { readonly incident: State; readonly lines: readonly Line[] } | undefined {
  const { snoozedUntil } = incident;
  if (snoozedUntil === undefined || snoozedUntil > now) return undefined;
  const { nudges, ...awake } = unsnoozed(incident);
  const confirmedAt = awake.owner === undefined ? {} : { confirmedAt: now };
  return {
    incident: { ...awake, ...confirmedAt, ...(nudges && { nudges: { ...nudges, since: now } }) },
    lines: [{ at: now, kind: 'snoozed', actor: TIMER, text: 'ended the snooze: its time is over', tell: 'thread' }],
  };
}

export function unsnoozed(incident: State): State {
  const { snoozedAt: _, snoozedUntil: __, ...awake } = incident;
  return awake;
}
