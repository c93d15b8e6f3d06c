import { nearest } from '../domain/nearest.ts';

const LETTERS_FOR_AN_EDIT = 5; // LOGLEVEL is LOG_LEVEL, HOME is not HOST
const MOST_EDITS = 3;

/** The known name that a hand that slipped made `name` of: two neighbours swapped, or few edits for its length. */
export function typoOf(name: string, known: readonly string[]): string | undefined {
  const edits = Math.min(Math.max(Math.floor(name.length / LETTERS_FOR_AN_EDIT), 1), MOST_EDITS);
  return nearest(name, known, edits) ?? known.find((each) => isSwapped(name, each));
}

/** Counted as two edits elsewhere, and the commonest slip in a short name: PROT. */
function isSwapped(name: string, known: string): boolean {
  const at = [...known].findIndex((letter, index) => letter !== name[index]);
  return at >= 0 && name === known.slice(0, at) + known.charAt(at + 1) + known.charAt(at) + known.slice(at + 2);
}
