import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderLine } from '../../../src/adapters/teams/line.ts';
import { render } from '../../../src/adapters/teams/render.ts';
import type { Block, Button, Card, Spans } from '../../../src/domain/model.ts';
import { visible } from '../../../src/domain/visible.ts';
import { cardOf, maya, NOW, ONCALL } from './cards.ts';
import { parse } from './official.ts';
import { seen } from './seen.ts';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const PIECES = ['👨‍👩‍👧‍👦', '🇩🇪', '"', '\\', '&', '*', '{', '{{', '`', 'é', 'e\u0301', 'word', '漢'];
const links = () => 'https://tocsin.example/a/token';
const text = (value: string, url?: string): Spans => [
  { kind: 'text', text: value, ...(url === undefined ? {} : { url }) },
];

const paragraph = (value: string): Block => ({ kind: 'paragraph', spans: text(value) });
const SHAPES: Readonly<Record<string, (value: string) => Block>> = {
  paragraph,
  'paragraph with a link': (value) => ({
    kind: 'paragraph',
    spans: [...text('see', 'https://wiki.example/'), ...text(value)],
  }),
  code: (value) => ({ kind: 'code', text: value }),
};

describe('a body that is too long', () => {
  test.each(Object.keys(SHAPES))('is cut between two graphemes, and the rest of it is told: %s', (shape) => {
    const units = fc.array(fc.constantFrom(...PIECES), { minLength: 5, maxLength: 40 });
    fc.assert(
      fc.property(units, fc.nat(1_000), fc.boolean(), (parts, shift, webhook) => {
        const unit = parts.join('');
        const whole = 'x'.repeat(shift) + unit.repeat(Math.ceil(90_000 / unit.length));
        const card: Card = { ...cardOf(), facts: [], body: [SHAPES[shape]!(whole)] };
        const { json, cut, faults } = render(card, webhook ? { links } : {});
        const [rest = ''] = cut;
        const kept = whole.slice(0, whole.length - rest.length);
        expect([faults, cut.length, kept + rest]).toEqual([[], 1, whole]);
        expect(seen(json).text).toContain(`${kept.slice(-50)}…\n`);
        const near = whole.slice(shift, kept.length + 100); // all before is of one unit each
        const at = kept.length - shift;
        expect(graphemes.segment(near).containing(at)?.index).toBe(at);
      }),
      { numRuns: 100 },
    );
  });

  test('gives way first, then the living run, then the facts', () => {
    const run = { id: 'r', label: 'Restart', words: 'queued', tail: 'line\n'.repeat(150) };
    const fact = { name: 'Fact', value: text('value '.repeat(150)) };
    const body = [paragraph('word '.repeat(3_300))];
    const left = (facts: number) => {
      const { cut } = render({ ...cardOf(), facts: Array(facts).fill(fact), body, run });
      return ['word', 'line', 'value'].filter((name) => cut.some((piece) => piece.includes(name)));
    };
    expect([left(0), left(5), left(20), left(40)]).toEqual([[], ['word'], ['word', 'line'], ['word', 'line', 'value']]);
  });
});

describe('where all that stays takes the most that it may', () => {
  const dear = (character: string) => character.repeat(100_000);
  const fields = Array.from({ length: 10 }, (_, index) => ({ name: `n${index}`, label: 'label', required: true }));
  const buttons = (name: string, count: number): readonly Button[] =>
    Array.from({ length: count }, (_, index) => ({
      action: 'run',
      argument: `${name}-${index}`,
      label: dear('"'),
      confirm: 'x'.repeat(336),
      asks: fields,
    }));

  test.each([
    ['a bot message', '"', undefined],
    ['a bot message', '漢', undefined],
    ['a Workflows webhook', '"', () => `https://tocsin.example/a/${'t'.repeat(1_375)}`],
    ['a Workflows webhook', '漢', () => `https://tocsin.example/a/${'t'.repeat(1_375)}`],
  ] as const)('%s is within its limits, with title and state: only %s', (_, character, far) => {
    const card: Card = {
      ...cardOf(),
      title: dear(character),
      state: dear(character),
      notice: dear(character),
      url: `https://status.example/${'y'.repeat(far === undefined ? 1_120 : 720)}`,
      mentions: Array.from({ length: 100 }, (_each, index) => ({
        ...ONCALL,
        id: `${ONCALL.id.slice(0, -3)}${100 + index}`,
      })),
      buttons: buttons('sight', 6),
      more: buttons('menu', 100),
      facts: [],
      body: [paragraph(dear(character))],
    };
    const { json, cut, faults } = render(card, far === undefined ? {} : { links: far });
    const view = seen(json);
    expect([faults, parse(json).faults]).toEqual([[], []]);
    const [title, state] = view.text.split('\n');
    expect([title, state]).toEqual([
      expect.stringMatching(`^${character}+…$`),
      expect.stringMatching(`^${character}+…$`),
    ]);
    expect([view.buttons.length, view.links.length, view.pings.length > 10]).toEqual([6, 2, true]);
    expect(cut).toEqual(expect.arrayContaining([card.title, card.state]));
  });
});

test('a line that is too long keeps who and when it fits, and hands on the rest', () => {
  const line = { at: NOW, kind: 'noted', actor: maya, text: 'noted', tell: 'thread' } as const;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES, '\n'), { minLength: 5, maxLength: 40 }), (parts) => {
      const detail = parts.join('').repeat(20_000).slice(0, 400_000);
      const { json, cut, faults } = renderLine({ ...line, detail });
      expect([faults, cut.length]).toEqual([[], 1]);
      expect(visible(detail).endsWith(cut[0] ?? '')).toBe(true);
      expect(seen(json).text).toMatch(/^Maya Ortiz noted · /);
    }),
    { numRuns: 50 },
  );
});
