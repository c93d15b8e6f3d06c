import { durationText } from '../domain/duration.ts';
import type { Incident, RouteVerdict, Silence } from '../domain/model.ts';
import type { Action } from '../domain/ports.ts';
import { nextEscalations, nextReminders } from '../incidents/nudges.ts';

/** Answers who pressed, alone, and changes nothing. */
export const why: Action = {
  name: 'why',
  offers: () => ({ menu: [{ action: 'why', label: 'Why did I get this?' }] }),
  decide: ({ incident, silences = [] }) => ({ kind: 'told', text: explanation(incident, silences) }),
};

function explanation(incident: Incident, silences: readonly Silence[]): string {
  const { source, key, openedAt, lastEventAt, resolvedAt, count, why: verdicts } = incident;
  return [
    `Sent by ${source}, its last webhook verified with ${secretText(incident)}.`,
    ...(verdicts.length === 0 ? ['No route was read for it.'] : verdicts.map(verdictText)),
    ...nudging(incident, silences.length > 0),
    ...waiting(incident, silences),
    `Reports with the key ${key} are one incident while it is open: ${count} so far.`,
    `Opened ${utc(openedAt)}${lastEventAt === 0 ? '' : `, its latest report is dated ${utc(lastEventAt)}`}${resolvedAt === undefined ? '' : `, resolved ${utc(resolvedAt)}`}.`,
  ].join('\n');
}

/** Where and when it is told again. */
function nudging(incident: Incident, isSilenced: boolean): readonly string[] {
  const { reminders = [], escalations = [] } = incident.nudges ?? {};
  const next = { reminder: nextReminders(incident), escalation: nextEscalations(incident) };
  const at = (words: string, time: number | undefined) =>
    time === undefined ? '' : isSilenced ? ', and waits while a silence holds' : `: ${words} ${utc(time)}`;
  return [
    ...reminders.map(
      (one) =>
        `Reminds ${one.destinations.join(', ')} every ${durationText(one.every)} while nobody has it${at('next at', next.reminder.get(one))}.`,
    ),
    ...escalations.map((one) => {
      const to = one.to.join(', ');
      const after = durationText(one.after);
      return one.doneAt === undefined
        ? `Escalates to ${to} when nobody has it for ${after}${at('at', next.escalation.get(one))}.`
        : `Escalated to ${to} at ${utc(one.doneAt)}: nobody had it for ${after} (${one.route}).`;
    }),
  ];
}

/** What keeps it quiet now. */
function waiting({ snoozedUntil, silenced }: Incident, silences: readonly Silence[]): readonly string[] {
  return [
    ...(snoozedUntil === undefined ? [] : [`Snoozed until ${utc(snoozedUntil)}: reminders and escalation wait.`]),
    ...(silenced === undefined
      ? []
      : [`Told nowhere but in the console until ${utc(silenced.until)}, by silence ${silenced.silence}.`]),
    ...silences.map(
      ({ id, matchers, until, by, why }) =>
        `Silence ${id} (${matchers}) holds until ${utc(until)}, made by ${by.name}: ${why}.`,
    ),
  ];
}

function verdictText({ route, held, because, destinations }: RouteVerdict): string {
  return held
    ? `${route} held: ${because}. It goes to ${destinations.join(', ')}.`
    : `${route} did not hold: ${because}.`;
}

/** `uptime-kuma` has `UPTIME_KUMA_SECRETS`. */
function secretText({ source, secret }: Incident): string {
  const variable = `${source.toUpperCase().replaceAll('-', '_')}_SECRETS`;
  if (secret === undefined) return `one of ${variable}`;
  return secret === 0 ? `the first of ${variable}, the newest` : `number ${secret + 1} of ${variable}, an older one`;
}

/** `2026-01-02 03:04:05 UTC` */
function utc(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
