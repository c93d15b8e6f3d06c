import type { Actor, Principal } from './model.ts';

/**
 * Reads one principal: `*`, `slack:U…`, `slack:S…` (user group), `discord:<user>`, `discord:role:<id>`, `teams:<AAD object id>`,
 * `console`, `person:<name>`. Answers undefined where it is none of these.
 */
export function parsePrincipal(text: string): Principal | undefined {
  if (text === '*') return { platform: '*', kind: 'anyone', id: '*' };
  if (text === 'console') return { platform: 'console', kind: 'person', id: 'console' };
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  const platform = text.slice(0, colon);
  const id = text.slice(colon + 1);
  switch (platform) {
    case 'slack':
      return /^[UW][A-Z0-9]+$/.test(id)
        ? { platform, kind: 'person', id }
        : /^S[A-Z0-9]+$/.test(id)
          ? { platform, kind: 'group', id }
          : undefined;
    case 'discord':
      return /^\d+$/.test(id)
        ? { platform, kind: 'person', id }
        : /^role:\d+$/.test(id)
          ? { platform, kind: 'group', id: id.slice('role:'.length) }
          : undefined;
    case 'teams':
      return /^[A-Za-z0-9-]+$/.test(id) ? { platform, kind: 'person', id: id.toLowerCase() } : undefined;
    case 'person':
      return /^[A-Za-z0-9_]+$/.test(id) ? { platform, kind: 'person', id: id.toLowerCase() } : undefined;
    default:
      return undefined;
  }
}

export const PRINCIPAL_FORMS =
  '*, slack:U… (person), slack:S… (user group), discord:<user id>, discord:role:<id>, teams:<object id>, console, person:<name>';

/** The principal as it is written. */
export function principalText(principal: Principal): string {
  if (principal.kind === 'anyone') return '*';
  if (principal.platform === 'console') return 'console';
  return principal.platform === 'discord' && principal.kind === 'group'
    ? `discord:role:${principal.id}`
    : `${principal.platform}:${principal.id}`;
}

/** People by name: `PERSON_ANNA='slack:U1, discord:9'`. Keys are lower case. */
export type People = ReadonlyMap<string, readonly Principal[]>;

/** Whether `actor` is one of `principals`. `groups`: the ids of the platform's groups that the actor is in. */
export function isOneOf(
  actor: Actor,
  groups: readonly string[],
  principals: readonly Principal[],
  people: People,
): boolean {
  return principals.some((principal) => {
    if (principal.kind === 'anyone') return true;
    if (principal.platform === 'person') return isOneOf(actor, groups, people.get(principal.id) ?? [], new Map());
    if (principal.platform !== actor.platform) return false;
    if (principal.platform === 'console') return true;
    return principal.kind === 'group' ? groups.includes(principal.id) : principal.id === actor.id;
  });
}
