import { describe, expect, onTestFinished, test } from 'vitest';
import { contentOf } from '../adapters/teams/official.ts';
import { seen } from '../adapters/teams/seen.ts';
import { connected, platformStories } from '../stories/platform-stories.ts';
import { type Bridge, MAIN, startBridge } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';
import { actionsIn, envOf, startTeamsTeam, type TeamsTeam } from '../support/teams/platform.ts';
import { ALERTS, chatWith, type Json, OPS, SECRET, startFakeTeams, type TeamsShown } from '../support/teams/server.ts';
import { newSigner } from '../support/teams/tokens.ts';

platformStories('teams', startTeamsTeam);

describe('a press on Teams', () => {
  test('is answered with the card as it is now, and the edit that follows shows the same', async () => {
    const { team, message } = await alerted();
    const { teams } = team;
    const { body } = await teams.press(message, dataOf(message, 'Acknowledge'), team.people[0]);
    expect(body).toMatchObject({ statusCode: 200, type: 'application/vnd.microsoft.card.adaptive' });
    expect(seen({ attachments: [{ content: body.value }] }).text).toContain('Acknowledged by Maya');
    const edited = await soon(() => {
      const [now] = teams.messages(ALERTS);
      expect(now?.edits).toBeGreaterThan(0);
      return now as TeamsShown;
    });
    expect(contentOf(edited.content)).toEqual(body.value);
  });

  test('that Teams sends twice is done once, and answered with the card both times', async () => {
    const { team, bridge, message, id } = await alerted();
    const press = () => team.teams.press(message, dataOf(message, 'Acknowledge'), team.people[0], { id: 'f:the-same' });
    for (const { body } of [await press(), await press()])
      expect(seen({ attachments: [{ content: body.value }] }).text).toContain('Acknowledged by Maya');
    const { timeline } = await bridge.api(`/incidents/${id}`);
    expect(timeline.filter(({ kind }) => kind === 'acknowledged')).toHaveLength(1);
  });

  test('on a card of another conversation leads nowhere: what a card sends back is believed by nobody', async () => {
    const { team, bridge, message, id } = await alerted();
    const elsewhere = { ...message, conversation: OPS };
    const { body } = await team.teams.press(elsewhere, dataOf(message, 'Acknowledge'), team.people[0]);
    expect(body.value).toContain('not known here');
    expect((await bridge.api(`/incidents/${id}`)).status).toBe('firing');
  });

  test('that Teams did not sign, or for another tenant, changes nothing', async () => {
    const { team, bridge, message, id } = await alerted();
    const { teams } = team;
    const data = dataOf(message, 'Resolve');
    const activity = teams.activity({
      type: 'invoke',
      name: 'adaptiveCard/action',
      value: { action: { type: 'Action.Execute', data } },
      from: { id: '29:x', aadObjectId: 'x', name: 'X' },
      conversation: { id: ALERTS },
      replyToId: message.id,
    });
    const stranger = newSigner('key-1');
    expect((await teams.send(activity, { token: (claims) => stranger.sign(claims) })).status).toBe(401);
    expect((await teams.send(activity, { noToken: true })).status).toBe(401);
    expect((await teams.send({ ...activity, channelData: { tenant: { id: 'another' } } })).status).toBe(403);
    expect((await bridge.api(`/incidents/${id}`)).status).toBe('firing');
  });
});

test('a question that Teams did not sign, or of another tenant, is answered nowhere', async () => {
  const { team } = await alerted();
  const { teams } = team;
  const [maya] = team.people;
  const activity = teams.activity({
    type: 'message',
    text: 'open',
    from: { id: `29:${maya.id}`, aadObjectId: maya.id, name: maya.name },
    conversation: { id: chatWith(maya), conversationType: 'personal' },
  });
  const stranger = newSigner('key-1');
  expect((await teams.send(activity, { token: (claims) => stranger.sign(claims) })).status).toBe(401);
  expect((await teams.send(activity, { noToken: true })).status).toBe(401);
  expect((await teams.send({ ...activity, channelData: { tenant: { id: 'another' } } })).status).toBe(403);
  await team.ask('open', maya); // what is signed is
  await soon(() => expect(teams.messages(chatWith(maya))).toHaveLength(1));
});

test('with Entra away and with a wrong secret the bridge starts, stores, and says what is wrong and the cure', async () => {
  const reserved = await startFakeTeams();
  await reserved.close();
  const bridge = await startBridge({ main: MAIN, env: { ...envOf(reserved), ROUTE_DEFAULT: 'teams:alerts' } });
  expect((await bridge.send('Production API', 'firing')).status).toBe(200);
  const reason = async () => {
    const response = await fetch(`${bridge.url}/readyz`);
    expect(response.status).toBe(200);
    const { platforms } = (await response.json()) as { platforms: { teams: { reason?: string } } };
    return platforms.teams.reason;
  };
  await soon(async () => expect(await reason()).toContain('is not reached'));

  const teams = await startFakeTeams(Number(new URL(reserved.origin).port));
  onTestFinished(() => teams.close());
  teams.script({
    path: /login/,
    trouble: { kind: 'login', status: 401, words: 'AADSTS7000215: Invalid client secret.' },
  });
  await soon(async () => expect(await reason()).toContain('Set TEAMS_CLIENT_SECRET'));
  expect(bridge.output()).toContain('Teams is not connected');
  teams.heal();
  await connected(bridge, 'teams');
  await bridge.send('Checkout', 'firing');
  await soon(() => expect(teams.messages(ALERTS).length).toBeGreaterThan(0), 30_000);
});

test('no token of Teams is in the log at trace level, whatever goes wrong', async () => {
  const team = await startTeamsTeam();
  const { teams } = team;
  const bridge = await startBridge({
    main: MAIN,
    env: { ...team.env, ROUTE_DEFAULT: team.main, LOG_LEVEL: 'trace', CLIENT_SECRET: 'of-another-program' },
  });
  team.listensAt?.(bridge.url);
  await connected(bridge, 'teams');
  for (const trouble of [{ kind: 'error', status: 500 }, { kind: 'drop' }, { kind: 'garbage' }] as const)
    teams.script({ method: 'POST', path: /conversations/, times: 1, trouble });
  await bridge.send('Production API', 'firing');
  await soon(() => expect(team.cards(team.main).length).toBeGreaterThan(2), 40_000);
  const inbound = teams.signer.sign({ iss: 'https://api.botframework.com', aud: 'another' });
  await teams.send(teams.activity({ type: 'message', conversation: { id: ALERTS } }), { token: inbound });
  await team.press(team.cards(team.main).at(-1)!, 'Acknowledge', team.people[0]);
  await soon(() => expect(team.cards(team.main).at(-1)?.text).toContain('Acknowledged'));
  for (const secret of [SECRET, inbound, ...teams.tokens()]) expect(bridge.output()).not.toContain(secret);
  expect(await bridge.stop()).toBe(0);
});

/** A bridge, and the card of one alert in Teams. */
async function alerted(): Promise<{ team: TeamsTeam; bridge: Bridge; message: TeamsShown; id: string }> {
  const team = await startTeamsTeam();
  const bridge = await startBridge({ main: MAIN, env: { ...team.env, ROUTE_DEFAULT: team.main } });
  team.listensAt?.(bridge.url);
  await connected(bridge, 'teams');
  const { body } = await bridge.send('Production API', 'firing');
  const message = await soon(() => {
    const [first] = team.teams.messages(ALERTS);
    expect(first).toBeDefined();
    return { ...(first as TeamsShown) };
  });
  return { team, bridge, message, id: body.incidents?.[0] as string };
}

function dataOf({ content }: TeamsShown, label: string): Json {
  return actionsIn(contentOf(content)).find(({ title }) => title === label)?.data as Json;
}
