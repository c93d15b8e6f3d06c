import { closest, distance } from 'fastest-levenshtein';

const MAX_LENGTH = 64; // characters: longer is no slip of the hand, and the distance costs their product

/** The known name that `name` is likely a slip of; undefined where none is within `mostEdits`. */
export function nearest(
  name: string,
  known: readonly string[],
  mostEdits = Math.ceil(name.length / 3),
): string | undefined {
  if (known.length === 0 || name.length > MAX_LENGTH) return undefined;
  const found = closest(name, known);
  return distance(name, found) <= mostEdits ? found : undefined;
}
