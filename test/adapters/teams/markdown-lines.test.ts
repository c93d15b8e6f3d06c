import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { render } from '../../../src/adapters/teams/render.ts';
import type { Block, Card, Span, Spans } from '../../../src/domain/model.ts';
import { visible } from '../../../src/domain/visible.ts';
import { hostile } from '../../templates/hostile.ts';
import { cardOf, NOW } from './cards.ts';
import { parse } from './official.ts';
import { drawn, seen } from './seen.ts';

const RUNS = 1_000;
const WIKI = 'https://wiki.example/x';

/** What a person sees, but for the white space, which Teams draws as it likes. */
const letters = (text: string): string => drawn(text).replaceAll(/\s/g, '');
const textOf = (spans: Spans): string =>
  spans.map((span) => (span.kind === 'text' ? span.text : clock.format(span.at))).join('');
const clock = new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit' });

/** As a card holds it. */
const value = hostile.map(visible);

const line: fc.Arbitrary<Spans> = fc
  .array(
    fc.oneof(
      fc.record({ kind: fc.constant('text' as const), text: value }),
      fc.record({ kind: fc.constant('text' as const), text: value, bold: fc.constant(true as const) }),
      fc.record({ kind: fc.constant('text' as const), text: value, url: fc.constant(WIKI) }),
      fc.constant({ kind: 'time', at: NOW, style: 'clock' } satisfies Span),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((spans) => [...spans, { kind: 'text', text: 'end', url: WIKI }]);

/** Each text of a link is a link of its own on each of its lines. */
function linksIn(spans: Spans): number {
  return spans
    .flatMap((span) => (span.kind === 'text' && span.url !== undefined ? span.text.split('\n') : []))
    .filter((text) => text.trim() !== '').length;
}

const empty: Card = { ...cardOf(), facts: [], body: [] };
const frame = seen(render(empty).json);

function check(block: Block, spans: Spans): void {
  const { json, cut, faults } = render({ ...empty, body: [block] });
  expect([cut, faults, parse(json).faults]).toEqual([[], [], []]);
  const view = seen(json);
  const [title = '', state = '', ...link] = frame.text.split('\n');
  const mark = block.kind === 'list' ? '1.' : '';
  expect(letters(view.text)).toBe(letters(`${title}${state}${mark}${textOf(spans)}${link.join('')}`));
  expect(view.links.filter((url) => url !== WIKI)).toEqual(frame.links);
  expect(view.pings).toEqual([]);
}

describe('a line with a link is Markdown, in which every value is shown as it is, and does nothing', () => {
  test.each(['paragraph', 'quote'] as const)('in a %s', (kind) => {
    fc.assert(
      fc.property(line, (spans) => check({ kind, spans }, spans)),
      { numRuns: RUNS },
    );
  });

  test('in an item of a list', () => {
    const oneLine = line.map((spans) =>
      spans.map((span) => (span.kind === 'text' ? { ...span, text: span.text.replaceAll('\n', ' ') } : span)),
    );
    fc.assert(
      fc.property(oneLine, (spans) => check({ kind: 'list', ordered: true, depth: 1, items: [spans] }, spans)),
      { numRuns: RUNS },
    );
  });

  test('each line of a link text leads there', () => {
    fc.assert(
      fc.property(line, (spans) => {
        const { links } = seen(render({ ...empty, body: [{ kind: 'paragraph', spans }] }).json);
        expect(links.filter((url) => url === WIKI).length).toBe(linksIn(spans));
      }),
      { numRuns: RUNS },
    );
  });
});
