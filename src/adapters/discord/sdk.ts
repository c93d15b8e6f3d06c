import type { Client, REST } from 'discord.js';
import type { DiscordEnv } from './platform.ts';

/** Loaded where Discord is configured: it takes 350 ms and 60 MB. */
const loadDiscord = () => import('discord.js');

/** Never retries and never waits for a limit: the lanes do. */
const restOptions = (apiUrl: string) => ({
  api: apiUrl,
  retries: 0,
  timeout: 10_000,
  rejectOnRateLimit: () => true,
});

/** For calls in the bot's name. */
export async function newRest({ token, apiUrl }: DiscordEnv): Promise<REST> {
  const { REST } = await loadDiscord();
  return new REST(restOptions(apiUrl)).setToken(token);
}

/** For the gateway. Of it the bridge needs the servers alone, no intent that Discord must approve; and it mentions nobody. */
export async function newClient({ apiUrl }: DiscordEnv): Promise<Client> {
  const { Client, GatewayIntentBits } = await loadDiscord();
  return new Client({
    intents: [GatewayIntentBits.Guilds],
    allowedMentions: { parse: [] },
    rest: restOptions(apiUrl),
  });
}
