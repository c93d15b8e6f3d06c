import { type Costs, fitSpans } from '../domain/fit.ts';
import type { Block, OpenList, Spans } from '../domain/model.ts';

/** What is open, as whole lines as far as `room` reaches, and how many more there are. */
export function openBlocks({ items, count, url }: OpenList, room: number, costs: Costs): readonly Block[] {
  const rest = paragraph(moreWords(count, url)); // at its longest
  let left = room - costs.block(rest) - fitSpans(rest.spans, Number.POSITIVE_INFINITY, costs).used;
  const around = costs.block(listOf(items));
  const kept: Spans[] = [];
  for (const item of items) {
    const { used, cut } = fitSpans(item, left - around, costs);
    if (cut !== '') break;
    kept.push(item);
    left -= used + around;
  }
  const more = count - kept.length;
  return [listOf(kept), ...(more > 0 ? [paragraph(moreWords(more, url))] : [])];
}

const listOf = (items: readonly Spans[]) => ({ kind: 'list', ordered: false, depth: 0, items }) as const;
const paragraph = (spans: Spans) => ({ kind: 'paragraph', spans }) as const;

/** `and 12 more, in the console` */
const moreWords = (count: number, url: string | undefined): Spans => [
  { kind: 'text', text: `and ${count.toLocaleString('en')} more, in ` },
  { kind: 'text', text: 'the console', ...(url === undefined ? {} : { url }) },
];
