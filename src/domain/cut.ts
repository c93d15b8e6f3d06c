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

/** The end of `text` within `budget` UTF-16 units, beginning with `…` and a whole grapheme where it was cut: of an output the end counts. */
export function cutStart(text: string, budget: number): string {
  if (text.length <= budget) return text;
  const room = budget - ELLIPSIS.length;
  if (room < 0) return '';
  const from = Math.max(0, text.length - room - LONGEST_GRAPHEME);
  const window = text.slice(from);
  const first = text.length - room - from;
  const whole = graphemes.segment(window).containing(first - 1);
  const start = whole === undefined ? first : whole.index + whole.segment.length;
  return ELLIPSIS + window.slice(start).trimStart();
}

const lengthOf = (piece: string): number => piece.length;
