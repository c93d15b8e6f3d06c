import { z } from 'zod';
import { DeliveryError } from '../../domain/errors.ts';
import type { Clock, Memory } from '../../domain/ports.ts';
import { orAborted } from '../or-aborted.ts';
import { failureOf } from './failure.ts';
import type { CallSlack } from './sdk.ts';

const ID = /^[CGD][A-Z0-9]{7,}$/;
const LISTED_FOR_MS = 60_000; // conversations.list is for 20 calls a minute
const PAGE = 1_000;
const MOST_PAGES = 50;

const page = z.object({
  channels: z.array(z.object({ id: z.string(), name: z.string().optional() })).catch([]),
  response_metadata: z.object({ next_cursor: z.string().catch('') }).optional(),
});

/** Channels by their names, as routes write them: `slack:alerts`, `slack:C012…`. */
export interface Channels {
  /** The id. Throws DeliveryError where there is no such channel. */
  idOf(channel: string, deadline: AbortSignal): Promise<string>;
  /** Slack does not know the id that the name led to: it is asked again next time. */
  forget(channel: string): Promise<void>;
}

export function createChannels({ call, memory, clock }: { call: CallSlack; memory: Memory; clock: Clock }): Channels {
  let listing: { readonly at: number; readonly ids: Promise<ReadonlyMap<string, string>> } | undefined;

  /** One list serves all who ask within a minute; each waits for it no longer than it may. */
  async function listed(name: string, deadline: AbortSignal): Promise<string | undefined> {
    const isFresh = listing !== undefined && clock.monotonic() - listing.at < LISTED_FOR_MS;
    if (!isFresh) {
      const ids = list(AbortSignal.timeout(LISTED_FOR_MS));
      listing = { at: clock.monotonic(), ids };
      ids.catch(() => {
        listing = undefined;
      });
    }
    return (await orAborted((listing as NonNullable<typeof listing>).ids, deadline)).get(name);
  }

  async function list(deadline: AbortSignal): Promise<ReadonlyMap<string, string>> {
    const ids = new Map<string, string>();
    let cursor = '';
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const parameters = { types: 'public_channel,private_channel', exclude_archived: true, limit: PAGE };
      const read = page.parse(await call('conversations.list', { ...parameters, ...(cursor && { cursor }) }, deadline));
      for (const { id, name } of read.channels) if (name !== undefined) ids.set(name, id);
      cursor = read.response_metadata?.next_cursor ?? '';
      if (cursor === '') break;
    }
    return ids;
  }

  return {
    async idOf(channel, deadline) {
      if (ID.test(channel)) return channel;
      const name = nameOf(channel);
      const known = await memory.get(keyOf(name));
      if (known) return known;
      const found = await listed(name, deadline).catch((error: unknown) => {
        throw failureOf('ask', error);
      });
      if (found === undefined) throw unknown(name);
      await memory.put(keyOf(name), found);
      return found;
    },
    async forget(channel) {
      if (ID.test(channel)) return;
      listing = undefined;
      await memory.put(keyOf(nameOf(channel)), '');
    },
  };
}

const nameOf = (channel: string) => channel.replace(/^#/, '').toLowerCase();
const keyOf = (name: string) => `channel.${name}`;

function unknown(name: string): DeliveryError {
  return new DeliveryError({
    reason: 'misconfigured',
    scope: 'channel',
    message: `Slack has no channel #${name} that the bot can see`,
    cure: `Create it, or where it is private invite the bot there (/invite @Tocsin), or name it by its id (slack:C012…). Then replay.`,
  });
}
