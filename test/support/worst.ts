import type { Actor, Incident } from '../../src/domain/model.ts';
import { templateOf } from './card.ts';

const FAMILY = '👨‍👩‍👧‍👦';

/** Texts that are dear once they are escaped, or easily cut in two. */
export const LONG: Readonly<Record<string, string>> = {
  letters: 'x'.repeat(1_000_000),
  words: 'long word\n'.repeat(100_000),
  ampersands: '&'.repeat(1_000_000),
  backticks: '`'.repeat(1_000_000),
  stars: '*'.repeat(1_000_000),
  backslashes: '\\'.repeat(1_000_000),
  'date macros': '{{DATE(2026-11-24T12:00:00Z)}}'.repeat(30_000),
  'lone surrogates': '\uD83D'.repeat(1_000_000),
  families: FAMILY.repeat(50_000),
  'marks on one letter': `x${'\u0301'.repeat(1_000_000)}`,
};

/** A template that shows every label, and one whose body is as deep as Markdown goes. Each is called `x`. */
export const ALL = templateOf(
  '---\nfacts: { All: "{{ incident.text }}" }\n---\n{% for label in labels %}- **{{ label[0] }}**: {{ label[1] }}\n{% endfor %}',
);
export const DEEP = templateOf(
  `---\n---\n${Array.from({ length: 40 }, (_, n) => `${'  '.repeat(n)}- {{ incident.text }}`).join('\n')}\n\n> **{{ incident.text }}**\n\n\`\`\`\n{{ incident.text }}\n\`\`\``,
);

const LABELS = Array.from({ length: 500 }, (_, index) => `label${index}`);

/** The text in every place of an incident, and in 500 labels. `platform`: of who acts. */
export function everywhere(text: string, platform: string): Partial<Incident> {
  const by = { platform, id: '9', name: text };
  return {
    title: text,
    brief: text,
    text,
    monitor: text,
    labels: Object.fromEntries(LABELS.map((label) => [label, text.slice(0, 10_000)])),
    owner: by,
    resolvedBy: by,
  };
}

/** The text in every place where a value of an alert or of a person stands. `by`: who acts. */
export const everyPlace = (text: string, by: Actor): Partial<Incident> => ({
  title: text,
  brief: text,
  text,
  monitor: text,
  key: text,
  url: text,
  labels: { [text]: text, runbook_url: text, instance: text },
  owner: { ...by, name: text },
  resolvedBy: { ...by, name: text },
});
