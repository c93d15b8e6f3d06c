import { hash } from 'node:crypto';
import { bounded } from '../domain/cut.ts';
import type { AlertEvent, Severity } from '../domain/model.ts';

/** How much of what a monitor said is kept, in UTF-16 units; far beyond what any chat shows. */
const MOST = { title: 8_192, brief: 512, text: 65_536, monitor: 1_024, url: 2_048, labelName: 128, labelValue: 2_048 };
const MOST_LABELS = 64;
const LONGEST_KEY = 200; // fits an index row of every database together with the source's name

/** What a source read, before bounds. */
export interface RawEvent {
  readonly key: string;
  readonly kind: AlertEvent['kind'];
  readonly at: number | undefined;
  readonly title: string;
  readonly brief?: string | undefined;
  readonly text?: string | undefined;
  readonly monitor?: string | undefined;
  readonly severity?: Severity | undefined;
  readonly url?: string | undefined;
  readonly labels: Readonly<Record<string, string | undefined>>;
}

/**
 * The event with every text bounded: long values are cut, not refused, since an alert is worth more than its tail. A key is never
 * cut (two would become one) but hashed, and an address is kept whole or not at all, only where it is http or https.
 */
export function makeEvent(raw: RawEvent): AlertEvent {
  const url = httpUrl(raw.url);
  return {
    key: raw.key.length > LONGEST_KEY ? hash('sha256', raw.key) : storable(raw.key),
    kind: raw.kind,
    ...(raw.at === undefined ? {} : { at: raw.at }),
    title: cut(raw.title, MOST.title),
    ...(raw.brief ? { brief: cut(raw.brief, MOST.brief) } : {}),
    ...(raw.text ? { text: cut(raw.text, MOST.text) } : {}),
    ...(raw.monitor ? { monitor: cut(raw.monitor, MOST.monitor) } : {}),
    ...(raw.severity ? { severity: raw.severity } : {}),
    ...(url ? { url } : {}),
    labels: boundedLabels(raw.labels),
  };
}

/** At most 64 labels, the first ones, with names and values cut. */
export function boundedLabels(labels: Readonly<Record<string, string | undefined>>): AlertEvent['labels'] {
  const kept: [string, string][] = [];
  for (const [name, value] of Object.entries(labels)) {
    if (kept.length === MOST_LABELS) break;
    if (value !== undefined) kept.push([cut(name, MOST.labelName), cut(value, MOST.labelValue)]);
  }
  return Object.fromEntries(kept); // defines, never assigns: a label named __proto__ is a label
}

const cut = (value: string, most: number): string => storable(bounded(value, most));

/** Text that every store takes as it is: well-formed Unicode, and no NUL, which PostgreSQL's text cannot hold. */
const storable = (value: string) => value.replaceAll('\0', '\uFFFD').toWellFormed();

function httpUrl(value: string | undefined): string | undefined {
  return value !== undefined &&
    value.length <= MOST.url &&
    /^https?:\/\/[^\s\p{Cc}]+$/iu.test(value) &&
    URL.canParse(value)
    ? value
    : undefined;
}
