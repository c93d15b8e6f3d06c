import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkDotenv } from '../config/load.ts';
import { sourcePrefix } from '../config/variables.ts';
import { FaultsFound } from '../domain/errors.ts';
import { sources } from '../sources/index.ts';
import { CannotDo, command, type Io, WrongUse } from './command.ts';

/** `tocsin init`: a `.env` to start with. */
export const init = command({
  summary: 'Asks a few questions, then writes .env with fresh secrets.',
  usage: 'init [--yes] [--force]',
  details: `  --yes     asks nothing and takes the defaults
  --force   writes over a .env that is there

Examples:
  npm run tocsin -- init
  npm run tocsin -- init --yes && npm start`,
  options: { yes: { type: 'boolean' }, force: { type: 'boolean' } },
  async run({ values, positionals, json, io }) {
    if (positionals.length > 0) throw new WrongUse('init takes no arguments.');
    const path = join(io.folder, '.env');
    if (!values.force && existsSync(path)) {
      throw new CannotDo('.env is there already. --force writes over it, and its secrets are then gone.');
    }
    const answers = values.yes ? DEFAULTS : await ask(io);
    const text = dotenv(answers);
    const { faults } = checkDotenv(text);
    if (faults.length > 0) throw new FaultsFound(faults);
    write(path, text, values.force === true);
    if (json) io.print(JSON.stringify({ file: path, sources: answers.sources, port: answers.port }));
    else io.print(next(answers));
    return 0;
  },
});

interface Answers {
  readonly sources: readonly string[];
  readonly port: string;
  readonly publicUrl: string;
  readonly chats: readonly Chat[];
}
interface Chat {
  readonly title: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly destination?: string;
  readonly next?: string; // what is to be done once it runs
}

const DEFAULTS: Answers = { sources: ['wizstatus'], port: '3000', publicUrl: '', chats: [] };

async function ask(io: Io): Promise<Answers> {
  const known = sources.map((source) => source.name);
  const questions = io.questions();
  try {
    const answer = async (question: string, usual: string) => {
      const line = await questions.ask(`${question} [${usual || 'none'}] `);
      if (line === undefined)
        throw new CannotDo('the questions were not answered; --yes asks none. Nothing was written.');
      return line.trim() || usual;
    };
    const setting: AskFor = async (variable, question, usual, beside = '') => {
      for (;;) {
        const value = await answer(question, usual);
        const { faults } = checkDotenv(value === '' ? '' : `${variable}=${value}\n${beside}`);
        const fault = faults.find(({ place }) => place.startsWith(variable) || place.startsWith('.env:1:'));
        if (fault === undefined) return value;
        io.note(`${variable}: ${fault.message}. ${fault.cure}`);
      }
    };
    let chosen: readonly string[];
    let unknown: readonly string[];
    do {
      const named = await answer(`Which monitors will send? Of ${known.join(', ')}`, DEFAULTS.sources.join(', '));
      chosen = named
        .toLowerCase()
        .split(/[\s,]+/)
        .filter(Boolean);
      unknown = chosen.filter((name) => !known.includes(name));
      if (unknown.length > 0) io.note(`There is no ${unknown.join(', ')}.`);
    } while (unknown.length > 0);
    const port = await setting('PORT', 'Port to listen on', DEFAULTS.port);
    const publicUrl = await setting(
      'PUBLIC_URL',
      'Address by which people reach it, if not only from this machine',
      DEFAULTS.publicUrl,
    );
    const chats = [...(await slack(setting, answer)), ...(await discord(setting, answer)), ...(await teams(answer))];
    return { sources: chosen, port, publicUrl, chats };
  } finally {
    questions.close();
  }
}

type Ask = (question: string, usual: string) => Promise<string>;
/** Asks again for what the variable cannot be set to. `beside`: what it cannot do without, in lines of `.env`. */
type AskFor = (variable: string, question: string, usual: string, beside?: string) => Promise<string>;

async function slack(setting: AskFor, answer: Ask): Promise<readonly Chat[]> {
  const how = 'npm run tocsin -- manifest slack says how to get one';
  const question = `For Slack, its bot token (xoxb-…; ${how})`;
  const bot = await setting('SLACK_BOT_TOKEN', question, '', 'SLACK_APP_TOKEN=xapp-1-a');
  if (bot === '') return [];
  const app = await setting('SLACK_APP_TOKEN', 'Its app-level token (xapp-…)', '', `SLACK_BOT_TOKEN=${bot}`);
  const channel = (await answer('The channel for alerts', 'alerts')).replace(/^#/, '');
  const variables = { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app };
  return [{ title: 'Slack, by Socket Mode.', variables, destination: `slack:${channel}` }];
}

async function discord(setting: AskFor, answer: Ask): Promise<readonly Chat[]> {
  const question = 'For Discord, its bot token (Developer Portal, Bot, Reset Token)';
  const bot = await setting('DISCORD_BOT_TOKEN', question, '');
  if (bot === '') return [];
  const channel = await answer("The channel's id (Developer Mode on, then Copy Channel ID)", '');
  return [{ title: 'Discord.', variables: { DISCORD_BOT_TOKEN: bot }, destination: `discord:${channel}` }];
}

async function teams(answer: Ask): Promise<readonly Chat[]> {
  const client = await answer("For Microsoft Teams, its bot's application (client) id (Entra, App registrations)", '');
  if (client === '') return [];
  const secret = await answer('A client secret of that app (its value)', '');
  const tenant = await answer('The directory (tenant) id', '');
  const variables = { TEAMS_CLIENT_ID: client, TEAMS_CLIENT_SECRET: secret, TEAMS_TENANT_ID: tenant };
  const next = 'Mention the bot in a channel of Teams: it answers with the line that gives the channel a name in .env.';
  return [{ title: 'Microsoft Teams.', variables, next }];
}

const SECRET_BYTES = 32; // as long as the HMAC-SHA256 that it keys
const freshSecret = () => randomBytes(SECRET_BYTES).toString('hex');

function dotenv({ sources: names, port, publicUrl, chats }: Answers): string {
  const chosen = sources.filter((source) => names.includes(source.name));
  return [
    '# Written by tocsin init. Every setting there is stands in .env.example.',
    `PORT=${port}`,
    ...(publicUrl === '' ? [] : [`PUBLIC_URL=${publicUrl}`]),
    '',
    '# Opens the console.',
    `CONSOLE_TOKEN=${freshSecret()}`,
    ...chosen.flatMap((source) => [
      '',
      `# ${source.label}: ${source.auth}. Give the sender the same secret.`,
      `${sourcePrefix(source.name)}_SECRETS=${freshSecret()}`,
    ]),
    ...chats.flatMap(({ title, variables }) => [
      '',
      `# ${title}`,
      ...Object.entries(variables).map(([name, value]) => `${name}=${value}`),
    ]),
    '',
    '# Where incidents go that no other route takes.',
    `ROUTE_DEFAULT='${destinationsOf(chats).join(', ') || 'console'}'`,
    '',
  ].join('\n');
}

const destinationsOf = (chats: readonly Chat[]) => chats.flatMap(({ destination }) => destination ?? []);

/** Only for this user's eyes from its first byte on, and whole or not at all. */
function write(path: string, text: string, force: boolean): void {
  if (!force) {
    writeFileSync(path, text, { mode: 0o600, flag: 'wx' });
    return;
  }
  const beside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(beside, text, { mode: 0o600, flag: 'wx' });
    renameSync(beside, path);
  } finally {
    rmSync(beside, { force: true });
  }
}

function next({ port, sources: names, chats }: Answers): string {
  return [
    `Wrote .env with fresh secrets, readable by you alone. On: ${names.join(', ')}.`,
    '',
    'Next:',
    '  npm start                       starts the bridge',
    '  npm run tocsin -- send          sends it a webhook, as a monitor would',
    ...destinationsOf(chats).map(
      (destination) => `  npm run tocsin -- send --to ${destination}   puts a test card there`,
    ),
    `  http://127.0.0.1:${port}/          the console; the token is CONSOLE_TOKEN in .env`,
    ...chats.flatMap(({ next }) => (next === undefined ? [] : ['', next])),
  ].join('\n');
}
