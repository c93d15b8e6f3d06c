import { DeliveryError } from '../../domain/errors.ts';
import type { Memory } from '../../domain/ports.ts';
import type { TeamsEnv } from './platform.ts';
import { globalService, isService } from './services.ts';

/** A conversation's id stands in the path of an address: nothing in it may lead elsewhere. */
const ID = /^\w+:[\w.@=+~-]{1,250}$/;
const MOST_KNOWN = 10_000;

/** Conversations by their names, as routes write them (`teams:ops`, `teams:19:…`), and where each is served. */
export interface Conversations {
  /** The id; undefined: there is no such name. */
  idOf(channel: string): string | undefined;
  serviceOf(id: string): Promise<string>;
  /** Teams told an address for it. It may move, then the old one goes on for a while. */
  heard(id: string, serviceUrl: string): Promise<void>;
}

export function createConversations(env: TeamsEnv, memory: Memory): Conversations {
  const named = new Map([...env.channels].map(([name, id]) => [plainName(name), id]));
  const known = new Map<string, string>(); // by id

  const stored = async (key: string): Promise<string | undefined> => {
    const url = await memory.get(key);
    return url !== undefined && isService(url, env) ? url : undefined; // hosts may be others than when it was stored
  };

  return {
    idOf: (channel) => named.get(plainName(channel)) ?? (ID.test(channel) ? channel : undefined),

    async serviceOf(id) {
      const url = known.get(id) ?? (await stored(serviceKey(id))) ?? (await stored(LAST)) ?? globalService(env);
      return url;
    },

    async heard(id, serviceUrl) {
      if (known.get(id) === serviceUrl) return;
      await memory.put(serviceKey(id), serviceUrl);
      await memory.put(LAST, serviceUrl);
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(id, serviceUrl);
    },
  };
}

const LAST = 'service';
const serviceKey = (id: string) => `service.${id}`;
const plainName = (name: string) => name.toLowerCase().replaceAll('-', '_');

/** A conversation without the thread in it: `19:…@thread.tacv2;messageid=1` is in `19:…@thread.tacv2`. */
export const withoutThread = (id: string): string => id.replace(/;.*/s, '');

/** Where the replies to a message go. A chat has no threads: there they are messages of their own. */
export function threadOf(conversation: string, message: string): string {
  return /@thread\.(?:tacv2|skype)$/.test(conversation) && /^\d+$/.test(message)
    ? `${conversation};messageid=${message}`
    : conversation;
}

export function unknown(channel: string): DeliveryError {
  return new DeliveryError({
    reason: 'misconfigured',
    scope: 'channel',
    message: `"${channel}" is no conversation of Teams, and no TEAMS_CHANNEL_<NAME> names one so`,
    cure: 'Mention the bot in the channel: it answers with the line for .env. Then replay.',
  });
}
