import { closest, distance } from 'fastest-levenshtein';

const MAX_EDITS = 2; // a slip of the hand; more is another word
const MAX_WORD = 64; // characters: longer is no slip, and the distance costs their product

/** The known name that `word` is likely a slip of; undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0 || word.length > MAX_WORD) return undefined;
  const found = closest(word.toLowerCase(), known);
  return distance(word.toLowerCase(), found) <= Math.min(MAX_EDITS, found.length - 1) ? found : undefined;
}
