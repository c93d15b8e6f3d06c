import type { Incident } from '../domain/model.ts';
import type { NewTimer } from '../domain/ports.ts';
import { nextAsking, type TimerSettings } from './expiry.ts';
import { nextEscalation, nextReminder } from './nudges.ts';
import type { State } from './state.ts';

/**
 * What waits for an incident in this state. All of it follows from the incident alone: what moves on a state moves its timers on,
 * whoever did it.
 */
export function timersOf(incident: State, settings: TimerSettings): readonly NewTimer[] {
  const timer = (kind: NewTimer['kind'], at: number | undefined, argument?: string): readonly NewTimer[] =>
    at === undefined ? [] : [{ incident: incident.id, kind, at, ...(argument === undefined ? {} : { argument }) }];
  const { status, snoozedUntil, silenced, hushed } = incident;
  const held = silenced ?? hushed;
  if (status === 'resolved') return [];
  return [
    ...timer('snooze', snoozedUntil),
    ...timer('remind', nextReminder(incident)),
    ...timer('escalate', nextEscalation(incident)),
    ...timer('ack-expiry', nextAsking(incident, settings)),
    ...timer('silence', held?.until, held?.silence),
  ];
}

/** What a change must set and cancel, where the timers before it are set by these very settings: see `retimed`. */
export function timersAfter(before: Incident | undefined, after: State, settings: TimerSettings): readonly NewTimer[] {
  const [old, now] = [before === undefined ? [] : timersOf(before, settings), timersOf(after, settings)];
  const set = now.filter((one) => !old.some((other) => isSame(one, other) && one.at === other.at));
  const gone = old.filter((one) => !now.some((other) => isSame(one, other)));
  return [...set, ...gone.map(({ at: _, ...timer }) => timer)];
}

/** The one that settings have a part in, as they are now. */
export function retimed(incident: State, settings: TimerSettings): NewTimer {
  const kind = 'ack-expiry';
  return timersOf(incident, settings).find((timer) => timer.kind === kind) ?? { incident: incident.id, kind };
}

const isSame = (one: NewTimer, other: NewTimer): boolean => one.kind === other.kind && one.argument === other.argument;
