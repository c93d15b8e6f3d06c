import { z } from 'zod';
import { FaultsFound } from '../../domain/errors.ts';
import type { Platform } from '../../domain/ports.ts';
import { connect } from './connect.ts';
import { identify } from './identify.ts';
import { render } from './render.ts';

/** How the bridge reaches one Slack workspace, and Slack the bridge. */
export interface SlackEnv {
  readonly botToken: string;
  readonly apiUrl: string; // ends in /
  readonly way:
    | { readonly kind: 'socket'; readonly appToken: string }
    | { readonly kind: 'http'; readonly secret: string };
}

const token = (prefix: string, what: string) =>
  z.string().regex(new RegExp(`^${prefix}-[\\w-]+$`), `the ${what} begins with ${prefix}-`);

export const slackPlatform: Platform<SlackEnv> = {
  name: 'slack',
  people: 'slack',
  variables: {
    SLACK_BOT_TOKEN: {
      schema: token('xoxb', 'bot token').optional(),
      about: 'Turns Slack on: the bot token, from OAuth & Permissions of the app.',
      example: 'xoxb-1-2-a',
      secret: true,
    },
    SLACK_APP_TOKEN: {
      schema: token('xapp', 'app-level token').optional(),
      about: 'App-level token with connections:write: presses come by Socket Mode, without a public address.',
      example: 'xapp-1-A-2-b',
      secret: true,
    },
    SLACK_SIGNING_SECRET: {
      schema: z.string().min(1).optional(),
      about: 'In place of the app-level token: presses come by HTTPS to /slack/events, signed with this.',
      example: 'a-long-random-word',
      secret: true,
    },
    SLACK_API_URL: {
      schema: z.url({ protocol: /^https?$/ }).optional(),
      about: "Where Slack's API is.",
      example: 'https://slack.com/api/',
    },
  },
  configure({
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
    SLACK_SIGNING_SECRET: secret,
    SLACK_API_URL: apiUrl = 'https://slack.com/api/',
  }: Readonly<Record<string, unknown>>) {
    const way =
      typeof appToken === 'string'
        ? ({ kind: 'socket', appToken } as const)
        : typeof secret === 'string'
          ? ({ kind: 'http', secret } as const)
          : undefined;
    if (typeof botToken === 'string' && way !== undefined)
      return { botToken, way, apiUrl: String(apiUrl).replace(/\/*$/, '/') };
    if (typeof botToken === 'string')
      throw new FaultsFound([
        {
          place: 'SLACK_BOT_TOKEN',
          message: 'Slack cannot reach Tocsin with a bot token alone',
          cure: 'Set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTPS) too.',
        },
      ]);
    if (way === undefined) return undefined;
    throw new FaultsFound([
      {
        place: way.kind === 'socket' ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET',
        message: 'SLACK_BOT_TOKEN is missing',
        cure: 'Set it to the bot token, from OAuth & Permissions of the app.',
      },
    ]);
  },
  render,
  connect,
  identify,
};
