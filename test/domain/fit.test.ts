import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Costs, fitBlocks, fitSpans } from '../../src/domain/fit.ts';
import type { Block, Spans } from '../../src/domain/model.ts';

/** Like a platform that escapes `*` with one character more, wraps bold in four, and writes a time in ten. */
const COSTS: Costs = {
  text: (piece) => piece.length + piece.split('*').length - 1,
  markup: (span) => (span.kind === 'time' ? 10 : span.bold ? 4 : 0),
  block: () => 2,
};
const text = (value: string): Spans => [{ kind: 'text', text: value }];
const paragraph = (value: string): Block => ({ kind: 'paragraph', spans: text(value) });

describe('a line', () => {
  test('that fits stays as it is', () => {
    expect(fitSpans(text('as it is'), 8, COSTS)).toEqual({ kept: text('as it is'), used: 8, cut: '' });
  });

  test('that does not is cut by what its text will cost, and the rest is told', () => {
    expect(fitSpans(text('****end'), 6, COSTS)).toEqual({ kept: text('**…'), used: 5, cut: '**end' });
  });

  test('pays for the markup of each span, and drops what follows the cut', () => {
    const spans: Spans = [
      { kind: 'text', text: 'bold', bold: true },
      { kind: 'text', text: ' plain' },
      { kind: 'time', at: 0, style: 'clock' },
    ];
    expect(fitSpans(spans, 12, COSTS)).toEqual({
      kept: [spans[0], { kind: 'text', text: ' pl…' }],
      used: 12,
      cut: 'ain1970-01-01T00:00:00.000Z',
    });
  });
});

describe('a body', () => {
  test('is cut at its end, and the blocks after the cut are told whole', () => {
    const blocks = [paragraph('first'), paragraph('second'), { kind: 'code', text: 'third' } as const];
    expect(fitBlocks(blocks, 13, COSTS)).toEqual({
      kept: [paragraph('first'), paragraph('sec…')],
      used: 13,
      cut: 'ond\nthird',
    });
  });

  test('leaves out a block of which nothing fits', () => {
    expect(fitBlocks([paragraph('first'), paragraph('second')], 8, COSTS)).toEqual({
      kept: [paragraph('first')],
      used: 7,
      cut: 'second',
    });
  });

  test('cuts a list between its items, and within one', () => {
    const list: Block = { kind: 'list', ordered: false, depth: 0, items: [text('one'), text('two'), text('three')] };
    expect(fitBlocks([list], 9, COSTS)).toEqual({
      kept: [{ ...list, items: [text('one'), text('t…')] }],
      used: 9,
      cut: 'wo\nthree',
    });
  });

  test('costs what it says, never more than its room, and loses no word', () => {
    const span = fc.record({ kind: fc.constant('text' as const), text: fc.string({ unit: 'grapheme', minLength: 1 }) });
    const spans = fc.array(span, { minLength: 1, maxLength: 4 });
    const block: fc.Arbitrary<Block> = fc.oneof(
      fc.record({ kind: fc.constantFrom('paragraph' as const, 'quote' as const), spans }),
      fc.record({ kind: fc.constant('code' as const), text: fc.string({ unit: 'grapheme', minLength: 1 }) }),
      fc.record({
        kind: fc.constant('list' as const),
        ordered: fc.boolean(),
        depth: fc.constant(0),
        items: fc.array(spans, { minLength: 1, maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), fc.nat(200), (blocks, room) => {
        const { kept, used, cut } = fitBlocks(blocks, room, COSTS);
        const words = (all: readonly Block[]) =>
          JSON.stringify(all)
            .match(/"text":"(?:[^"\\]|\\.)*"/g)
            ?.join('') ?? '';
        expect(used).toBeLessThanOrEqual(room);
        expect(fitBlocks(kept, used, COSTS)).toEqual({ kept, used, cut: '' });
        if (cut === '') expect(words(kept)).toBe(words(blocks));
        else expect(words(kept).length).toBeLessThanOrEqual(words(blocks).length);
      }),
    );
  });
});
