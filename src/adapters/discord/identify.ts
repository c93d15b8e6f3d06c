import { z } from 'zod';
import type { Identity } from '../../domain/ports.ts';
import { failureOf } from './failure.ts';
import type { DiscordEnv } from './platform.ts';
import { newRest } from './sdk.ts';

const me = z.object({ username: z.string() });
const guilds = z.array(z.object({ name: z.string() }));

/** Who the bot is, and the servers that it is in. */
export async function identify(env: DiscordEnv, deadline: AbortSignal): Promise<Identity> {
  try {
    const rest = await newRest(env);
    const { username } = me.parse(await rest.get('/users/@me', { signal: deadline }));
    const servers = guilds.parse(await rest.get('/users/@me/guilds', { signal: deadline }));
    return {
      who: `${username} in ${servers.map(({ name }) => name).join(', ') || 'no server'}`,
      faults:
        servers.length > 0
          ? []
          : [
              {
                place: 'DISCORD_BOT_TOKEN',
                message: 'the bot is in no server',
                cure: 'open the invitation that tocsin check prints',
              },
            ],
    };
  } catch (error) {
    throw failureOf('ask', error);
  }
}
