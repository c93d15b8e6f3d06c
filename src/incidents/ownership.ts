import type { Actor } from '../domain/model.ts';
import { isOneOf, type People } from '../domain/principal.ts';
import type { State } from './state.ts';

const NAMED_BY_THEMSELVES: readonly string[] = ['console', 'link'];

/** The console has one token, so one id, for everybody, and a link proves nothing: there only the name that people gave tells them apart. */
export function isSameActor(one: Actor, other: Actor): boolean {
  const isSameTenant = one.tenant === other.tenant;
  const isSameId = one.platform === other.platform && isSameTenant && one.id === other.id;
  return isSameId && (!NAMED_BY_THEMSELVES.includes(one.platform) || one.name === other.name);
}

/** Whether it is theirs. It may have been handed to a person who has ids on several platforms, or by an id alone, without its tenant. */
export function isOwner(owner: Actor, actor: Actor, people: People = new Map()): boolean {
  if (owner.platform === 'person') {
    if (isSameActor(owner, actor)) return true;
    return isOneOf(actor, [], [{ platform: 'person', kind: 'person', id: owner.id }], people);
  }
  const { tenant: _, ...anywhere } = actor;
  return isSameActor(owner, owner.tenant === undefined ? anywhere : actor);
}

/** Nobody has it. */
export function unowned(incident: State): State {
  const { owner: _, acknowledgedAt: __, confirmedAt: ___, ...state } = answered(incident);
  return state;
}

/** Nobody waits for its owner to say that they are still on it. */
export function answered(incident: State): State {
  const { askedAt: _, ...state } = incident;
  return state;
}
