import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Block, Span, Spans } from '../../src/domain/model.ts';
import { readCard } from '../../src/templates/cards.ts';
import { clean } from '../../src/templates/clean.ts';
import { safeUrl } from '../../src/templates/url.ts';
import { CORPUS, hostile } from './hostile.ts';
import { scopeOf } from './incident.ts';

const WORD = 'qqqq'; // in no template

/** A value in every place that CommonMark treats differently. */
const TEMPLATE = `---
title: "T {{ labels.v }}"
facts:
  Bare: "{{ labels.v }}"
  Styled: "**{{ labels.v }}** and \`{{ labels.v }}\` and [{{ labels.v }}](https://a.example/{{ labels.v }})"
---
{{ labels.v }}

# {{ labels.v }} heading

{{ labels.v }}
===

- {{ labels.v }}
- **{{ labels.v }}**, _{{ labels.v }}_, in**{{ labels.v }}**word
  1. {{ labels.v }}

> {{ labels.v }} quoted

A \`{{ labels.v }}\` span, !{{ labels.v }}, [{{ labels.v }}, <{{ labels.v }}>, {{ labels.v }}: {{ labels.v }}

[{{ labels.v }}](https://a.example/?q={{ labels.v }}#{{ labels.v }}) ![{{ labels.v }}](https://a.example/{{ labels.v }}) [ref][r]

    {{ labels.v }} indented

\`\`\`
{{ labels.v }}
\`\`\`

{% for label in labels %}{{ label[1] }}: {{ label | last | append: "!" }}
{% endfor %}
[r]: https://a.example/{{ labels.v }}
`;

const { render } = readCard('x.md', TEMPLATE);
const cardOf = (value: string) => {
  const { title, facts, body } = render!(scopeOf({ labels: { v: value } }));
  return JSON.parse(JSON.stringify({ title, facts, body }), decodedUrl) as {
    title: typeof title;
    facts: typeof facts;
    body: typeof body;
  };
};
/** Which characters are percent-encoded differs between the parts of an address; what it says does not. */
const decodedUrl = (key: string, value: unknown) => (key === 'url' ? decodeURIComponent(String(value)) : value);
const harmless = cardOf(WORD);

const oneLine = (text: string) => text.replace(/\s*\n\s*/g, ' ');
const breaks = (text: string) => text.replace(/\n{3,}/g, '\n\n');

/** The card of the harmless word, with the word replaced: what the card of `value` must be. */
function expected(value: string): typeof harmless {
  const put = (text: string, shown: string) => text.replaceAll(WORD, () => shown);
  const span =
    (kind: string) =>
    (one: Span): Span => {
      if (one.kind === 'time') return one;
      const shown = one.code || kind !== 'paragraph' ? oneLine(value) : breaks(value);
      const url = one.url && put(one.url, value);
      return { ...one, text: put(one.text, shown), ...(url ? { url } : {}) };
    };
  const spans = (all: Spans, kind: string) => all.map(span(kind));
  const block = (one: Block): Block => {
    switch (one.kind) {
      case 'code':
        return { ...one, text: put(one.text, value) };
      case 'list':
        return { ...one, items: one.items.map((item) => spans(item, one.kind)) };
      default:
        return { ...one, spans: spans(one.spans, one.kind) };
    }
  };
  return {
    title: put(harmless.title, value).replace(/\s+/g, ' ').trim(),
    facts: harmless.facts.map(({ name, value: shown }) => ({ name, value: spans(shown, 'line') })),
    body: harmless.body.map(block),
  };
}

test('the template puts the word everywhere', () => {
  expect(JSON.stringify(harmless).split(WORD).length).toBeGreaterThan(30);
  expect(harmless.body.map(({ kind }) => kind)).toEqual([
    ...[
      'paragraph',
      'paragraph',
      'paragraph',
      'list',
      'list',
      'quote',
      'paragraph',
      'paragraph',
      'code',
      'code',
      'paragraph',
    ],
  ]);
});

test('whatever a value is, the card is that of a harmless word with the value in its place', () => {
  fc.assert(
    fc.property(hostile, (value) => {
      const shown = clean(value);
      fc.pre(shown.trim() !== '' && !shown.includes(WORD));
      // `.` and `..` alone are steps of a path to every URL parser, however they are written.
      fc.pre(shown !== '.' && shown !== '..');
      expect(cardOf(value)).toEqual(expected(shown));
    }),
    { numRuns: 1_000 },
  );
});

test.each(CORPUS.map((value) => [value]))('%j is shown as it came', (value) => {
  expect(cardOf(value)).toEqual(expected(clean(value)));
});

test('a value in an address stays in its part of it', () => {
  const card = readCard(
    'x.md',
    '---\n---\n[x](https://a.example/p/{{ labels.v }}/r?q={{ labels.v }}&s=1#{{ labels.v }})\n',
  ).render!;
  fc.assert(
    fc.property(hostile, (value) => {
      fc.pre(value !== '.' && value !== '..'); // steps of a path to every URL parser, however they are written
      const [block] = card(scopeOf({ labels: { v: value } })).body;
      const span = block?.kind === 'paragraph' ? block.spans[0] : undefined;
      const url = new URL((span?.kind === 'text' && span.url) || '');
      expect(url.host).toBe('a.example');
      expect(url.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'p', clean(value), 'r']);
      expect([...url.searchParams]).toEqual([
        ['q', clean(value)],
        ['s', '1'],
      ]);
    }),
    { numRuns: 1_000 },
  );
});

test('a value alone as a link is followed only where it is a plain address', () => {
  const card = readCard('x.md', '---\n---\n[label]({{ labels.v }})\n').render!;
  fc.assert(
    fc.property(fc.oneof(hostile, fc.webUrl()), (value) => {
      const url = safeUrl(clean(value));
      const [block] = card(scopeOf({ labels: { v: value } })).body;
      expect(block).toEqual({ kind: 'paragraph', spans: [{ kind: 'text', text: 'label', ...(url ? { url } : {}) }] });
    }),
    { numRuns: 1_000 },
  );
});

describe('an address', () => {
  test.each([
    ['https://a.example/b c', 'https://a.example/b%20c'],
    ['mailto:ops@a.example', 'mailto:ops@a.example'],
    ['HTTP://A.example', 'http://a.example/'],
    ['javascript:alert(1)', undefined],
    ['java\nscript:alert(1)', undefined],
    ['data:text/html,x', undefined],
    ['file:///etc/passwd', undefined],
    ['https://grafana.corp@evil.example', undefined],
    ['/relative', undefined],
    ['', undefined],
  ])('%j is shown as %j', (text, url) => {
    expect(safeUrl(text)).toBe(url);
  });
});

test.each(['\u2705', 'נבדק', '👨‍👩‍👧', '1️⃣', 'e\u0301', 'a\u200Cb'])('%s is left as it is', (value) => {
  expect(clean(value)).toBe(value);
});
