import { installLink, slackManifest } from '../adapters/slack/manifest.ts';
import { command, WrongUse } from './command.ts';

/** `tocsin manifest`: what a platform must be given to know the bridge. */
export const manifest = command({
  summary: 'Prints the app manifest for a chat platform.',
  usage: 'manifest slack [--http URL]',
  details: `  slack        the manifest of the Slack app, and a link that opens Slack's page with it filled in
  --http URL   presses come by HTTPS to this address of the bridge; left out: by Socket Mode, without a public address

Examples:
  npm run tocsin -- manifest slack
  npm run tocsin -- manifest slack --http https://tocsin.example.com`,
  options: { http: { type: 'string' } },
  async run({ values: { http }, positionals, json, io }) {
    const [platform, ...rest] = positionals;
    if (platform !== 'slack' || rest.length > 0) throw new WrongUse('name the platform: slack.');
    if (http !== undefined && URL.parse(http)?.protocol !== 'https:')
      throw new WrongUse('--http takes an https address, such as https://tocsin.example.com.');
    const made = slackManifest(http);
    const link = installLink(made);
    io.print(
      json
        ? JSON.stringify({ manifest: made, link })
        : [JSON.stringify(made, undefined, 2), next(link, http)].join('\n\n'),
    );
    return 0;
  },
});

function next(link: string, http: string | undefined): string {
  const presses =
    http === undefined
      ? 'Basic Information → App-Level Tokens: make one with connections:write     SLACK_APP_TOKEN=xapp-…'
      : 'Basic Information → Signing Secret                                        SLACK_SIGNING_SECRET=…';
  return `Open this link, choose the workspace, Create, Install:

${link}

Then set in .env:
  OAuth & Permissions → Bot User OAuth Token                                SLACK_BOT_TOKEN=xoxb-…
  ${presses}`;
}
