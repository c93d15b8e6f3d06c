import type { Client } from 'discord.js';
import type { DiscordEnv } from './platform.ts';

/** Loaded where Discord is configured: it takes 350 ms and 60 MB. */
export const loadDiscord = () => import('discord.js');
export type Discord = Awaited<ReturnType<typeof loadDiscord>>;

const ANSWER_WITHIN_MS = 10_000;

/**
 * A client that never retries and never waits for a limit: the lanes do. Of the gateway it needs the servers alone, no intent that
 * Discord must approve; and it mentions nobody unless it is told to.
 */
export async function newClient({ token, apiUrl }: DiscordEnv): Promise<Client> {
  const { Client, GatewayIntentBits } = await loadDiscord();
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: { api: apiUrl, retries: 0, timeout: ANSWER_WITHIN_MS, rejectOnRateLimit: () => true },
  });
  client.rest.setToken(token);
  return client;
}
