import { z } from 'zod';
import { cut } from '../../domain/cut.ts';
import { DeliveryError } from '../../domain/errors.ts';
import type { Ask } from './connect.ts';

const NAME_CHARACTERS = 100;
const A_DAY_MIN = 1_440; // then Discord folds it away; a new line unfolds it
const MOST_KNOWN = 10_000;

const made = z.object({ id: z.string() });
const card = z.object({ id: z.string(), embeds: z.array(z.object({ title: z.string().optional() })).catch([]) });

/** The thread on a message has the message's id: https://docs.discord.com/developers/resources/channel#start-thread-from-message */
export function createThreads(ask: Ask) {
  const known = new Set<string>(); // messages whose thread is there

  async function open(channel: string, message: string, deadline: AbortSignal): Promise<void> {
    const path = `/channels/${channel}/messages/${message}` as const;
    const { embeds } = await ask('reply', card, 'get', path, deadline);
    // The title is escaped there, and is no Markdown in a thread's name.
    const title = embeds[0]?.title?.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1') ?? '';
    const name = cut(title.trim() === '' ? 'Timeline' : title, NAME_CHARACTERS);
    try {
      await ask('reply', made, 'post', `${path}/threads`, deadline, { name, auto_archive_duration: A_DAY_MIN });
    } catch (error) {
      if (!(error instanceof DeliveryError) || !error.failure.message.includes(`(${THERE_ALREADY})`)) throw error;
    }
    if (known.size >= MOST_KNOWN) known.clear();
    known.add(message);
  }

  return {
    /** A line in the thread of a message. Rejects with DeliveryError. */
    async say(channel: string, message: string, body: object, deadline: AbortSignal): Promise<void> {
      if (!known.has(message)) await open(channel, message, deadline);
      try {
        await ask('reply', made, 'post', `/channels/${message}/messages`, deadline, body);
      } catch (error) {
        known.delete(message);
        throw error;
      }
    },
  };
}

const THERE_ALREADY = 160_004;
