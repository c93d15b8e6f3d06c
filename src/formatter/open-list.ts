import { cut } from '../domain/cut.ts';
import { type Incident, type OpenList, type Span, type Spans, saying } from '../domain/model.ts';
import { oneLine } from './one-line.ts';
import { SEVERITIES } from './words.ts';

export interface OpenInput {
  readonly incidents: readonly Shown[]; // the worst first
  readonly firing: number; // of all that are open
  readonly acknowledged: number;
  readonly now: number;
  readonly publicUrl?: string;
}
/** `silencedUntil`: as long as a silence holds for it. */
export type Shown = Pick<
  Incident,
  'id' | 'key' | 'status' | 'severity' | 'title' | 'monitor' | 'owner' | 'openedAt' | 'snoozedUntil' | 'flapping'
> & { readonly silencedUntil?: number };

/** What is open, in the words that every platform shows. */
export function openList({ incidents, firing, acknowledged, now, publicUrl }: OpenInput): OpenList {
  const [first] = incidents;
  if (first === undefined) return saying('Nothing is open.', now);
  const count = Math.max(firing + acknowledged, incidents.length); // it was counted a moment before
  return {
    at: now,
    heading: headingOf(count, { firing, acknowledged }),
    worst: first.severity,
    items: incidents.map((incident) => itemOf(incident, now, publicUrl)),
    count,
    ...(publicUrl === undefined ? {} : { url: publicUrl }),
  };
}

/** `7 incidents are open: 3 firing, 4 acknowledged.` */
function headingOf(count: number, each: Readonly<Record<string, number>>): string {
  if (count === 1) return 'One incident is open.';
  const parts = Object.entries(each).flatMap(([state, of]) =>
    of === 0 ? [] : [`${of.toLocaleString('en')} ${state}`],
  );
  return `${count.toLocaleString('en')} incidents are open: ${parts.join(', ')}.`;
}

const MAX_TITLE = 120; // twenty of them fit into a message
const MAX_NAME = 60;

/** `Critical, firing: Production API is down · opened 12 minutes ago · nobody has it · snoozed until 4:00` */
function itemOf(incident: Shown, now: number, publicUrl: string | undefined): Spans {
  const { id, severity, openedAt, snoozedUntil = 0, silencedUntil = 0 } = incident;
  const url = publicUrl === undefined ? {} : { url: `${publicUrl}/incidents/${id}` };
  return [
    { kind: 'text', text: SEVERITIES[severity], bold: true },
    text(`, ${statusText(incident)}: `),
    { kind: 'text', text: titleOf(incident), ...url },
    text(' · opened '),
    time(openedAt),
    text(` · ${ownerOf(incident)}`),
    ...(snoozedUntil > now ? [text(' · snoozed until '), time(snoozedUntil)] : []),
    ...(silencedUntil > now ? [text(' · silenced until '), time(silencedUntil)] : []),
  ];
}

const statusText = ({ status, flapping }: Shown): string => (status === 'firing' && flapping ? 'flapping' : status);
const titleOf = ({ title, monitor, key }: Shown): string =>
  cut([title, monitor, key].map(oneLine).find((words) => words !== '') ?? '–', MAX_TITLE);
const ownerOf = ({ owner }: Shown): string =>
  owner === undefined ? 'nobody has it' : `${cut(oneLine(owner.name), MAX_NAME) || 'somebody'} has it`;

const text = (words: string): Span => ({ kind: 'text', text: words });
const time = (at: number): Span => ({ kind: 'time', at, style: 'relative' }); // as an age where that counts on, else by the clock
