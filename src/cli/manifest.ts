import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { installLink, slackManifest } from '../adapters/slack/manifest.ts';
import { colorIcon, outlineIcon } from '../adapters/teams/icons.ts';
import { ICONS, teamsManifest } from '../adapters/teams/manifest.ts';
import type { TeamsEnv } from '../adapters/teams/platform.ts';
import { loadConfig } from '../config/load.ts';
import { CannotDo, command, type Io, WrongUse } from './command.ts';
import { zip } from './zip.ts';

/** `tocsin manifest`: what a platform must be given to know the bridge. */
export const manifest = command({
  summary: 'Makes the app manifest for a chat platform.',
  usage: 'manifest slack [--http URL] | manifest teams [--id ID] [--url URL] [--out FILE]',
  details: `  slack        prints the manifest of the Slack app, and a link that opens Slack's page with it filled in
  --http URL   presses come by HTTPS to this address of the bridge; left out: by Socket Mode, without a public address

  teams        writes the package of the Teams app, to be uploaded in Teams
  --id ID      the application (client) id of the bot; left out: TEAMS_CLIENT_ID
  --url URL    a site that Teams names as the developer's; left out: PUBLIC_URL
  --out FILE   where to; left out: tocsin-teams.zip

Examples:
  npm run tocsin -- manifest slack
  npm run tocsin -- manifest slack --http https://tocsin.example.com
  npm run tocsin -- manifest teams`,
  options: { http: { type: 'string' }, id: { type: 'string' }, url: { type: 'string' }, out: { type: 'string' } },
  async run({ values: { http, id, url, out }, positionals, json, io }) {
    const [platform, ...rest] = positionals;
    const isPackage = [id, url, out].some((value) => value !== undefined);
    if (platform === 'slack' && rest.length === 0 && !isPackage) return slack(http, json, io);
    if (platform === 'teams' && rest.length === 0 && http === undefined) return packageOf({ id, url, out }, json, io);
    throw new WrongUse('name the platform, with options of its own: slack, or teams.');
  },
});

function slack(http: string | undefined, json: boolean, io: Io): number {
  if (http !== undefined && !isHttps(http))
    throw new WrongUse('--http takes an https address, such as https://tocsin.example.com.');
  const made = slackManifest(http);
  const link = installLink(made);
  io.print(
    json
      ? JSON.stringify({ manifest: made, link })
      : [JSON.stringify(made, undefined, 2), nextInSlack(link, http)].join('\n\n'),
  );
  return 0;
}

function nextInSlack(link: string, http: string | undefined): string {
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

interface PackageOptions {
  readonly id?: string | undefined;
  readonly url?: string | undefined;
  readonly out?: string | undefined;
}

function packageOf({ id, url, out = 'tocsin-teams.zip' }: PackageOptions, json: boolean, io: Io): number {
  const { config } = loadConfig(io.folder, io.env);
  const configured = config?.platforms.find(({ platform }) => platform.name === 'teams')?.env as TeamsEnv | undefined;
  const clientId = id ?? configured?.clientId;
  if (clientId === undefined)
    throw new WrongUse('set TEAMS_CLIENT_ID, TEAMS_CLIENT_SECRET and TEAMS_TENANT_ID, or give the bot’s id with --id.');
  const publicUrl = url ?? [config?.publicUrl].find((known) => known !== undefined && isHttps(known)) ?? PLACEHOLDER;
  if (!isHttps(publicUrl)) throw new WrongUse('--url takes an https address, such as https://tocsin.example.com.');
  const made = teamsManifest({ clientId, publicUrl });
  const content = zip({
    'manifest.json': JSON.stringify(made, undefined, 2),
    [ICONS.color]: colorIcon(),
    [ICONS.outline]: outlineIcon(),
  });
  write(resolve(io.folder, out), content);
  io.print(json ? JSON.stringify({ file: out, manifest: made }) : nextInTeams(out, configured === undefined));
  return 0;
}

function write(file: string, content: Uint8Array): void {
  try {
    writeFileSync(file, content);
  } catch (error) {
    throw new CannotDo(`${file} cannot be written: ${(error as Error).message}.`);
  }
}

const PLACEHOLDER = 'https://tocsin.example.com';
const isHttps = (address: string): boolean => URL.parse(address)?.protocol === 'https:';

function nextInTeams(file: string, isOff: boolean): string {
  const settings = `
Set in .env, from the app's registration in Entra:
  Overview → Application (client) ID                  TEAMS_CLIENT_ID=…
  Overview → Directory (tenant) ID                    TEAMS_TENANT_ID=…
  Certificates & secrets → New client secret, Value   TEAMS_CLIENT_SECRET=…
`;
  return `Wrote ${file}.
${isOff ? settings : ''}
In Teams: Apps → Manage your apps → Upload an app → Upload a custom app (or hand it to an admin), then add it to a team.
Mention the bot in the channel: it answers with the line for .env that names the channel.`;
}
