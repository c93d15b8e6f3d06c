import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderLine } from '../../../src/adapters/slack/line.ts';
import { render } from '../../../src/adapters/slack/render.ts';
import type { Block, Card, Principal, Span, Spans } from '../../../src/domain/model.ts';
import { visible } from '../../../src/domain/visible.ts';
import { everyPlace } from '../../support/worst.ts';
import { CORPUS, hostile } from '../../templates/hostile.ts';
import { cardOf, maya, NOW, offer, openedAt, run, STATES, shipped } from './card.ts';
import { readMrkdwn, seen } from './seen.ts';

const RUNS = 1_000;
const team: readonly Principal[] = [{ platform: 'slack', kind: 'group', id: 'S1' }];
const value = hostile.filter((text) => /[^\s\p{C}]/u.test(text));

/** What a card says, piece by piece, in the order of reading. */
function piecesOf(card: Card): readonly string[] {
  return [
    card.title,
    ...card.mentions.map(({ id }) => `@${id}`),
    card.state,
    ...card.body.flatMap(blockPieces),
    ...(card.url === undefined ? [] : [new URL(card.url).host]),
    ...card.facts.flatMap((fact) => [fact.name, ...spanPieces(fact.value)]),
    ...(card.run ? [card.run.label, card.run.words, card.run.tail] : []),
  ]
    .map((piece) => piece.toWellFormed())
    .filter((piece) => piece !== '');
}

const spanPieces = (spans: Spans): readonly string[] =>
  spans.map((span) =>
    span.kind === 'text'
      ? span.text
      : new Date(span.at)
          .toISOString()
          .replace('T', ' ')
          .replace(/:\d\d\.\d+Z/, ' UTC'),
  );

function blockPieces(block: Block): readonly string[] {
  if (block.kind === 'code') return [block.text];
  return block.kind === 'list' ? block.items.flatMap(spanPieces) : spanPieces(block.spans);
}

/** What is left of a text once the pieces are taken from its beginning, with no more than a separator before each. */
function leftAfter(text: string, pieces: readonly string[]): string {
  return pieces.reduce((left, piece) => {
    const between = ['', '\n', '\n\n', ': ', ' · '].find((separator) => left.startsWith(separator + piece));
    return between === undefined ? left : left.slice(between.length + piece.length);
  }, text);
}

const spansIn = ({ body, facts }: Card): readonly Span[] => [
  ...facts.flatMap((fact) => fact.value),
  ...body.flatMap((block) => (block.kind === 'list' ? block.items.flat() : block.kind === 'code' ? [] : block.spans)),
];

function checkCard(card: Card): void {
  const { json, cut, faults } = render(card);
  const { text, links, pings, styled, buttons } = seen(json);
  expect(faults).toEqual([]);
  expect(cut).toEqual([]);
  expect(leftAfter(text, piecesOf(card))).toBe('');
  expect(pings).toEqual(card.mentions.map(({ id }) => `slack:${id}`));
  const written = spansIn(card).flatMap((span) => (span.kind === 'text' && span.url ? [span.url] : []));
  expect([...links].sort()).toEqual([...(card.url ? [card.url, card.url] : []), ...written].sort());
  expect(styled.filter(({ style }) => style !== 'block').length).toBe(styleCount(card));
  expect(buttons.map(({ label }) => label)).toEqual([...card.buttons, ...card.more].map(({ label }) => label));
  expect(readMrkdwn((json as { text: string }).text)).toEqual({
    text: card.notice.toWellFormed(),
    links: [],
    pings: [],
  });
}

/** The title, the names of facts, a run's label, and what the template styled. */
const styleCount = (card: Card): number =>
  (card.tone === 'resolved' ? 0 : 1) +
  card.facts.length +
  (card.run ? 1 : 0) +
  spansIn(card).reduce(
    (sum, span) => sum + (span.kind === 'text' ? Object.values(span).filter((flag) => flag === true).length : 0),
    0,
  );

function bridgeCard(text: string, state: string, template: string): Card {
  const drawn = {
    ...everyPlace(text, maya),
    ...STATES[state],
    owner: { ...maya, name: text },
    resolvedBy: { ...maya, name: text },
  };
  const more = {
    template,
    runs: [run({ label: text, output: text })],
    runbooks: [offer('restart-api', text)],
    mention: team,
  };
  return cardOf(drawn, more);
}

/** A card that no formatter has cleaned. */
const rawCard = fc
  .tuple(fc.array(value, { minLength: 8, maxLength: 8 }), fc.subarray(['bold', 'italic', 'code'] as const))
  .map(([values, styles]): Card => {
    const [fact, text, item, code, tail] = values as [string, string, string, string, string];
    const [title, state, name] = values.slice(5).map((one) => one.slice(0, 25)) as [string, string, string];
    const span: Span = {
      kind: 'text',
      text,
      ...Object.fromEntries(styles.map((style) => [style, true])),
    };
    return {
      ...cardOf(),
      title,
      state,
      notice: title,
      facts: [
        {
          name,
          value: [
            { kind: 'text', text: fact },
            { kind: 'time', at: openedAt, style: 'clock' },
          ],
        },
      ],
      body: [
        { kind: 'paragraph', spans: [span, { kind: 'text', text: item, url: 'https://wiki.example/x' }] },
        { kind: 'quote', spans: [span] },
        { kind: 'list', ordered: true, depth: 1, items: [[{ kind: 'text', text: item }]] },
        { kind: 'code', text: code },
      ],
      mentions: team,
      run: { id: 'run1', label: name, words: 'queued', tail },
    };
  });

describe('a value is shown as it is, and does nothing', () => {
  test.each(CORPUS.filter((text) => /[^\s\p{C}]/u.test(text)).map((text) => [text]))('%j', (text) => {
    for (const template of shipped.names)
      for (const state of Object.keys(STATES)) checkCard(bridgeCard(text, state, template));
  });

  test('on the cards of the bridge', () => {
    fc.assert(
      fc.property(
        value,
        fc.constantFrom(...Object.keys(STATES)),
        fc.constantFrom(...shipped.names),
        (text, state, template) => checkCard(bridgeCard(text, state, template)),
      ),
      { numRuns: RUNS },
    );
  });

  test('on cards that nobody has cleaned', () => {
    fc.assert(fc.property(rawCard, checkCard), { numRuns: RUNS });
  });

  test('in a line of the timeline', () => {
    fc.assert(
      fc.property(value, value, value, (name, text, detail) => {
        const line = { at: NOW, kind: 'noted', actor: { ...maya, name }, text, detail, tell: 'channel' } as const;
        const { json, cut, faults } = renderLine(line, team);
        const view = seen(json);
        expect([cut, faults]).toEqual([[], []]);
        expect(view.text).toBe(`@S1 ${visible(name)} ${visible(text)} · 2026-11-24 12:04 UTC\n${visible(detail)}`);
        expect(view.pings).toEqual(['slack:S1']);
        expect(view.links).toEqual([]);
        expect(view.styled).toEqual([
          { text: visible(name), style: 'bold' },
          { text: visible(detail), style: 'block' },
        ]);
      }),
      { numRuns: RUNS },
    );
  });
});
