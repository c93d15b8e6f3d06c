import type { Actor } from './model.ts';
import type { People } from './principal.ts';

/**
 * Whether `one` is surely another person than `other`. Ids that one PERSON_ maps are one person; across platforms two ids are
 * two people only where both are mapped. Whoever comes by the console's token or a link is nobody in particular.
 */
export function isAnotherPerson(one: Actor, other: Actor, people: People): boolean {
  if (isSameId(one, other)) return false;
  const [names, others] = [namesOf(one, people), namesOf(other, people)];
  if (names.some((name) => others.includes(name))) return false;
  return one.platform === other.platform || (names.length > 0 && others.length > 0);
}

/** The tenant is left out: the same id in two of them is rather one person. */
const isSameId = (one: Actor, other: Actor): boolean => one.platform === other.platform && one.id === other.id;

/** The PERSON_ variables that name this very id. */
function namesOf({ platform, id }: Actor, people: People): readonly string[] {
  return [...people].flatMap(([name, principals]) =>
    principals.some((each) => each.kind === 'person' && each.platform === platform && each.id === id) ? [name] : [],
  );
}
