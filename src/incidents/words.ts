import { bounded } from '../domain/cut.ts';
import type { AlertEvent, Incident, Texts } from '../domain/model.ts';

/** Characters kept of what a sender says. A card shows far less; this bounds what is stored. */
const MAX = { title: 1_000, brief: 300, text: 16_000, monitor: 300, labelName: 200, labelValue: 2_000 } as const;
const MAX_URL = 2_000; // a longer link is left out: cut, it would lead elsewhere
const MAX_LABELS = 64;
const MAX_NOTE = 4_000;

/** What routes and people go by: https://prometheus.io/docs/practices/naming, and its common neighbours. */
const TELLING: ReadonlySet<string> = new Set(
  'alertname severity instance job service team env cluster namespace'.split(' '),
);

type Words = Pick<Incident, 'title' | 'brief' | 'text' | 'monitor' | 'url' | 'labels'>;

/**
 * What an incident says after `event`. A brief goes with its title; the rest stays where the event is silent.
 * `labels` are the admin's, from the webhook's URL: they win over the sender's of the same name.
 */
export function wordsAfter(before: Words | undefined, event: AlertEvent, labels: Texts): Words {
  const url = event.url !== undefined && event.url.length <= MAX_URL ? event.url : before?.url;
  return {
    title: clean(event.title, MAX.title),
    brief: clean(event.brief ?? '', MAX.brief),
    text: event.text === undefined ? (before?.text ?? '') : clean(event.text, MAX.text),
    monitor: event.monitor === undefined ? (before?.monitor ?? '') : clean(event.monitor, MAX.monitor),
    ...(url === undefined ? {} : { url }),
    labels: merged([labels, event.labels, before?.labels ?? {}]),
  };
}

/** `Production API is down (us-east, HTTP 500)`. */
export function headline(event: AlertEvent): string {
  const title = clean(event.title, MAX.title);
  return event.brief ? `${title} (${clean(event.brief, MAX.brief)})` : title;
}

export function noteText(text: string): string {
  return clean(text.trim(), MAX_NOTE);
}

/** ` (36 labels are left out)`; empty where all are kept. */
export function leftOutText(event: AlertEvent, labels: Texts): string {
  const left = new Set([labels, event.labels].flatMap(Object.keys)).size - MAX_LABELS;
  return left > 0 ? ` (${left} ${left === 1 ? 'label is' : 'labels are'} left out)` : '';
}

/** The first of `sources` to have a label wins; where there are too many, those that say what it is stay, then the first ones. */
function merged(sources: readonly Texts[]): Texts {
  const labels = new Map<string, string>();
  const all = sources.flatMap((source) => Object.entries(source));
  if (all.length > MAX_LABELS) all.sort(([a], [b]) => Number(TELLING.has(b)) - Number(TELLING.has(a)));
  for (const [name, value] of all) {
    if (labels.size >= MAX_LABELS) break;
    const key = clean(name, MAX.labelName);
    if (!labels.has(key)) labels.set(key, clean(value, MAX.labelValue));
  }
  return Object.fromEntries(labels); // defines, never assigns: a label named __proto__ is a label
}

/** At most `max` characters, whole ones, that every database can hold: no NUL (PostgreSQL), no half of a pair. */
function clean(text: string, max: number): string {
  return bounded(text.replaceAll('\0', '').toWellFormed(), max);
}
