import { z } from 'zod';
import { type Fault, FaultsFound } from '../../domain/errors.ts';
import type { Platform } from '../../domain/ports.ts';
import { connect } from './connect.ts';
import { identify } from './identify.ts';
import { render } from './render.ts';
import { isLoopback } from './services.ts';

/** How the bridge reaches Teams, and which activities it believes. */
export interface TeamsEnv {
  readonly clientId: string; // of the bot's app in Entra
  readonly clientSecret: string;
  readonly tenantId: string;
  readonly loginUrl: string; // without a / at its end
  readonly keysUrl: string; // the keys that sign what comes in
  readonly tokenIssuer: string;
  readonly serviceHosts: readonly string[]; // the bot's token goes to these hosts alone
  readonly channels: ReadonlyMap<string, string>; // TEAMS_CHANNEL_<NAME> -> conversation id
}

const CHANNEL = 'TEAMS_CHANNEL_';

/**
 * Of the public cloud and of GCC, which signs in there too. Not *.botframework.com: Web Chat is on for every new bot, and whoever has its
 * secret writes there what they like. https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
 */
const SERVICE_HOSTS = ['smba.trafficmanager.net', 'smba.infra.gcc.teams.microsoft.com'];

const identifier = (what: string) => z.string().regex(/^[\w-]+$/, `is not the ${what}, which looks like 0b1c2d3e-…`);

/** https; or http on this very machine, where nobody else can listen. */
const address = () =>
  z
    .url({ protocol: /^https?$/ })
    .refine((url) => url.startsWith('https:') || isLoopback(new URL(url).hostname), 'must be an https address');

export const teamsPlatform: Platform<TeamsEnv> = {
  name: 'teams',
  people: 'teams',
  variables: {
    TEAMS_CLIENT_ID: {
      schema: identifier('application (client) id').optional(),
      about: "Turns Microsoft Teams on: the application (client) id of the bot's app in Entra.",
      example: '0b1c2d3e-0000-4000-8000-000000000001',
    },
    TEAMS_CLIENT_SECRET: {
      schema: z.string().min(1).optional(),
      about: 'A client secret of that app: its value, not its id.',
      example: 'a-long-random-word',
      secret: true,
    },
    TEAMS_TENANT_ID: {
      schema: identifier("tenant's id").optional(),
      about: 'The directory (tenant) id. Activities of any other tenant are refused.',
      example: '0b1c2d3e-0000-4000-8000-000000000002',
    },
    [`${CHANNEL}<NAME>`]: {
      schema: z.string().regex(/^[\w:.@=+~-]{3,256}$/, 'is no conversation id, such as 19:…@thread.tacv2'),
      about: 'A name for a conversation id: teams:<name>. Mention the bot in a channel, and it answers with this line.',
      example: '19:abc@thread.tacv2',
    },
    TEAMS_LOGIN_URL: {
      schema: address().optional(),
      about: 'Where the bot signs in.',
      example: 'https://login.microsoftonline.com',
    },
    TEAMS_OPENID_KEYS_URL: {
      schema: address().optional(),
      about: 'The keys that sign what Teams sends.',
      example: 'https://login.botframework.com/v1/.well-known/keys',
    },
    TEAMS_TOKEN_ISSUER: {
      schema: z.string().min(1).optional(),
      about: 'Who signs it.',
      example: 'https://api.botframework.com',
    },
    TEAMS_SERVICE_HOSTS: {
      schema: z
        .string()
        .regex(/^[\w.:-]+(?:\s*,\s*[\w.:-]+)*$/, 'is no list of hosts')
        .optional(),
      about: 'The hosts that cards are sent to, with a port where there is one. Others are never given a token.',
      example: SERVICE_HOSTS.join(', '),
    },
  },
  configure(values: Readonly<Record<string, unknown>>) {
    const text = (name: string, usual: string) => {
      const value = values[name];
      return typeof value === 'string' ? value : usual;
    };
    const channels = Object.entries(values)
      .filter(([name]) => name.startsWith(CHANNEL))
      .map(([name, id]) => [name.slice(CHANNEL.length), String(id)] as const);
    const needed = Object.keys(CURES).filter((name) => values[name] === undefined);
    if (needed.length === Object.keys(CURES).length && channels.length === 0) return undefined;
    if (needed.length > 0) throw new FaultsFound(needed.map(missing));
    return {
      clientId: text('TEAMS_CLIENT_ID', ''),
      clientSecret: text('TEAMS_CLIENT_SECRET', ''),
      tenantId: text('TEAMS_TENANT_ID', ''),
      loginUrl: text('TEAMS_LOGIN_URL', 'https://login.microsoftonline.com').replace(/\/+$/, ''),
      keysUrl: text('TEAMS_OPENID_KEYS_URL', 'https://login.botframework.com/v1/.well-known/keys'),
      tokenIssuer: text('TEAMS_TOKEN_ISSUER', 'https://api.botframework.com'),
      serviceHosts: text('TEAMS_SERVICE_HOSTS', SERVICE_HOSTS.join()).split(/\s*,\s*/),
      channels: new Map(channels),
    };
  },
  render: (card) => render(card),
  connect,
  identify,
};

const CURES: Readonly<Record<string, string>> = {
  TEAMS_CLIENT_ID: "Set it to the application (client) id of the bot's app in Entra.",
  TEAMS_CLIENT_SECRET: 'Make one under Certificates & secrets of that app, and set it to its value.',
  TEAMS_TENANT_ID: 'Set it to the directory (tenant) id of that app.',
};

const missing = (name: string): Fault => ({ place: name, message: 'is missing', cure: CURES[name] as string });
