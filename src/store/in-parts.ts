import { setImmediate as turn } from 'node:timers/promises';

const ROWS_A_STATEMENT = 250; // some 2 ms of the event loop; 14 columns at most, of 32,766 values: https://www.sqlite.org/limits.html

/** Works through a long list in statements of bearable size, the event loop running in between. */
export async function inParts<T, R>(
  all: readonly T[],
  work: (part: readonly T[]) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  if (all.length === 0) return [];
  if (all.length <= ROWS_A_STATEMENT) return work(all);
  const results: R[] = [];
  for (let at = 0; at < all.length; at += ROWS_A_STATEMENT) {
    results.push(...(await work(all.slice(at, at + ROWS_A_STATEMENT))));
    await turn();
  }
  return results;
}
