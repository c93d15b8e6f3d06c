import { cut } from '../domain/cut.ts';
import type { Incident, Spans } from '../domain/model.ts';
import type { CardParts } from '../templates/cards.ts';

/** The card without a template: it needs none, reads little, and says what is wrong. */
export function builtInParts(incident: Incident, fault: string): CardParts {
  const owner = incident.owner?.name ?? (incident.status === 'resolved' ? undefined : 'nobody yet');
  return {
    title: incident.title,
    facts: [
      { name: 'Since', value: [{ kind: 'time', at: incident.openedAt, style: 'relative' }] },
      { name: 'Reports', value: words(String(incident.count)) },
      ...(incident.monitor === '' ? [] : [{ name: 'Monitor', value: words(incident.monitor) }]),
      ...(owner === undefined ? [] : [{ name: 'Owner', value: words(owner) }]),
    ],
    body: [
      ...(incident.text === '' ? [] : [{ kind: 'paragraph' as const, spans: words(cut(incident.text, MAX_TEXT)) }]),
      { kind: 'quote', spans: words(`Shown without its template. ${fault}`) },
    ],
    mentions: [],
  };
}

const MAX_TEXT = 3_000; // leaves room for the note below it

const words = (text: string): Spans => [{ kind: 'text', text }];
