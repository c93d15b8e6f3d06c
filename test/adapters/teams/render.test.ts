import { describe, expect, test } from 'vitest';
import type { Activity } from '../../../src/adapters/teams/elements.ts';
import { render } from '../../../src/adapters/teams/render.ts';
import type { Card } from '../../../src/domain/model.ts';
import { cardOf, maya, NOW, ONCALL, OPENED, offer, STATES, type State, shipped, templateOf } from './cards.ts';
import { contentOf, parse } from './official.ts';
import { seen } from './seen.ts';

const clock = (at: number) => new Date(at).toLocaleTimeString('en', { hour: 'numeric', minute: '2-digit' });
const date = (at: number) =>
  new Date(at).toLocaleDateString('en', { day: 'numeric', weekday: 'short', month: 'short', year: 'numeric' });
const linesOf = (card: Card) => seen(render(card).json).text.split('\n');
const styleOf = (card: Card) => (contentOf(render(card).json)['body'] as { style: string }[])[0]?.style;
const labels = (buttons: readonly { readonly label: string }[]) => buttons.map(({ label }) => label);

const FACTS = ['Reports: 2', 'Monitor: Production API', 'Where: us-east, HTTP 500'];
const SENTENCE = 'HTTP 500 after 2,500 ms from us-east.';

describe('the shipped card', () => {
  test('tells title, state, a sentence, the host and the facts, in this order', () => {
    expect(linesOf(cardOf())).toEqual([
      'Production API is down',
      'Critical, firing',
      SENTENCE,
      'status.example',
      `Since: ${clock(OPENED)}`,
      ...FACTS,
      'Owner: nobody yet',
    ]);
  });

  test('tells the living run last: its name, how far it is, the end of its output', () => {
    const run = { output: 'draining api-1\nrestarting  api-1\n' };
    expect(linesOf(cardOf({ state: 'running', run })).slice(-3)).toEqual([
      'Restart API: running, 0:12 of 2:00; asked for by Maya Ortiz',
      'draining api-1',
      'restarting  api-1',
    ]);
  });

  test('tells who has it, and since when', () => {
    expect(linesOf(cardOf({ state: 'acknowledged' })).at(-1)).toBe(`Owner: Maya Ortiz, since ${clock(NOW)}`);
  });

  test.each<[State, string, string]>([
    ['critical', 'Critical, firing', 'attention'],
    ['warning', 'Warning, firing', 'warning'],
    ['flapping', 'Critical, flapping', 'attention'],
    ['running', 'Critical, firing', 'attention'],
    ['acknowledged', 'Acknowledged by Maya Ortiz', 'emphasis'],
    ['resolved', 'Resolved by Maya Ortiz after 4 m 10 s', 'good'],
  ])('%s says "%s", tinted as %s', (state, words, style) => {
    expect([linesOf(cardOf({ state }))[1], styleOf(cardOf({ state }))]).toEqual([words, style]);
  });

  test('is quiet when it is over: no bold title, and no button in sight but the menu', () => {
    const { styled, buttons, menu } = seen(render(cardOf({ state: 'resolved' })).json);
    expect(styled.filter(({ text }) => text === 'Production API is down')).toEqual([]);
    expect(labels(buttons)).toEqual(['More']);
    expect(labels(menu)).toEqual(['Reopen', 'Add a note', 'Why did I get this?']);
  });

  test('leads to the monitor from its title and its host', () => {
    expect(seen(render(cardOf()).json).links).toEqual([
      'https://status.example/monitors/1',
      'https://status.example/monitors/1',
    ]);
  });

  test('reads on a phone, and where the card cannot be drawn, like its notice', () => {
    const { summary } = render(cardOf()).json as Activity;
    expect(summary).toBe('CRITICAL · Production API is down (us-east, HTTP 500)');
    expect(contentOf(render(cardOf()).json)['fallbackText']).toBe(
      'CRITICAL · Production API is down \\(us\\-east\\, HTTP 500\\)',
    );
  });
});

describe.each(shipped.names)('the template %s', (template) => {
  test.each(STATES)('is a card that the official parser takes, %s', (state) => {
    const { json, faults, cut } = render(cardOf({ state, template, mention: [ONCALL] }));
    expect({ official: parse(json).faults, faults, cut }).toEqual({ official: [], faults: [], cut: [] });
  });
});

describe('a body', () => {
  const drawn = (markdown: string) =>
    seen(render(cardOf({ template: 'x', templates: templateOf(`---\ntitle: t\n---\n${markdown}`) })).json);
  const body = (markdown: string) => drawn(markdown).text.split('\n').slice(2, -1); // title, state; host

  test.each([
    ['paragraphs', 'one\n\ntwo', ['one', 'two']],
    ['lists', '- a\n- b\n  1. c\n  2. d', ['• a', '• b', '    1. c', '    2. d']],
    ['quotes', '> said', ['said']],
    ['code, with its indentation and blank lines', '```\nif a:\n    b\n\nend\n```', ['if a:', '    b', ' ', 'end']],
    ['line breaks', 'a  \nb', ['a', 'b']],
    ['a list that holds a link', '1. see [the page](https://a.example/)', ['1. see the page']],
    ['an inner list that holds one', '- a\n  - [b](https://a.example/)', ['• a', '    • b']],
  ])('shows %s', (_, markdown, lines) => {
    expect(body(markdown)).toEqual(lines);
  });

  test('shows bold, italic and code', () => {
    const own = drawn('a **b** *c* `d`').styled.filter(({ text }) => text !== 't');
    expect(own).toEqual([
      { text: 'b', style: 'bold' },
      { text: 'c', style: 'italic' },
      { text: 'd', style: 'code' },
    ]);
  });

  test.each([
    ['https://a.example/(x)_*y*?a=1&copy;=2'],
    ['https://a.example/?q={{DATE(2026-01-01T00:00:00Z)}}'],
    ['http://[::1]/'],
    ['mailto:ops@a.example'],
  ])('leads to where a link says: %s', (url) => {
    const json = render({
      ...cardOf(),
      body: [{ kind: 'paragraph', spans: [{ kind: 'text', text: 'there', url }] }],
    }).json;
    expect(decodeURIComponent(seen(json).links[1] ?? '')).toBe(decodeURIComponent(url));
  });
});

describe('a time', () => {
  const told = (style: 'clock' | 'date' | 'relative', age: number) =>
    linesOf({ ...cardOf(), facts: [{ name: 'At', value: [{ kind: 'time', at: NOW - age, style }] }] }).at(-1);
  const HOUR = 3_600_000;

  test.each([
    ['clock', 48 * HOUR, clock(NOW)],
    ['date', 48 * HOUR, date(NOW - 48 * HOUR)],
    ['relative', 23 * HOUR, clock(NOW - 23 * HOUR)],
    ['relative', 25 * HOUR, `${date(NOW - 25 * HOUR)} ${clock(NOW - 25 * HOUR)}`],
  ] as const)('in the style %s, %d ms old, is told in the words of its reader', (style, age, words) => {
    expect(told(style, age)).toBe(`At: ${words}`);
  });

  test('beyond the years that the platform knows is told in UTC', () => {
    expect(told('clock', NOW - Date.UTC(12_000, 0, 1))).toBe('At: +012000-01-01T00:00:00Z');
  });
});

describe('mentions', () => {
  const group = { platform: 'discord', kind: 'group', id: '9' } as const;

  test('notify the people of Teams, and nobody else', () => {
    expect(seen(render(cardOf({ mention: [ONCALL, group] })).json).pings).toEqual([`teams:${maya.id}`]);
  });

  test('are no part of a card that has none', () => {
    expect(contentOf(render(cardOf({ mention: [group] })).json)['msteams']).toEqual({ width: 'Full' });
  });

  test('beyond their room are told', () => {
    const many = Array.from({ length: 100 }, (_, index) => ({
      ...ONCALL,
      id: `${maya.id.slice(0, -3)}${100 + index}`,
    }));
    const { json, cut } = render(cardOf({ mention: many }));
    const { pings } = seen(json);
    expect(pings.length).toBeGreaterThan(10);
    expect([...pings, ...cut]).toEqual(many.map(({ id }) => `teams:${id}`));
  });
});

describe('for a Workflows webhook', () => {
  const links = (button: { readonly action: string }) => `https://tocsin.example/a/${button.action}`;

  test('every button leads to a page, and asks nothing here', () => {
    const card = cardOf({ runbooks: [offer({ confirm: 'Sure?' })] });
    const { buttons, menu, forms } = seen(render(card, { links }).json);
    expect([...buttons, ...menu].map(({ label, url }) => [label, url])).toEqual([
      ['Acknowledge', 'https://tocsin.example/a/acknowledge'],
      ['Restart API', 'https://tocsin.example/a/run'],
      ['Resolve', 'https://tocsin.example/a/resolve'],
      ['More', undefined],
      ['Snooze 1 h', 'https://tocsin.example/a/snooze'],
      ['Snooze 4 h', 'https://tocsin.example/a/snooze'],
      ['Snooze 12 h', 'https://tocsin.example/a/snooze'],
      ['Hand over', 'https://tocsin.example/a/assign'],
      ['Silence this monitor 2 h', 'https://tocsin.example/a/silence'],
      ['Add a note', 'https://tocsin.example/a/note'],
      ['Why did I get this?', 'https://tocsin.example/a/why'],
    ]);
    expect(forms).toEqual([]);
  });

  test('what was cut is said to be in the console, as there is no thread', () => {
    const card: Card = { ...cardOf(), body: [{ kind: 'code', text: 'x'.repeat(40_000) }] };
    expect(linesOf(card)).not.toContain('cut; the rest is in the console');
    expect(seen(render(card, { links }).json).text).toContain('cut; the rest is in the console');
  });
});
