import { durationText, minutesText } from '../domain/duration.ts';
import type { Incident, Run, Severity, Tone } from '../domain/model.ts';
import { quietWords } from '../domain/quiet.ts';

/** The state in words, never by colour alone: `Critical, firing`, `Resolved by Maya Ortiz after 4 m 10 s`. */
export function stateWords(incident: Incident): string {
  switch (incident.status) {
    case 'firing':
      return `${SEVERITIES[incident.severity]}, ${incident.flapping ? 'flapping' : 'firing'}${quiet(incident)}`;
    case 'acknowledged':
      return `Acknowledged${by(incident.owner)}${quiet(incident)}`;
    case 'resolved':
      return `Resolved${by(incident.resolvedBy)}${after(incident)}`;
    default:
      return incident.status satisfies never;
  }
}

const quiet = (incident: Incident): string =>
  quietWords(incident)
    .map((word) => `, ${word}`)
    .join('');

/** What a phone shows: `CRITICAL · Production API is down (us-east, HTTP 500)`. */
export function noticeWords(incident: Incident): string {
  const first = incident.status === 'firing' ? incident.severity : incident.status;
  return `${first.toUpperCase()} · ${incident.title}${incident.brief === '' ? '' : ` (${incident.brief})`}`;
}

/** How far a living run is, and who asked for it: `running, 0:12 of 2:00; asked for by Maya`. */
export function runWords(run: Run, now: number): string {
  if (run.cancelledBy !== undefined) return `being stopped${by(run.cancelledBy)}`;
  const asked = run.on === undefined ? `; asked for${by(run.by)}` : '; started by itself';
  if (run.state === 'waiting') return `${waitsText(run)}${asked}`;
  if (run.startedAt === undefined) return `queued${asked}`;
  const of = run.timeoutAt === undefined ? '' : ` of ${minutesText(run.timeoutAt - run.startedAt)}`;
  return `running, ${minutesText(now - run.startedAt)}${of}${asked}`;
}

function waitsText({ approvals, approvedBy = [] }: Run): string {
  const left = approvals - approvedBy.length;
  const agreed = approvedBy.length === 0 ? '' : `; ${approvedBy.map(({ by }) => by.name).join(', ')} agreed`;
  return `waits for ${left === 1 ? 'one other person' : `${left} others`} to agree${agreed}`;
}

export const toneOf = (incident: Incident): Tone =>
  incident.status === 'firing' ? incident.severity : incident.status;

export const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: 'Critical',
  error: 'Error',
  warning: 'Warning',
  info: 'Info',
};

const by = (actor: { readonly name: string } | undefined): string => (actor?.name ? ` by ${actor.name}` : '');
const after = ({ openedAt, resolvedAt }: Incident): string =>
  resolvedAt === undefined ? '' : ` after ${durationText(resolvedAt - openedAt)}`;
