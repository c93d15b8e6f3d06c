import { closest } from 'fastest-levenshtein';

const MAX_LENGTH = 64; // characters: the distance costs the product of both lengths

/** The name of `candidates` that is most like `name`; undefined where nothing could be. */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  return name.length > MAX_LENGTH || candidates.length === 0 ? undefined : closest(name, candidates);
}
