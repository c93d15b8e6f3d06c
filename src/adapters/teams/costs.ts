import type { Costs } from '../../domain/fit.ts';
import type { Block, Span, Spans } from '../../domain/model.ts';
import type { Limits } from './limits.ts';
import { isLink } from './lines.ts';
import { backslashed, destination, NO_BREAK, ZERO_WIDTH } from './text.ts';

/** What the parts of `lines` take at most, in the units of `limits`. */
export function costsOf(lines: readonly Spans[], limits: Limits): Costs {
  const { size } = limits;
  const markdown = new Set<Span>(lines.filter((line) => line.some(isLink)).flat());
  const [run, time, line, block] = [size(RUN), size(RUN + TIME), size(LINE + RUN), size(BLOCK + LINE + RUN + MARK)];
  const code = (piece: string) => literalCost(piece.replaceAll(' ', NO_BREAK), limits);
  const text = (piece: string) => literalCost(piece, limits);
  return {
    text: (piece, span) => {
      const cost = markdown.has(span) ? markdownCost(piece, limits) : span.code ? code(piece) : text(piece);
      return cost + line * countOf(piece, '\n');
    },
    markup: (span) => {
      if (span.kind === 'time') return time;
      return run + (span.url === undefined ? 0 : size(inJson(destination(span.url))));
    },
    block: () => block,
  };
}

/** What a text takes in JSON as data; `text.ts` may put a zero width space after a brace. */
export function literalCost(piece: string, { size }: Limits): number {
  return size(inJson(piece.toWellFormed())) + size(ZERO_WIDTH) * countOf(piece, '{');
}

/** The same, escaped for a TextBlock. */
export function markdownCost(piece: string, { size }: Limits): number {
  return size(inJson(backslashed(piece.toWellFormed()))) + size(ZERO_WIDTH) * countOf(piece, '{');
}

/** The lines of a body that may hold links. */
export function linesIn(blocks: readonly Block[]): readonly Spans[] {
  return blocks.flatMap((block): readonly Spans[] => {
    switch (block.kind) {
      case 'paragraph':
      case 'quote':
        return [block.spans];
      case 'list':
        return block.items;
      case 'code':
        return [];
      default:
        return block satisfies never;
    }
  });
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const countOf = (text: string, character: string): number => text.split(character).length - 1;

// The longest forms, as they are sent.
const RUN = '{"type":"TextRun","text":"","weight":"Bolder","italic":true,"fontType":"Monospace","isSubtle":true},';
const LINE = '{"type":"TextBlock","spacing":"None","text":"","wrap":true,"isSubtle":true},';
const BLOCK = '{"type":"Container","style":"emphasis","items":[]},';
const TIME = '{{DATE(2026-09-21T13:33:20Z,SHORT)}} {{TIME(2026-09-21T13:33:20Z)}}';
const MARK = `${NO_BREAK.repeat(32)}10000. `;
