import { closest, distance } from 'fastest-levenshtein';

/** A sentence for who mistyped one of `known`: the nearest name, else all of them. */
export function didYouMean(name: string, known: readonly string[]): string {
  const nearest = known.length === 0 ? undefined : closest(name, known);
  if (nearest !== undefined && distance(name, nearest) <= Math.ceil(name.length / 3)) {
    return `Did you mean "${nearest}"?`;
  }
  return known.length === 0 ? 'Leave it out.' : `Known here: ${known.join(', ')}.`;
}
