import { z } from 'zod';
import type { Platform } from '../../domain/ports.ts';
import { connect } from './connect.ts';
import { identify } from './identify.ts';
import { invitation } from './invitation.ts';
import { render } from './render.ts';

/** How the bridge reaches Discord, and Discord the bridge. */
export interface DiscordEnv {
  readonly token: string;
  readonly apiUrl: string; // without a / at its end
}

export const discordPlatform: Platform<DiscordEnv> = {
  name: 'discord',
  people: 'discord',
  variables: {
    DISCORD_BOT_TOKEN: {
      schema: z
        .string()
        .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/, 'a bot token has three parts with dots between them')
        .optional(),
      about: "Turns Discord on: the bot's token. Presses come by its gateway, without a public address.",
      example: 'MTE.Gabc.d-e_f',
      secret: true,
    },
    DISCORD_API_URL: {
      schema: z.url({ protocol: /^https?$/ }).optional(),
      about: "Where Discord's API is.",
      example: 'https://discord.com/api',
    },
  },
  configure: ({ DISCORD_BOT_TOKEN: token, DISCORD_API_URL: apiUrl = 'https://discord.com/api' }) =>
    typeof token === 'string' ? { token, apiUrl: String(apiUrl).replace(/\/+$/, '') } : undefined,
  render,
  connect,
  identify,
  invite: ({ token }) => invitation(token),
};
