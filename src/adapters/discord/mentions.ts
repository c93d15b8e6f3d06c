import type { Principal } from '../../domain/model.ts';
import { principalText } from '../../domain/principal.ts';
import type { AllowedMentions } from './message.ts';

export interface Mentions {
  readonly text: string; // `<@&9> <@7>`; empty where nobody is mentioned
  readonly allowed: AllowedMentions; // what text names, and nobody else, whatever stands in the message
  readonly left: readonly string[]; // for whom there is no room
}

const MOST_MENTIONS = 40; // half of a message: whom to wake beyond them, a role can name

/** Those of `principals` that Discord knows, each once. */
export function mentionsOf(principals: readonly Principal[]): Mentions {
  const known = principals.filter(({ platform, id }) => platform === 'discord' && /^\d{1,20}$/.test(id));
  const once = [...new Map(known.map((principal) => [principalText(principal), principal])).values()];
  const named = once.slice(0, MOST_MENTIONS);
  const ids = (kind: Principal['kind']) => named.filter((one) => one.kind === kind).map(({ id }) => id);
  return {
    text: named.map(({ kind, id }) => (kind === 'group' ? `<@&${id}>` : `<@${id}>`)).join(' '),
    allowed: { parse: [], users: ids('person'), roles: ids('group') },
    left: once.slice(MOST_MENTIONS).map(principalText),
  };
}
