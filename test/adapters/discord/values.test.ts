import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderLine } from '../../../src/adapters/discord/line.ts';
import { render } from '../../../src/adapters/discord/render.ts';
import type { TextSpan } from '../../../src/domain/fit.ts';
import type { Block, Card, Line, Span, Spans } from '../../../src/domain/model.ts';
import { visible } from '../../../src/domain/visible.ts';
import { everyPlace } from '../../support/worst.ts';
import { CORPUS, hostile } from '../../templates/hostile.ts';
import { button, cardOf, embedOf, maya, NOW, ONCALL, offer, STATES, type State, shipped } from './cards.ts';
import { seen } from './seen.ts';

const RUNS = 1_000;
const value = hostile.filter((text) => /[^\s\p{C}]/u.test(text));
const WIKI = 'https://wiki.example/x';

/** What a text says, whatever its breaks: Discord joins and trims white space, and the adapter keeps neighbours apart. */
const words = (text: string): string => visible(text).replace(/\s+/g, ' ').trim();
const seenWords = (text: string): string => words(text.replaceAll('\u200B', ''));

/** What a card says, in the order of reading. */
const piecesOf = (card: Card): readonly string[] => [
  card.notice,
  ...card.mentions.map(({ id }) => `@${id}`),
  card.title,
  card.state,
  ...card.body.flatMap(blockPieces),
  ...(card.url === undefined ? [] : [textPiece({ kind: 'text', text: new URL(card.url).host, url: card.url })]),
  ...card.facts.flatMap((fact) => [fact.name, spanPiece(fact.value)]),
  ...(card.run ? [card.run.label, card.run.words, card.run.tail] : []),
];
const spanPiece = (spans: Spans): string =>
  spans.map((span) => (span.kind === 'text' ? textPiece(span) : timeOf(span.at))).join('');

/** A label that Discord would not take as it is stands before its link. */
function textPiece({ text, code, url }: TextSpan): string {
  const core = visible(text).trim();
  if (url === undefined || core === '' || !(code || /[\\*_~`|[\]<>@:#\n]/.test(core))) return visible(text);
  return visible(text).replace(core, () => `${core} link`);
}
const timeOf = (at: number): string => new Date(Math.floor(at / 1_000) * 1_000).toISOString();

function blockPieces(block: Block): readonly string[] {
  if (block.kind === 'code') return [block.text];
  if (block.kind !== 'list') return [spanPiece(block.spans)];
  return block.items.map((item, index) => `${block.ordered ? `${index + 1}.` : '-'} ${spanPiece(item)}`);
}

const blockSpans = (block: Block): readonly Span[] =>
  block.kind === 'list' ? block.items.flat() : block.kind === 'code' ? [] : block.spans;
const spansIn = ({ body, facts }: Card): readonly Span[] => [
  ...facts.flatMap((fact) => fact.value),
  ...body.flatMap(blockSpans),
];

/** What the template styled, each as Discord can show it. */
const stylesOf = (card: Card): readonly string[] => [
  ...(card.tone === 'resolved' ? [] : ['bold']),
  ...card.body.flatMap((block) => {
    if (block.kind === 'list') return block.items.map(() => 'list');
    return { paragraph: [], quote: ['quote'], code: ['code block'] }[block.kind];
  }),
  ...spansIn(card).flatMap((span) => (span.kind === 'time' ? ['time'] : spanStyles(span))),
  ...(card.run?.tail.trim() ? ['code block'] : []),
];
function spanStyles({ text, bold, italic, code }: TextSpan): readonly string[] {
  const core = text.trim();
  if (core === '') return [];
  const isCode = code && !/[`\r\n\u2028\u2029]/.test(core);
  const isAlone = isCode && /[*\\]/.test(core);
  return [
    ...(isCode ? ['code'] : []),
    ...(bold && !isAlone ? ['bold'] : []),
    ...(italic && !isAlone ? ['italic'] : []),
  ];
}

/** An address may be written with escapes that it came without. */
const decoded = (url: string): string => url.replace(/%[2-7][0-9A-F]/gi, (escaped) => decodeURIComponent(escaped));

function checkCard(card: Card): void {
  const { json, cut, faults } = render(card);
  const { text, links, pings, styled, buttons } = seen(json);
  expect(faults).toEqual([]);
  expect(cut).toEqual([]);
  // The lines of a paragraph stand as they are: what would be a list, a quote or a heading is told from `styled`.
  expect(seenWords(text)).toBe(
    piecesOf(card)
      .map(words)
      .filter((piece) => piece !== '')
      .join(' '),
  );
  expect(pings).toEqual(card.mentions.map(({ id }) => `discord:role:${id}`));
  const written = spansIn(card).flatMap((span) =>
    span.kind === 'text' && /^https?:/.test(span.url ?? '') && span.text.trim() !== '' ? [span.url as string] : [],
  );
  const ofTitle = embedOf(json).url === undefined || card.url === undefined ? [] : [card.url];
  expect(links.map(decoded).sort()).toEqual(
    [...ofTitle, ...(card.url ? [card.url] : []), ...written].map(decoded).sort(),
  );
  const mentions = card.mentions.map(() => 'mention');
  expect(styled.map(({ style }) => style.replace(/:.*/, '')).sort()).toEqual([...mentions, ...stylesOf(card)].sort());
  expect(buttons.map(({ label }) => label)).toEqual([...card.buttons, ...card.more].map(({ label }) => visible(label)));
}

describe('what an alert says is only text, in every place of a card', () => {
  const bridgeCard = (text: string, state: State, template: string) =>
    cardOf({
      state,
      template,
      incident: everyPlace(text.slice(0, 100), maya),
      run: { label: text, output: text },
      runbooks: [offer('restart-api', text)],
      mention: [ONCALL],
    });

  test.each(CORPUS.map((text) => [text]))('%j', (text) => {
    for (const state of STATES) for (const template of shipped.names) checkCard(bridgeCard(text, state, template));
  });

  test('and so is whatever else it says', () => {
    const cases = fc.property(value, fc.constantFrom(...STATES), fc.constantFrom(...shipped.names), (...told) =>
      checkCard(bridgeCard(...told)),
    );
    fc.assert(cases, { numRuns: RUNS });
  });
});

const flag = fc.constantFrom(undefined, true as const);
const textSpan = fc
  .record({ text: value, bold: flag, italic: flag, code: flag, url: fc.constantFrom(undefined, undefined, WIKI) })
  .map(
    ({ text, ...styles }) =>
      ({
        kind: 'text',
        text: text.slice(0, 40),
        ...Object.fromEntries(Object.entries(styles).filter(([, style]) => style !== undefined)),
      }) as Span,
  );
const time = fc.constantFrom<Span>(
  ...(['clock', 'date', 'relative'] as const).map((style) => ({ kind: 'time', at: NOW, style }) as const),
);
const spans = fc.array(fc.oneof({ weight: 5, arbitrary: textSpan }, time), { minLength: 1, maxLength: 4 });
const isShown = (line: Spans): boolean => line.some((span) => span.kind === 'time' || span.text.trim() !== '');
const line = spans.filter(isShown);
const block: fc.Arbitrary<Block> = fc.oneof(
  line.map((one): Block => ({ kind: 'paragraph', spans: one })),
  line.map((one): Block => ({ kind: 'quote', spans: one })),
  fc
    .record({ ordered: fc.boolean(), depth: fc.nat(5), items: fc.array(line, { minLength: 1, maxLength: 2 }) })
    .map((list): Block => ({ kind: 'list', ...list })),
  value.filter((text) => text.trim() !== '').map((text): Block => ({ kind: 'code', text: text.slice(0, 100) })),
);
const word = value.map((text) => text.slice(0, 40)).filter((text) => words(text) !== '');

test('a card that no formatter has cleaned shows its words, styles and links, and no others', () => {
  const cards = fc.record({
    texts: fc.tuple(word, word, word, word, word, word, word),
    body: fc.array(block, { maxLength: 4 }),
    fact: line,
  });
  fc.assert(
    fc.property(cards, ({ texts: [notice, title, state, name, label, said, tail], body, fact }) =>
      checkCard({
        ...cardOf({ mention: [ONCALL] }),
        notice,
        title,
        state,
        facts: [{ name, value: fact }],
        body,
        run: { id: 'run1', label, words: said, tail },
        buttons: [button('acknowledge', undefined, said)],
      }),
    ),
    { numRuns: RUNS },
  );
});

describe('a line of the timeline', () => {
  const lines = fc.record({ name: word, text: word, detail: fc.option(word, { nil: undefined }) });
  test('shows its words, and notifies whom the caller named alone', () => {
    fc.assert(
      fc.property(lines, fc.boolean(), ({ name, text, detail }, notifies) => {
        const told: Line = {
          at: NOW,
          kind: 'noted',
          actor: { ...maya, name },
          text,
          ...(detail === undefined ? {} : { detail }),
          tell: 'thread',
        };
        const { json, cut, faults } = renderLine(told, notifies ? [ONCALL] : []);
        const shown = seen(json);
        expect({ cut, faults }).toEqual({ cut: [], faults: [] });
        const mention = notifies ? `@${ONCALL.id}` : '';
        expect(seenWords(shown.text)).toBe(
          [mention, name, text, '·', timeOf(NOW), detail ?? '']
            .map(words)
            .filter((piece) => piece !== '')
            .join(' '),
        );
        expect(shown.links).toEqual([]);
        expect(shown.pings).toEqual(notifies ? [`discord:role:${ONCALL.id}`] : []);
        expect(shown.styled.map(({ style }) => style)).toEqual([
          ...(notifies ? ['mention'] : []),
          ...['bold', 'time:f'],
          ...(detail === undefined ? [] : ['code block']),
        ]);
      }),
      { numRuns: RUNS },
    );
  });
});
