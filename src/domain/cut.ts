const ELLIPSIS = '…';
const LONGEST_GRAPHEME = 64; // UTF-16 units looked at beyond the budget; a longer one is not kept whole
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * `text` within `budget`, ending in `…` where it was cut, always between two graphemes. `cost` is what a piece will take once escaped;
 * it must not depend on its neighbours and be at least the piece's length, so no escape is ever split.
 */
export function cut(text: string, budget: number, cost: (piece: string) => number = lengthOf): string {
  if (text.length <= budget && cost(text) <= budget) return text;
  const room = budget - cost(ELLIPSIS);
  if (room < 0) return '';
  const most = budget + LONGEST_GRAPHEME; // a segmenter on 1 MB costs milliseconds just to open
  let used = 0;
  let end = 0;
  for (const { segment, index } of graphemes.segment(text.slice(0, most))) {
    used += cost(segment);
    if (used > room || index + segment.length >= most) break;
    end = index + segment.length;
  }
  return text.slice(0, end).trimEnd() + ELLIPSIS;
}

const lengthOf = (piece: string): number => piece.length;
