import { expect, test, vi } from 'vitest';
import { teamsPlatform } from '../../../src/adapters/teams/platform.ts';
import { sampleCard } from '../../contracts/adapter.ts';
import { ALERTS, CLIENT, claimsFor, type FakeTeams, ISSUER, type Json, TENANT } from '../../support/teams/server.ts';
import { newSigner, unsigned } from '../../support/teams/tokens.ts';
import { started, to } from './started.ts';

const minute = 60;
const inAnHour = () => Math.floor(Date.now() / 1_000) + 60 * minute;

/** A press as Teams sends it, on a card of this conversation. */
const press = (teams: FakeTeams, more: Json = {}) =>
  teams.activity({
    type: 'invoke',
    name: 'adaptiveCard/action',
    value: { action: { type: 'Action.Execute', verb: 'press', data: { press: '01hzzzzzzzzzzzzz.acknowledge' } } },
    from: { id: '29:evil', aadObjectId: 'maya', name: 'Maya' },
    conversation: { id: `${ALERTS};messageid=1`, conversationType: 'channel', tenantId: TENANT },
    replyToId: '1',
    ...more,
  });

const stranger = newSigner('key-1'); // by a key of the same name

test('an activity that Teams signed is taken', async () => {
  const { teams, presses } = await started();
  expect(await teams.send(press(teams))).toMatchObject({ status: 200, body: { statusCode: 200 } });
  expect(presses).toHaveLength(1);
});

test.each<readonly [string, (claims: Json, teams: FakeTeams) => string]>([
  ['signed by somebody else', (claims) => stranger.sign(claims)],
  ['signed by a key that nobody published', (claims) => newSigner('key-2').sign(claims)],
  ['signed by a key that is for another channel', (claims, teams) => teams.webChat.sign(claims)],
  ['for another bot', (claims, teams) => teams.signer.sign({ ...claims, aud: 'another-bot' })],
  ['that is over', (claims, teams) => teams.signer.sign({ ...claims, exp: inAnHour() - 70 * minute })],
  ['of another issuer', (claims, teams) => teams.signer.sign({ ...claims, iss: 'https://evil.example.com' })],
  ['without an issuer', ({ iss: _, ...claims }, teams) => teams.signer.sign(claims)],
  ['for another service', (claims, teams) => teams.signer.sign({ ...claims, serviceurl: 'https://smba.example.com' })],
  ['for no service', ({ serviceurl: _, ...claims }, teams) => teams.signer.sign(claims)],
  ['that nobody signed', (claims) => unsigned(claims)],
  ['whose signature was cut off', (claims, teams) => teams.signer.sign(claims).replace(/\.[^.]*$/, '.')],
  ['that is no token', () => 'a.b.c'],
  ['that is nothing', () => ''],
])('a token %s is refused with 401, and nothing is pressed or stored', async (_what, token) => {
  const { teams, presses, memory } = await started();
  const { status, body } = await teams.send(press(teams), { token: (claims) => token(claims, teams) });
  expect([status, body]).toEqual([401, {}]);
  expect(presses).toEqual([]);
  expect(await memory.get(`service.${ALERTS}`)).toBeUndefined();
});

test('tokens with names of keys that are made up do not make the bridge ask for the keys each time', async () => {
  const { teams } = await started();
  await teams.send(press(teams));
  const asked = () => teams.log.filter(({ path }) => path === '/keys').length;
  const before = asked();
  for (let each = 0; each < 20; each++)
    await teams.send(press(teams), {
      token: (claims) => stranger.sign(claims, { alg: 'RS256', kid: `made-up-${each}` }),
    });
  expect(asked() - before).toBe(0);
});

test('while nobody tells the keys it is refused with 503, so that Teams sends it again', async () => {
  const { teams, presses } = await started();
  teams.script({ path: /keys/, trouble: { kind: 'refuse' } });
  expect((await teams.send(press(teams))).status).toBe(503);
  teams.heal();
  expect((await teams.send(press(teams))).status).toBe(200);
  expect(presses).toHaveLength(1);
});

test('without a token it is refused with 401', async () => {
  const { teams, presses } = await started();
  expect((await teams.send(press(teams), { noToken: true })).status).toBe(401);
  expect(presses).toEqual([]);
});

/** The SDK takes these by the keys of the token's own tenant, which whoever owns it can have made. */
test.each([
  ['of Entra, for our bot', 'https://login.microsoftonline.com/evil-tenant/v2.0'],
  ['of the older Entra', 'https://sts.windows.net/evil-tenant/'],
])('a token %s and of another tenant opens nothing', async (_what, iss) => {
  const { teams, presses, memory } = await started();
  const evil = { iss, aud: CLIENT, tid: 'evil-tenant', exp: inAnHour() };
  for (const token of [teams.signer.sign(evil), stranger.sign(evil)])
    expect((await teams.send(press(teams), { token })).status).toBe(401);
  expect(presses).toEqual([]);
  expect(await memory.get(`service.${ALERTS}`)).toBeUndefined();
});

test('nor does one whose issuer begins as the place does where the bot signs in', async () => {
  const { teams, presses } = await started();
  const token = (claims: Json) => teams.signer.sign({ ...claims, iss: `${teams.origin}/login/evil/v2.0`, tid: 'evil' });
  expect((await teams.send(press(teams), { token })).status).toBe(401);
  expect(presses).toEqual([]);
  expect(teams.log.filter(({ path }) => path.includes('discovery'))).toEqual([]);
});

test.each<readonly [string, Json]>([
  ['of another tenant', { channelData: { tenant: { id: 'evil-tenant' } } }],
  ['of our tenant, in a conversation of another', { conversation: { id: ALERTS, tenantId: 'evil-tenant' } }],
  ['of no tenant', { channelData: { tenant: undefined }, conversation: { id: ALERTS } }],
  ['of Web Chat', { channelId: 'webchat' }],
  ['to be answered elsewhere', { serviceUrl: 'https://evil.example.com/teams' }],
  ['to be answered by plain http elsewhere', { serviceUrl: 'http://smba.trafficmanager.net/teams' }],
  ['to be answered on another port', { serviceUrl: 'http://127.0.0.1:9/teams' }],
])('an activity that Teams signed, %s, is refused with 403, and nothing is pressed or stored', async (_what, more) => {
  const { teams, presses, memory } = await started();
  expect((await teams.send(press(teams, more))).status).toBe(403);
  expect(presses).toEqual([]);
  expect(await memory.get(`service.${ALERTS}`)).toBeUndefined();
});

test.each(['null', '[]', '{"type":"invoke"}', 'no JSON', '{"type":7,"serviceUrl":7}'])(
  'what is no activity (%s) is refused with 400',
  async (body) => {
    const { teams, presses } = await started();
    const token = teams.signer.sign(claimsFor(teams.serviceUrl));
    const answer = await fetch(`${teams.bridge}/api/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body,
    });
    expect(answer.status).toBe(400);
    expect(presses).toEqual([]);
  },
);

test('nothing of the SDK’s own environment is in force', async () => {
  vi.stubEnv('DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS', 'true');
  vi.stubEnv('CLIENT_ID', 'evil');
  vi.stubEnv('CLIENT_SECRET', 'evil');
  vi.stubEnv('TENANT_ID', 'evil');
  vi.stubEnv('MANAGED_IDENTITY_CLIENT_ID', 'system');
  vi.stubEnv('SERVICE_URL', 'https://evil.example.com');
  vi.stubEnv('CLOUD', 'China');
  vi.stubEnv('HTTP_PROXY', 'http://127.0.0.1:9');
  const { teams, adapter, presses } = await started();
  expect((await teams.send(press(teams), { noToken: true })).status).toBe(401);
  expect((await teams.send(press(teams), { token: stranger.sign({ iss: ISSUER, aud: 'evil' }) })).status).toBe(401);
  expect(presses).toEqual([]);

  const { id } = await adapter.post(to('alerts'), teamsPlatform.render(sampleCard));
  expect(teams.messages(ALERTS)).toMatchObject([{ id }]);
});
