import { expect, onTestFinished, test } from 'vitest';
import { APP_TOKEN, BOT_TOKEN, startFakeSlack } from '../support/slack/server.ts';
import { envOf } from '../support/teams/platform.ts';
import { CLIENT, startFakeTeams } from '../support/teams/server.ts';
import { folderWith, tocsin } from './run.ts';

async function checked(prepare: (slack: Awaited<ReturnType<typeof startFakeSlack>>) => void = () => {}) {
  const slack = await startFakeSlack();
  onTestFinished(() => slack.close());
  prepare(slack);
  const env = {
    WIZSTATUS_SECRETS: 'a-long-random-word',
    SLACK_BOT_TOKEN: BOT_TOKEN,
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_API_URL: slack.apiUrl,
    ROUTE_DEFAULT: 'slack:alerts',
  };
  return tocsin(folderWith({ 'templates/cards/incident.md': '---\n---\n' }), ['check', '--connect'], { env });
}

test('says who the bridge is on each chat platform', async () => {
  const { code, out } = await checked();
  expect(code).toBe(0);
  expect(out).toMatch(/^slack +tocsin in Acme$/m);
});

test('names each scope that is missing, and what it is for', async () => {
  const { code, out } = await checked((slack) => {
    slack.scopes = slack.scopes.filter((scope) => !scope.endsWith(':history'));
  });
  expect(code).toBe(1);
  expect(out).toContain('the scope channels:history is missing: looks in public channels whether a post arrived');
  expect(out).toContain('groups:history');
});

test('says how an app that was installed before gets the command', async () => {
  const { code, out } = await checked((slack) => {
    slack.scopes = slack.scopes.filter((scope) => scope !== 'commands');
  });
  expect(code).toBe(1);
  expect(out).toContain('the scope commands is missing: answers /tocsin open');
  expect(out).toMatch(/make the command \/tocsin under Slash Commands.*install the app again/);
});

test('says what is wrong with a token, and the cure', async () => {
  const { code, out } = await checked((slack) =>
    slack.script({ method: 'auth.test', trouble: { kind: 'error', error: 'invalid_auth' } }),
  );
  expect(code).toBe(1);
  expect(out).toMatch(/slack: Slack said invalid_auth/);
  expect(out).toContain('SLACK_BOT_TOKEN');
});

test('says what is wrong with the app-level token', async () => {
  const { code, out } = await checked((slack) =>
    slack.script({ method: 'apps.connections.open', trouble: { kind: 'error', error: 'not_allowed_token_type' } }),
  );
  expect(code).toBe(1);
  expect(out).toMatch(/SLACK_APP_TOKEN: .*not_allowed_token_type/);
  expect(out).toContain('connections:write');
});

test.each([
  ['knows the bot', undefined, 0, new RegExp(`^teams +${CLIENT} in the tenant `, 'm')],
  ['refuses its secret', 'wrong', 1, /teams: Entra said 401 .*\n.*TEAMS_CLIENT_SECRET/],
])('says whether Entra %s', async (_what, secret, code, told) => {
  const teams = await startFakeTeams();
  onTestFinished(() => teams.close());
  const env = {
    WIZSTATUS_SECRETS: 'a-long-random-word',
    ...envOf(teams),
    ...(secret && { TEAMS_CLIENT_SECRET: secret }),
    ROUTE_DEFAULT: 'teams:alerts',
  };
  const answer = await tocsin(folderWith({ 'templates/cards/incident.md': '---\n---\n' }), ['check', '--connect'], {
    env,
  });
  expect(answer.code).toBe(code);
  expect(answer.out).toMatch(told);
});
