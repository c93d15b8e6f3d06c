import { cut } from '../domain/cut.ts';
import { durationText } from '../domain/duration.ts';
import {
  type Actor,
  type Escalation,
  type Line,
  type Nudges,
  type Reminder,
  type RouteOptions,
  TIMER,
} from '../domain/model.ts';
import type { NewDelivery } from '../domain/ports.ts';
import { unowned } from './ownership.ts';
import type { State } from './state.ts';

/** What its routes say about telling it again; undefined: nothing. One reminder for each interval, one escalation for each route. */
export function nudgesOf(targets: readonly Omit<NewDelivery, 'id'>[], now: number): Nudges | undefined {
  const reminding = targets.filter(({ options }) => options.remind !== undefined);
  const escalating = targets.filter(({ options }) => options.escalate !== undefined);
  if (reminding.length + escalating.length === 0) return undefined;
  const names = (some: readonly { readonly destination: string }[]) => some.map(({ destination }) => destination);
  return {
    since: now,
    reminders: [...Map.groupBy(reminding, ({ options }) => options.remind ?? 0)].map(([every, some]) => ({
      every,
      destinations: names(some),
    })),
    escalations: [...Map.groupBy(escalating, ({ route }) => route)].flatMap(([route, some]): readonly Escalation[] => {
      const { escalate, template, mention }: RouteOptions = some[0]?.options ?? { template: '', mention: [] };
      if (escalate === undefined) return [];
      const { after, destinations: to } = escalate;
      return [{ after, route, options: { template, mention }, from: names(some), to }];
    }),
  };
}

/** Given back or reopened, nobody has it, and all waits count anew. */
export function firingAgain(incident: State, by: Actor, now: number): State {
  const { nudges } = incident;
  const anew = nudges && {
    since: now,
    reminders: nudges.reminders.map(({ lastAt: _, ...reminder }) => reminder),
    escalations: nudges.escalations.map(({ doneAt: _, ...escalation }) => escalation),
  };
  return { ...unowned(incident), status: 'firing', moved: { by, at: now }, ...(anew && { nudges: anew }) };
}

/** From when the waits count: a snooze defers them. */
const countsFrom = ({ snoozedUntil = 0 }: State, { since }: Nudges): number => Math.max(since, snoozedUntil);

/** When its channels are to be reminded; undefined: not at all in this state. */
export const nextReminder = (incident: State): number | undefined => earliest([...nextReminders(incident).values()]);

export const nextEscalation = (incident: State): number | undefined =>
  earliest([...nextEscalations(incident).values()]);

/** The same of each; none in a state in which none is to come. */
export const nextReminders = (incident: State): ReadonlyMap<Reminder, number> =>
  new Map(remindersOf(incident).map(({ what, at }) => [what, at]));

export const nextEscalations = (incident: State): ReadonlyMap<Escalation, number> =>
  new Map(escalationsOf(incident).map(({ what, at }) => [what, at]));

/** What a due reminder says, and the incident after it. Late by much, it is said once. */
export function reminded(
  incident: State,
  now: number,
): { readonly incident: State; readonly lines: readonly Line[] } | undefined {
  const { nudges } = incident;
  const due = remindersOf(incident).filter(({ at }) => at <= now);
  if (nudges === undefined || due.length === 0) return undefined;
  const reminders = nudges.reminders.map((one) =>
    due.some(({ what }) => what === one) ? { ...one, lastAt: now } : one,
  );
  const text = `reminds: ${cut(incident.title, MAX_TITLE)}, and nobody has acknowledged it${forHowLong(incident, now)}`;
  const channels = [...new Set(due.flatMap(({ what }) => what.destinations))];
  return {
    incident: { ...incident, nudges: { ...nudges, reminders } },
    lines: [{ at: now, kind: 'reminded', actor: TIMER, text, tell: 'channel', channels }],
  };
}

/** Where a due escalation goes, and the incident after it. Once for each time that nobody has it. */
export function escalated(
  incident: State,
  now: number,
):
  | {
      readonly incident: State;
      readonly lines: readonly Line[];
      readonly targets: readonly Omit<NewDelivery, 'id'>[];
    }
  | undefined {
  const { nudges } = incident;
  const due = escalationsOf(incident).filter(({ at }) => at <= now);
  if (nudges === undefined || due.length === 0) return undefined;
  return {
    incident: {
      ...incident,
      nudges: {
        ...nudges,
        escalations: nudges.escalations.map((one) =>
          due.some(({ what }) => what === one) ? { ...one, doneAt: now } : one,
        ),
      },
    },
    lines: due.map(({ what: { from, to } }) => ({
      at: now,
      kind: 'escalated',
      actor: TIMER,
      text: `escalated to ${to.join(', ')}: nobody has acknowledged it${forHowLong(incident, now)}`,
      tell: 'channel',
      channels: [...new Set([...from, ...to])],
    })),
    targets: due.flatMap(({ what: { route, options, to } }) =>
      to.map((destination) => ({ destination, route, options })),
    ),
  };
}

const MAX_TITLE = 200;

const forHowLong = ({ moved, openedAt }: State, now: number): string => {
  const ms = now - (moved?.at ?? openedAt);
  return ms < 1_000 ? '' : ` for ${durationText(ms)}`;
};

function remindersOf(incident: State) {
  const { nudges, status } = incident;
  if (nudges === undefined || status !== 'firing') return [];
  const from = countsFrom(incident, nudges);
  return nudges.reminders.map((what) => ({ what, at: Math.max(from, what.lastAt ?? 0) + what.every }));
}

function escalationsOf(incident: State) {
  const { nudges, status } = incident;
  if (nudges === undefined || status !== 'firing') return [];
  const from = countsFrom(incident, nudges);
  return nudges.escalations
    .filter(({ doneAt }) => doneAt === undefined)
    .map((what) => ({ what, at: from + what.after }));
}

const earliest = (times: readonly number[]): number | undefined =>
  times.length === 0 ? undefined : Math.min(...times);
