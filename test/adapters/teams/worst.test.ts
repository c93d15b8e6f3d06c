import { describe, expect, test } from 'vitest';
import { render } from '../../../src/adapters/teams/render.ts';
import { ALL, DEEP, everywhere, LONG } from '../../support/worst.ts';
import { cardOf, ONCALL, offer, STATES, shipped } from './cards.ts';
import { parse } from './official.ts';
import { seen } from './seen.ts';

const TEMPLATES = { all: ALL, deep: DEEP };

describe.each([
  ['a bot message', {}],
  ['a Workflows webhook', { links: () => 'https://tocsin.example/a/token' }],
])('whatever comes in, %s is one that Teams takes', (_, options) => {
  test.each(Object.keys(LONG))('%s', (name) => {
    const text = LONG[name] as string;
    const templates = 'links' in options ? ['all', 'deep'] : [...shipped.names, 'all', 'deep'];
    for (const template of templates) {
      for (const state of STATES) {
        const own = TEMPLATES[template as keyof typeof TEMPLATES];
        const card = cardOf({
          state,
          ...(own === undefined ? { template } : { template: 'x', templates: own }),
          incident: everywhere(text, 'teams'),
          run: { output: text.slice(0, 100_000), label: text },
          runbooks: Array.from({ length: 40 }, (_each, index) => offer({ name: `runbook-${index}`, label: text })),
          mention: [ONCALL],
        });
        const { json, cut, faults } = render(card, options);
        expect([faults, parse(json).faults], `${template} ${state}`).toEqual([[], []]);
        const view = seen(json);
        expect(view.text.length).toBeGreaterThan(10);
        expect(view.buttons.length + view.menu.length).toBeGreaterThan(0);
        // A bot message has room for the largest card that a template gives, and of piled marks few are shown at all.
        const isLarge = template === 'deep' && 'links' in options && name !== 'marks on one letter';
        if (isLarge) expect(cut.join('').length).toBeGreaterThan(0);
        expect(JSON.stringify(json)).not.toMatch(/\\ud[89ab][0-9a-f]{2}(?!\\ud[c-f])/i);
      }
    }
  });
});
