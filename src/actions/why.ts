import type { Incident, RouteVerdict, Silence } from '../domain/model.ts';
import type { Action } from '../domain/ports.ts';

/** Answers who pressed, alone, and changes nothing. */
export const why: Action = {
  name: 'why',
  offers: () => ({ menu: [{ action: 'why', label: 'Why did I get this?' }] }),
  decide: ({ incident, silences = [] }) => ({ kind: 'told', text: explanation(incident, silences) }),
};

function explanation(incident: Incident, silences: readonly Silence[]): string {
  const { source, key, openedAt, lastEventAt, resolvedAt, count, why: verdicts } = incident;
  return [
    `Sent by ${source}, verified with one of ${secretsVariable(source)}.`,
    ...(verdicts.length === 0 ? ['No route was read for it.'] : verdicts.map(verdictText)),
    ...waiting(incident, silences),
    `Reports with the key ${key} are one incident while it is open: ${count} so far.`,
    `Opened ${utc(openedAt)}${lastEventAt === 0 ? '' : `, its latest report is dated ${utc(lastEventAt)}`}${resolvedAt === undefined ? '' : `, resolved ${utc(resolvedAt)}`}.`,
  ].join('\n');
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
function secretsVariable(source: string): string {
  return `${source.toUpperCase().replaceAll('-', '_')}_SECRETS`;
}

function utc(at: number): string {
  return new Date(at).toISOString();
}
