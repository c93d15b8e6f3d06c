import { describe, expect, test } from 'vitest';
import { render } from '../../../src/adapters/teams/render.ts';
import type { Incident } from '../../../src/domain/model.ts';
import { cardOf, maya, ONCALL, offer, STATES, shipped, templateOf } from './cards.ts';
import { parse } from './official.ts';
import { seen } from './seen.ts';

const FAMILY = '👨‍👩‍👧‍👦';
const LONG: Readonly<Record<string, string>> = {
  letters: 'x'.repeat(1_000_000),
  words: 'long word\n'.repeat(100_000),
  ampersands: '&'.repeat(1_000_000),
  backticks: '`'.repeat(1_000_000),
  stars: '*'.repeat(1_000_000),
  'lone surrogates': '\uD83D'.repeat(1_000_000),
  families: FAMILY.repeat(50_000),
  'date macros': '{{DATE(2026-11-24T12:00:00Z)}}'.repeat(30_000),
};
const LABELS = Array.from({ length: 500 }, (_, index) => `label${index}`);
const TEMPLATES = {
  all: templateOf(
    '---\nfacts: { All: "{{ incident.text }}" }\n---\n{% for label in labels %}- **{{ label[0] }}**: {{ label[1] }}\n{% endfor %}',
  ),
  deep: templateOf(
    `---\n---\n${Array.from({ length: 40 }, (_, n) => `${'  '.repeat(n)}- {{ incident.text }}`).join('\n')}\n\n> **{{ incident.text }}**\n\n\`\`\`\n{{ incident.text }}\n\`\`\``,
  ),
};

const everywhere = (text: string): Partial<Incident> => ({
  title: text,
  brief: text,
  text,
  monitor: text,
  labels: Object.fromEntries(LABELS.map((label) => [label, text.slice(0, 10_000)])),
  owner: { ...maya, name: text },
  resolvedBy: { ...maya, name: text },
});

describe.each([
  ['a bot message', {}],
  ['a Workflows webhook', { links: () => 'https://tocsin.example/a/token' }],
])('whatever comes in, %s is one that Teams takes', (_, options) => {
  test.each(Object.keys(LONG))('%s', (name) => {
    const text = LONG[name] as string;
    for (const template of [...shipped.names, 'all', 'deep'] as const) {
      for (const state of STATES) {
        const own = TEMPLATES[template as keyof typeof TEMPLATES];
        const card = cardOf({
          state,
          ...(own === undefined ? { template } : { template: 'x', templates: own }),
          incident: everywhere(text),
          run: { output: text.slice(0, 100_000), label: text },
          runbooks: Array.from({ length: 40 }, (_each, index) => offer({ name: `runbook-${index}`, label: text })),
          mention: [ONCALL],
        });
        const { json, cut, faults } = render(card, options);
        expect([faults, parse(json).faults], `${template} ${state}`).toEqual([[], []]);
        const view = seen(json);
        expect(view.text.length).toBeGreaterThan(10);
        expect(view.buttons.length + view.menu.length).toBeGreaterThan(0);
        if (template === 'deep') expect(cut.join('').length).toBeGreaterThan(0);
        expect(JSON.stringify(json)).not.toMatch(/\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])/i);
      }
    }
  });
});
