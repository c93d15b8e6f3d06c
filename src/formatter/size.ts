import { cut } from '../domain/cut.ts';
import type { Block, Span, Spans } from '../domain/model.ts';

/** The blocks, in order, as far as `budget` characters of text reach. */
export function boundedBody(blocks: readonly Block[], budget: number): readonly Block[] {
  const out: Block[] = [];
  let room = budget;
  for (const block of blocks) {
    if (room <= 0) break;
    out.push(boundedBlock(block, room));
    room -= sizeOf(block);
  }
  return out;
}

/** The same for one line. */
export function boundedSpans(spans: Spans, budget: number): Spans {
  const out: Span[] = [];
  let room = budget;
  for (const span of spans) {
    if (room <= 0) break;
    out.push(span.kind === 'text' ? { ...span, text: cut(span.text, room) } : span);
    room -= spanSize(span);
  }
  return out;
}

function boundedBlock(block: Block, room: number): Block {
  switch (block.kind) {
    case 'paragraph':
    case 'quote':
      return { ...block, spans: boundedSpans(block.spans, room) };
    case 'code':
      return { ...block, text: cut(block.text, room) };
    case 'list': {
      const items: Spans[] = [];
      let left = room;
      for (const item of block.items) {
        if (left <= 0) break;
        items.push(boundedSpans(item, left));
        left -= spansSize(item);
      }
      return { ...block, items };
    }
    default:
      return block satisfies never;
  }
}

const TIME_SIZE = 20; // characters that a time may take where it is written out
const ITEM_SIZE = 2; // its bullet

const spanSize = (span: Span): number =>
  span.kind === 'text' ? span.text.length + (span.url?.length ?? 0) : TIME_SIZE;
const spansSize = (spans: Spans): number => spans.reduce((sum, span) => sum + spanSize(span), ITEM_SIZE);

function sizeOf(block: Block): number {
  switch (block.kind) {
    case 'paragraph':
    case 'quote':
      return spansSize(block.spans);
    case 'code':
      return block.text.length;
    case 'list':
      return block.items.reduce((sum, item) => sum + spansSize(item), 0);
    default:
      return block satisfies never;
  }
}
