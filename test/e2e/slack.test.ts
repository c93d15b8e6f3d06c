import { describe, expect, onTestFinished, test } from 'vitest';
import { connected, platformStories } from '../stories/platform-stories.ts';
import { MAIN, startBridge } from '../support/bridge.ts';
import { startSlackTeam } from '../support/slack/platform.ts';
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET, signed, startFakeSlack } from '../support/slack/server.ts';
import { soon } from '../support/soon.ts';

platformStories('slack', startSlackTeam);

describe('Slack over HTTP', () => {
  async function started() {
    const team = await startSlackTeam({ SLACK_SIGNING_SECRET: SIGNING_SECRET });
    const bridge = await startBridge({ main: MAIN, env: { ...team.env, ROUTE_DEFAULT: team.main } });
    team.slack.eventsUrl = `${bridge.url}/slack/events`;
    await connected(bridge, 'slack');
    return { team, bridge };
  }

  test('a signed command is answered, and what is not signed rightly is turned away', async () => {
    const { team, bridge } = await started();
    const [maya] = team.people;
    await bridge.send('Production API', 'firing');
    const form = `command=%2Ftocsin&text=open&team_id=T0ACME000&user_id=${maya.id}&response_url=${encodeURIComponent(`${team.slack.apiUrl}forged`)}`;
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
    for (const request of [signed(form, 'another secret'), signed(form, SIGNING_SECRET, hourAgo)])
      expect((await fetch(`${bridge.url}/slack/events`, request)).status).toBe(401);
    expect(await team.ask('open', maya)).toBeLessThan(3_000);
    await soon(() => expect(team.answer(maya)?.text).toContain('Production API is down'));
    expect(team.slack.responses).toHaveLength(1);
    expect(team.slack.log.filter(({ method }) => method === 'forged')).toEqual([]);
  });

  test('a signed press is done within a second, and what is not signed rightly is turned away', async () => {
    const { team, bridge } = await started();
    const [maya] = team.people;
    const { body } = await bridge.send('Production API', 'firing');
    const [id] = body.incidents as [string];
    const card = await soon(() => {
      const [first] = team.cards(team.main);
      expect(first).toBeDefined();
      return first!;
    });

    const action = { type: 'button', action_id: 'press.0', value: `${id}.resolve`, action_ts: '1.1' };
    const forged = `payload=${encodeURIComponent(JSON.stringify({ type: 'block_actions', actions: [action] }))}`;
    const events = `${bridge.url}/slack/events`;
    const hourAgo = Math.floor(Date.now() / 1_000) - 3_600;
    for (const request of [signed(forged, 'another secret'), signed(forged, SIGNING_SECRET, hourAgo)])
      expect((await fetch(events, request)).status).toBe(401);
    const { headers: _, ...bare } = signed(forged);
    expect((await fetch(events, bare)).status).toBe(401);
    expect((await fetch(events, { method: 'POST', body: 'x'.repeat(5_000_000) })).status).toBe(413);
    expect((await bridge.api(`/incidents/${id}`)).status).toBe('firing');

    expect(await team.press(card, 'Acknowledge', maya)).toBeLessThan(3_000); // the platform waits no longer
    await soon(async () => expect((await bridge.api(`/incidents/${id}`)).status).toBe('acknowledged'));
  });

  test('a form is answered in the request that carries it', async () => {
    const { team, bridge } = await started();
    const [maya] = team.people;
    await bridge.send('Production API', 'firing');
    const card = await soon(() => {
      const [first] = team.cards(team.main);
      expect(first).toBeDefined();
      return first!;
    });
    await team.press(card, 'Add a note', maya);
    await soon(() => expect(team.form(maya)).toBeDefined());
    expect(await team.submit(maya, {})).toEqual({ text: 'A note needs a text.' });
    expect(await team.submit(maya, { text: 'seen' })).toEqual({});
    await soon(() => expect(team.cards(team.main)[0]?.thread.join()).toContain('seen'));
  });
});

test('with Slack away and with a wrong token the bridge starts, stores, and says what is wrong and the cure', async () => {
  const reserved = await startFakeSlack();
  await reserved.close();
  const port = Number(new URL(reserved.apiUrl).port);
  const env = { SLACK_BOT_TOKEN: BOT_TOKEN, SLACK_APP_TOKEN: APP_TOKEN, SLACK_API_URL: reserved.apiUrl };
  const bridge = await startBridge({ main: MAIN, env: { ...env, ROUTE_DEFAULT: 'slack:alerts' } });
  expect((await bridge.send('Production API', 'firing')).status).toBe(200);
  const ready = async () => {
    const response = await fetch(`${bridge.url}/readyz`);
    expect(response.status).toBe(200);
    return (await response.json()) as { platforms: { slack: { connected: boolean; reason?: string } } };
  };
  await soon(async () =>
    expect(await ready()).toMatchObject({
      platforms: { slack: { connected: false, reason: expect.stringContaining('Slack did not answer') } },
    }),
  );

  const slack = await startFakeSlack(port);
  onTestFinished(() => slack.close());
  slack.script({ trouble: { kind: 'error', error: 'invalid_auth' } });
  await soon(async () => expect((await ready()).platforms.slack.reason).toMatch(/invalid_auth.*Install the app again/));
  expect(bridge.output()).toContain('Slack is not connected');
  slack.heal();
  await connected(bridge, 'slack');
  await bridge.send('Checkout', 'firing');
  await soon(() => expect(slack.messages('C0ALERTS0').length).toBeGreaterThan(0), 30_000);
});

test('a card that Slack refuses all the same goes out as a plain one, and the log has Slack’s words', async () => {
  const team = await startSlackTeam();
  const refused = { messages: ['[ERROR] failed to match all allowed schemas [json-pointer:/blocks/0]'] };
  team.slack.script({
    method: 'chat.postMessage',
    times: 1,
    trouble: { kind: 'error', error: 'invalid_blocks', more: { response_metadata: refused } },
  });
  const bridge = await startBridge({ main: MAIN, env: { ...team.env, ROUTE_DEFAULT: team.main } });
  await bridge.send('Production API', 'firing');
  await soon(() => expect(team.cards(team.main)[0]?.text).toContain('Production API is down'));
  expect(team.cards(team.main)[0]?.buttons).toContain('Acknowledge');
  expect(bridge.output()).toContain('failed to match all allowed schemas');
});

test('members of a Slack user group may press, others may not, and while Slack does not say who is in it nobody may', async () => {
  const team = await startSlackTeam();
  const [maya, jonas] = team.people;
  team.slack.groups.set('S0SRE0000', [maya.id]);
  const env = { ...team.env, ROUTE_DEFAULT: team.main, RESPONDERS: 'slack:S0SRE0000' };
  const bridge = await startBridge({ main: MAIN, env });
  await connected(bridge, 'slack');
  const { body } = await bridge.send('Production API', 'firing');
  const [id] = body.incidents as [string];
  const card = await soon(() => {
    const [first] = team.cards(team.main);
    expect(first).toBeDefined();
    return first!;
  });
  team.slack.script({
    method: 'usergroups.list',
    times: 1,
    trouble: { kind: 'error', error: 'plan_upgrade_required' },
  });
  await team.press(card, 'Acknowledge', maya);
  await soon(() => expect(team.whispers(maya).join()).toContain('cannot be looked up right now'));
  await team.press(card, 'Acknowledge', jonas);
  await soon(() => expect(team.whispers(jonas).join()).toContain('Only slack:S0SRE0000 may acknowledge'));
  expect((await bridge.api(`/incidents/${id}`)).status).toBe('firing');
  await team.press(card, 'Acknowledge', maya);
  await soon(async () => expect((await bridge.api(`/incidents/${id}`)).status).toBe('acknowledged'));
});

test('no token of Slack is in the log at trace level, whatever goes wrong', async () => {
  const team = await startSlackTeam();
  const bridge = await startBridge({ main: MAIN, env: { ...team.env, ROUTE_DEFAULT: team.main, LOG_LEVEL: 'trace' } });
  await connected(bridge, 'slack');
  for (const trouble of [
    { kind: 'status', status: 500 },
    { kind: 'drop' },
    { kind: 'error', error: 'fatal_error' },
  ] as const)
    team.slack.script({ method: 'chat.postMessage', times: 1, trouble });
  await bridge.send('Production API', 'firing');
  await soon(() => expect(team.cards(team.main)).not.toEqual([]), 40_000);
  const [maya] = team.people;
  await team.press(team.cards(team.main)[0]!, 'Acknowledge', maya);
  await soon(() => expect(team.cards(team.main)[0]?.text).toContain('Acknowledged'));
  for (const secret of [BOT_TOKEN, APP_TOKEN, '/respond/']) expect(bridge.output()).not.toContain(secret);
  expect(await bridge.stop()).toBe(0);
});
