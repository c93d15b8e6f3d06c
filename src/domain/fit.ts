import { cut } from './cut.ts';
import type { Block, Span, Spans } from './model.ts';

export type TextSpan = Extract<Span, { kind: 'text' }>;

/** What things take in a platform's message. Each is the cost by itself: it must not depend on its neighbours. */
export interface Costs {
  text(piece: string, span: TextSpan): number; // a piece of its text, once escaped: at least its length
  markup(span: Span): number; // what stands around its text; of a time, all of it
  block(block: Block): number; // what stands around a block; of a list, around each item
}

/** The part that fits; `used`: its cost; `cut`: the text that did not fit, for the thread, empty where all of it did. */
export interface Fitted<T> {
  readonly kept: T;
  readonly used: number;
  readonly cut: string;
}

/** A line, as far as `room` reaches: cut between two graphemes, ending in `…`. */
export function fitSpans(spans: Spans, room: number, costs: Costs): Fitted<Spans> {
  const kept: Span[] = [];
  let used = 0;
  for (const [index, span] of spans.entries()) {
    const left = room - used - costs.markup(span);
    const rest = () => textOf(spans.slice(index + 1));
    if (span.kind === 'time') {
      if (left < 0) return { kept, used, cut: textOf(spans.slice(index)) };
      kept.push(span);
      used += costs.markup(span);
      continue;
    }
    const text = left < 0 ? '' : cut(span.text, left, (piece) => costs.text(piece, span));
    if (text !== '') {
      kept.push({ ...span, text });
      used += costs.markup(span) + costs.text(text, span);
    }
    if (text !== span.text) return { kept, used, cut: leftOf(span.text, text) + rest() };
  }
  return { kept, used, cut: '' };
}

/** Blocks in their order, as far as `room` reaches. */
export function fitBlocks(blocks: readonly Block[], room: number, costs: Costs): Fitted<readonly Block[]> {
  const kept: Block[] = [];
  let used = 0;
  for (const [index, block] of blocks.entries()) {
    const fitted = fitBlock(block, room - used, costs);
    if (fitted.kept !== undefined) kept.push(fitted.kept);
    used += fitted.used;
    if (fitted.cut !== '')
      return { kept, used, cut: [fitted.cut, ...blocks.slice(index + 1).map(blockText)].join('\n') };
  }
  return { kept, used, cut: '' };
}

function fitBlock(block: Block, room: number, costs: Costs): Fitted<Block | undefined> {
  const around = costs.block(block);
  switch (block.kind) {
    case 'paragraph':
    case 'quote': {
      const fitted = fitSpans(block.spans, room - around, costs);
      if (fitted.kept.length === 0 && fitted.cut !== '') return { ...fitted, kept: undefined };
      return { kept: { ...block, spans: fitted.kept }, used: fitted.used + around, cut: fitted.cut };
    }
    case 'code': {
      const span: TextSpan = { kind: 'text', text: block.text, code: true };
      const left = room - around;
      const text = left < 0 ? '' : cut(block.text, left, (piece) => costs.text(piece, span));
      if (text === '' && block.text !== '') return { kept: undefined, used: 0, cut: block.text };
      return { kept: { ...block, text }, used: around + costs.text(text, span), cut: leftOf(block.text, text) };
    }
    case 'list': {
      const items: Spans[] = [];
      let used = 0;
      for (const [index, item] of block.items.entries()) {
        const fitted = fitSpans(item, room - used - around, costs);
        if (fitted.kept.length > 0 || fitted.cut === '') {
          items.push(fitted.kept);
          used += fitted.used + around;
        }
        if (fitted.cut === '') continue;
        const kept = items.length === 0 ? undefined : { ...block, items };
        return { kept, used, cut: [fitted.cut, ...block.items.slice(index + 1).map(textOf)].join('\n') };
      }
      return { kept: { ...block, items }, used, cut: '' };
    }
    default:
      return block satisfies never;
  }
}

/** What a cut left out of `whole`. `kept` is a beginning of it, without the white space at its end, and `…`. */
function leftOf(whole: string, kept: string): string {
  return kept === whole ? '' : whole.slice(kept === '' ? 0 : kept.length - 1);
}

const textOf = (spans: Spans): string =>
  spans.map((span) => (span.kind === 'text' ? span.text : new Date(span.at).toISOString())).join('');

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'quote':
      return textOf(block.spans);
    case 'code':
      return block.text;
    case 'list':
      return block.items.map(textOf).join('\n');
    default:
      return block satisfies never;
  }
}
