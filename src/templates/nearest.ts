import { nearest } from '../domain/nearest.ts';

/** A sentence for who mistyped one of `known`: the nearest name, else all of them. */
export function didYouMean(name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  if (meant !== undefined) return `Did you mean "${meant}"?`;
  return known.length === 0 ? 'Leave it out.' : `Known here: ${known.join(', ')}.`;
}
