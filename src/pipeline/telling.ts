import { durationText } from '../domain/duration.ts';
import { BRIDGE, type Held, type Line, type Silence } from '../domain/model.ts';
import type { Change, Moment, NewDelivery } from '../domain/ports.ts';
import { nudgesOf } from '../incidents/nudges.ts';
import type { Route } from '../routing/grammar.ts';
import { route } from '../routing/route.ts';
import { longest } from './silences.ts';

interface Around {
  readonly routes: readonly Route[];
  readonly silences: readonly Silence[]; // that last
  readonly at: Moment;
}

/** Tells an incident where its routes say; where a silence holds for it, nowhere but in the console. */
export function toldOrSilenced(
  incident: Change['incident'],
  timeline: readonly Line[],
  { routes, silences, at }: Around,
): Change {
  const { verdicts, targets } = route(incident, routes);
  const silence = longest(silences, incident);
  const routed = { ...incident, why: verdicts };
  if (silence !== undefined) {
    const inSight = targets.filter(({ destination }) => destination === 'console');
    return {
      incident: { ...routed, silenced: heldBy(silence) },
      timeline: [...timeline, silencedLine(silence, at.now)],
      deliveries: withIds(inSight, at),
    };
  }
  const { silenced: _, ...heard } = routed;
  const nudges = nudgesOf(targets, at.now);
  return {
    incident: { ...heard, ...(nudges && { nudges }) },
    timeline,
    deliveries: withIds(targets, at),
  };
}

/**
 * An open incident that a silence kept quiet, looked at again. Told where none holds any more; else it waits for the one that
 * holds now. undefined: it is as it was.
 */
export function toldAtLast(
  incident: Change['incident'],
  timeline: readonly Line[],
  around: Around,
): Change | undefined {
  const { silenced, status, openedAt } = incident;
  if (silenced === undefined || status === 'resolved') return undefined;
  const { routes, silences, at } = around;
  const silence = longest(silences, incident);
  if (silence !== undefined) {
    return isStill(silence, silenced) ? undefined : { incident: { ...incident, silenced: heldBy(silence) }, timeline };
  }
  const text = `told it at last, ${durationText(at.now - openedAt)} after it opened: no silence holds any more`;
  const line: Line = { at: at.now, kind: 'silenced', actor: BRIDGE, text, tell: 'edit' };
  return toldOrSilenced(incident, [...timeline, line], { routes, silences, at });
}

/** A told incident whose reminders a silence holds back, looked at again. undefined: it still does. */
export function heardAgain(
  { hushed, ...incident }: Change['incident'],
  silences: readonly Silence[],
): Change | undefined {
  if (hushed === undefined) return undefined;
  const silence = longest(silences, incident);
  if (silence === undefined) return { incident, timeline: [] };
  return isStill(silence, hushed) ? undefined : { incident: { ...incident, hushed: heldBy(silence) }, timeline: [] };
}

const heldBy = ({ id, until }: Silence): Held => ({ silence: id, until });
const isStill = ({ id, until }: Silence, held: Held): boolean => id === held.silence && until === held.until;

function silencedLine({ by, why, until }: Silence, now: number): Line {
  const text = `told it nowhere but in the console: silenced by ${by.name} for another ${durationText(until - now)} (${why})`;
  return { at: now, kind: 'silenced', actor: BRIDGE, text, tell: 'edit' };
}

const withIds = (targets: readonly Omit<NewDelivery, 'id'>[], at: Moment): readonly NewDelivery[] =>
  targets.map((target) => ({ id: at.newId(), ...target }));
