import type { Incident, RouteVerdict } from '../domain/model.ts';
import type { Action } from '../domain/ports.ts';

/** Answers who pressed, alone, and changes nothing. */
export const why: Action = {
  name: 'why',
  offers: () => ({ menu: [{ action: 'why', label: 'Why did I get this?' }] }),
  decide: ({ incident }) => ({ kind: 'told', text: explanation(incident) }),
};

function explanation(incident: Incident): string {
  const { source, key, openedAt, lastEventAt, resolvedAt, count, why: verdicts } = incident;
  return [
    `Sent by ${source}, verified with one of ${secretsVariable(source)}.`,
    ...(verdicts.length === 0 ? ['No route was read for it.'] : verdicts.map(verdictText)),
    `Reports with the key ${key} are one incident while it is open: ${count} so far.`,
    `Opened ${utc(openedAt)}${lastEventAt === 0 ? '' : `, last report ${utc(lastEventAt)}`}${resolvedAt === undefined ? '' : `, resolved ${utc(resolvedAt)}`}.`,
  ].join('\n');
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
