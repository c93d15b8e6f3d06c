import type { Actor } from './model.ts';
import type { People } from './principal.ts';

/**
 * Whether `one` is surely another person than `other`. Ids that one PERSON_ maps are one person; across platforms two ids are
 * two people only where both are mapped. Whoever comes by the console's token or a link is nobody in particular.
 */
export function isAnotherPerson(one: Actor, other: Actor, people: People): boolean {
  if (isSamePerson(one, other, people)) return false;
  return one.platform === other.platform || (namesOf(one, people).length > 0 && namesOf(other, people).length > 0);
}

/** Whether both are surely one person. */
export function isSamePerson(one: Actor, other: Actor, people: People): boolean {
  const others = namesOf(other, people);
  return isSameId(one, other) || namesOf(one, people).some((name) => others.includes(name));
}

/** The tenant is left out: the same id in two of them is rather one person. */
const isSameId = (one: Actor, other: Actor): boolean => one.platform === other.platform && one.id === other.id;

/** The PERSON_ variables that name this very id. */
function namesOf({ platform, id }: Actor, people: People): readonly string[] {
  return [...people].flatMap(([name, principals]) =>
    principals.some((each) => each.kind === 'person' && each.platform === platform && each.id === id) ? [name] : [],
  );
}
