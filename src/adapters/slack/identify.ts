import { z } from 'zod';
import type { Fault } from '../../domain/errors.ts';
import type { Identity } from '../../domain/ports.ts';
import { failureOf } from './failure.ts';
import { COMMAND, SCOPES } from './manifest.ts';
import type { SlackEnv } from './platform.ts';
import { type CallSlack, callingSlack } from './sdk.ts';

/** The bridge's account in a workspace. */
export interface Account {
  readonly team: string; // T…
  readonly teamName: string;
  readonly user: string; // the bot's own: U…
  readonly bot: string; // B…
  readonly name: string;
  readonly scopes: readonly string[];
}

const authTest = z.object({
  team_id: z.string(),
  team: z.string().catch(''),
  user_id: z.string(),
  user: z.string().catch('the bot'),
  bot_id: z.string().catch(''),
  response_metadata: z.object({ scopes: z.array(z.string()).catch([]) }).optional(),
});

/** https://docs.slack.dev/reference/methods/auth.test. Throws DeliveryError. */
export async function askAccount(call: CallSlack, deadline: AbortSignal): Promise<Account> {
  try {
    const { team_id, team, user_id, user, bot_id, response_metadata } = authTest.parse(
      await call('auth.test', {}, deadline),
    );
    return {
      team: team_id,
      teamName: team,
      user: user_id,
      name: user,
      bot: bot_id,
      scopes: response_metadata?.scopes ?? [],
    };
  } catch (error) {
    throw failureOf('ask', error);
  }
}

/** Who the bot is, which scopes it lacks by name, and whether Slack can reach it. */
export async function identify(env: SlackEnv, deadline: AbortSignal): Promise<Identity> {
  const { name, teamName, scopes } = await askAccount(callingSlack(env), deadline);
  return { who: `${name} in ${teamName}`, faults: [...missingScopes(scopes), ...(await socketFaults(env, deadline))] };
}

/** What the bot cannot do for want of a scope. Slack names its scopes in a header of each answer; without it nothing is known. */
export function missingScopes(scopes: readonly string[]): readonly Fault[] {
  if (scopes.length === 0) return [];
  return Object.entries(SCOPES)
    .filter(([scope]) => !scopes.includes(scope))
    .map(([scope, use]) => ({
      place: 'SLACK_BOT_TOKEN',
      message: `the scope ${scope} is missing: ${use}`,
      cure: `${scope === 'commands' ? ADD_COMMAND : ADD_SCOPE}, and install the app again`,
    }));
}

const ADD_SCOPE = 'add it under OAuth & Permissions (npm run tocsin -- manifest slack has them all)';
/** The scope alone would make no command. */
const ADD_COMMAND = `make the command ${COMMAND} under Slash Commands, which adds it (where presses come by HTTPS, with the same address: …/slack/events)`;

async function socketFaults({ way, apiUrl }: SlackEnv, deadline: AbortSignal): Promise<readonly Fault[]> {
  if (way.kind === 'http') return [];
  try {
    await callingSlack({ botToken: way.appToken, apiUrl })('apps.connections.open', {}, deadline);
    return [];
  } catch (error) {
    const { message } = failureOf('ask', error).failure;
    const cure = 'under Basic Information, App-Level Tokens, make one with connections:write, and turn Socket Mode on';
    return [{ place: 'SLACK_APP_TOKEN', message, cure }];
  }
}
