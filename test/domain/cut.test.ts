import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bounded, cut, cutStart } from '../../src/domain/cut.ts';

const COSTS: Readonly<Record<string, (piece: string) => number>> = {
  length: (piece) => piece.length,
  'Discord escapes': (piece) => piece.replace(/[!-/:-@[-`{-~]/g, '\\$&').length,
  entities: (piece) => piece.replace(/[&<>]/g, '&amp;').length,
  'JSON bytes': (piece) => Buffer.byteLength(JSON.stringify(piece)) - 2,
};
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('👨‍👩‍👧‍👦', '🇩🇪', '🇩', 'e\u0301', '**', '<', '\uD83D', '\n', ' '),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));

describe.each(Object.entries(COSTS))('by %s', (_, cost) => {
  test('a cut text is within its budget, ends between graphemes, and is as long as it can be', () => {
    fc.assert(
      fc.property(texts, fc.nat(80), (text, budget) => {
        const kept = cut(text, budget, cost);
        expect(cost(kept)).toBeLessThanOrEqual(budget);
        if (kept === text || kept === '') return;
        const whole = [...graphemes.segment(text)].map(({ segment }) => segment);
        const starts = whole.map((_, count) => whole.slice(0, count).join(''));
        const longest = starts.findLast((start) => cost(start) + cost('…') <= budget);
        expect(kept).toBe(`${longest?.trimEnd()}…`);
      }),
      { numRuns: 1_000 },
    );
  });
});

test.each([
  ['abc', 3, 'abc'],
  ['abcd', 3, 'ab…'],
  ['ab   cd', 5, 'ab…'],
  ['abcd', 0, ''],
  ['👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 12, '👨‍👩‍👧‍👦…'],
])('%j within %i is %j', (text, budget, expected) => {
  expect(cut(text, budget)).toBe(expected);
});

test('the end of a text is within its budget and begins between graphemes', () => {
  fc.assert(
    fc.property(texts, fc.nat(80), (text, budget) => {
      const kept = cutStart(text, budget);
      expect(kept.length).toBeLessThanOrEqual(budget);
      if (kept === text || kept === '') return;
      const whole = [...graphemes.segment(text)].map(({ segment }) => segment);
      const ends = Array.from(
        { length: whole.length + 1 },
        (_, count) => `…${whole.slice(count).join('').trimStart()}`,
      );
      expect(ends).toContain(kept);
    }),
    { numRuns: 1_000 },
  );
});

test('a text of 10 MB is cut without being read whole', () => {
  const start = performance.now();
  expect(cut('é'.repeat(10_000_000), 3_000)).toHaveLength(3_000);
  expect(performance.now() - start).toBeLessThan(5_000); // unbounded it takes far longer; a loaded machine does not
});

test('a bounded text is within its bound, as long as it can be, and ends with no half of a pair', () => {
  const pairs = fc.array(fc.constantFrom('a', '😀', '\n', ' '), { maxLength: 40 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(pairs, fc.integer({ min: 1, max: 60 }), (text, most) => {
      const kept = bounded(text, most);
      if (text.length <= most) {
        expect(kept).toBe(text);
        return;
      }
      expect(text.startsWith(kept.slice(0, -1))).toBe(true);
      expect(kept.isWellFormed() && kept.endsWith('…')).toBe(true);
      expect(most - kept.length).toBeOneOf([0, 1]); // 1: a pair had no room
    }),
  );
});
