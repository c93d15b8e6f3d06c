import type { Silence } from '../domain/model.ts';
import { type Matcher, parseMatchers } from '../routing/grammar.ts';
import { holds, type Routable } from '../routing/route.ts';

/** Those of `silences` that hold for this incident. */
export function holding(silences: readonly Silence[], incident: Routable): readonly Silence[] {
  return silences.filter(({ matchers }) => {
    const read = matchersOf(matchers);
    return read !== undefined && holds(read, incident).held;
  });
}

/** The one of those that hold which lasts the longest. */
export function longest(silences: readonly Silence[], incident: Routable): Silence | undefined {
  return holding(silences, incident).reduce<Silence | undefined>(
    (last, one) => (last !== undefined && last.until >= one.until ? last : one),
    undefined,
  );
}

const MOST_KEPT = 1_000;
const known = new Map<string, readonly Matcher[] | undefined>(); // by their text: patterns are compiled once

/** undefined: of a newer Tocsin, perhaps. Rather told than not. */
function matchersOf(text: string): readonly Matcher[] | undefined {
  if (known.has(text)) return known.get(text);
  const read = parseMatchers('silence', text);
  const matchers = 'matchers' in read ? read.matchers : undefined;
  if (known.size >= MOST_KEPT) known.clear();
  known.set(text, matchers);
  return matchers;
}
