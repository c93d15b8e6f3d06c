import type { webApi } from '@slack/bolt';
import { ABOUT, OPEN, TOCSIN } from '../asking.ts';

type Manifest = webApi.AppsManifestCreateArguments['manifest'];

/** The bot's scopes, and what each is for. */
export const SCOPES: Readonly<Record<string, string>> = {
  'chat:write': 'posts and edits cards',
  'chat:write.public': 'posts into public channels that nobody invited it to',
  'channels:read': 'finds public channels by their names',
  'groups:read': 'finds private channels by their names',
  'channels:history': 'looks in public channels whether a post arrived before it is made again',
  'groups:history': 'looks in private channels whether a post arrived before it is made again',
  'usergroups:read': 'knows who is in a user group',
  'users:read': 'knows what people are called',
  commands: 'answers /tocsin open',
};

export const COMMAND = `/${TOCSIN}`;

/** The app, as https://api.slack.com/apps takes it. `publicUrl`: presses and commands come by HTTPS there; without it, by Socket Mode. */
export function slackManifest(publicUrl?: string): Manifest {
  const url = publicUrl === undefined ? undefined : `${publicUrl.replace(/\/$/, '')}/slack/events`;
  return {
    display_information: {
      name: 'Tocsin',
      description: 'Monitoring alerts as cards that people act on.',
      background_color: '#1d1c1d',
    },
    features: {
      bot_user: { display_name: 'Tocsin', always_online: true },
      slash_commands: [
        {
          command: COMMAND,
          description: ABOUT,
          usage_hint: OPEN,
          should_escape: false,
          ...(url === undefined ? {} : { url }),
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) as never } },
    settings: {
      interactivity: { is_enabled: true, ...(url === undefined ? {} : { request_url: url }) },
      socket_mode_enabled: publicUrl === undefined,
      org_deploy_enabled: false,
      token_rotation_enabled: false,
    },
  };
}

/** Opens Slack's page for a new app with this manifest filled in. */
export function installLink(manifest: Manifest): string {
  return `https://api.slack.com/apps?${new URLSearchParams({ new_app: '1', manifest_json: JSON.stringify(manifest) })}`;
}
