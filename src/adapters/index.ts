import type { Platform } from '../domain/ports.ts';
import { consolePlatform } from './console.ts';
import { discordPlatform } from './discord/platform.ts';
import { slackPlatform } from './slack/platform.ts';
import { teamsPlatform } from './teams/platform.ts';
import { teamsWebhookPlatform } from './teams-webhook/platform.ts';

/** Every chat platform, one line each. */
export const platforms: readonly Platform[] = [
  consolePlatform,
  slackPlatform as Platform,
  discordPlatform as Platform,
  teamsPlatform as Platform,
  teamsWebhookPlatform as Platform,
];
