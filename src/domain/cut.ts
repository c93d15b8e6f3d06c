const ELLIPSIS = '…';
const LONGEST_GRAPHEME = 64; // UTF-16 units looked at beyond a place, to see whether a grapheme ends there
const HIGH = /[\uD800-\uDBFF]/;
const LOW = /[\uDC00-\uDFFF]/;
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * `text` within `budget`, ending in `…` where it was cut, always between two graphemes. `cost` is what a piece will take once escaped;
 * it must not depend on its neighbours and be at least the piece's length, so no escape is ever split.
 */
export function cut(text: string, budget: number, cost: (piece: string) => number = lengthOf): string {
  if (text.length <= budget && cost(text) <= budget) return text;
  const room = budget - cost(ELLIPSIS);
  return room < 0 ? '' : text.slice(0, boundaryBefore(text, reach(text, room, cost))).trimEnd() + ELLIPSIS;
}

/** How many units of `text` take at most `room`. By halves: a cost for each grapheme of 80 KB would hold up everything else for 30 ms. */
function reach(text: string, room: number, cost: (piece: string) => number): number {
  let [fits, most] = [0, Math.min(room, text.length)];
  while (fits < most) {
    const middle = Math.ceil((fits + most) / 2);
    const isWithinPair = HIGH.test(text.charAt(middle - 1)) && LOW.test(text.charAt(middle)); // half of one costs more than all of it
    if (cost(text.slice(0, isWithinPair ? middle - 1 : middle)) <= room) fits = middle;
    else most = middle - 1;
  }
  return fits;
}

/** The last place between two graphemes that is not behind `end`. */
function boundaryBefore(text: string, end: number): number {
  return graphemes.segment(text.slice(0, end + LONGEST_GRAPHEME)).containing(end)?.index ?? text.length;
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

/**
 * `text` within `most` UTF-16 units, at least 1, ending in `…` where it was cut, never between the two halves of a pair. For what is
 * stored: in a storm no time is left to look for graphemes, as `cut` does for what is shown.
 */
export function bounded(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '') + ELLIPSIS;
}

const lengthOf = (piece: string): number => piece.length;
