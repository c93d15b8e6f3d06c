import { inspect } from 'node:util';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/adapters/teams/connect.ts';
import { teamsPlatform } from '../../../src/adapters/teams/platform.ts';
import { type DeliveryError, FaultsFound } from '../../../src/domain/errors.ts';
import { type Line, type OpenList, saying } from '../../../src/domain/model.ts';
import type { Host, Question } from '../../../src/domain/ports.ts';
import { adapterContract, sampleCard } from '../../contracts/adapter.ts';
import { clockAt } from '../../support/clock.ts';
import { hostOf } from '../../support/host.ts';
import { openListOf } from '../../support/open-list.ts';
import { soon } from '../../support/soon.ts';
import {
  ALERTS,
  CHAT,
  chatWith,
  OPS,
  SECRET,
  startFakeTeams,
  TENANT,
  type Trouble,
} from '../../support/teams/server.ts';
import { settingsOf, started, to } from './started.ts';

adapterContract(teamsPlatform, async () => {
  const teams = await startFakeTeams();
  const adapter = connect(settingsOf(teams), hostOf({ clock: clockAt() }));
  await soon(() => expect(adapter.status().connected).toBe(true));
  const meets = (trouble: Trouble) => () => teams.script({ times: 1, path: /conversations/, trouble });
  const says = (status: number, code?: string, message?: string) =>
    meets({ kind: 'error', status, ...(code && { code }), ...(message && { message }) });
  return {
    adapter,
    channel: 'alerts',
    calls: () => teams.log.filter(({ path }) => path.includes('/conversations/')).length,
    wire: {
      stall: meets({ kind: 'stall' }),
      lose: meets({ kind: 'drop' }),
      garble: meets({ kind: 'garbage' }),
      heal: () => teams.heal(),
    },
    erase: ({ id }) => teams.deleteMessage(id),
    failures: [
      {
        when: 'the conversation is unknown',
        during: 'post',
        gives: { reason: 'misconfigured', scope: 'channel', cure: cure(/[Mm]ention the bot/) },
        arrange: says(404, 'ConversationNotFound'),
      },
      {
        when: 'its id is none',
        during: 'post',
        gives: { reason: 'misconfigured', cure: cure(/[Mm]ention the bot/) },
        arrange: says(400, 'BadArgument', 'Failed to decrypt conversation id'),
      },
      {
        when: 'the bot was removed',
        during: 'post',
        gives: { reason: 'forbidden', scope: 'channel', cure: cure(/Add the app/) },
        arrange: says(403, 'BotNotInConversationRoster'),
      },
      { when: 'the card is invalid', during: 'post', gives: { reason: 'too_large' }, arrange: says(400, 'BadSyntax') },
      {
        when: 'the card is too large',
        during: 'edit',
        gives: { reason: 'too_large' },
        arrange: says(413, 'MessageSizeTooBig'),
      },
      {
        when: 'a new token is not taken',
        during: 'post',
        gives: { reason: 'misconfigured', scope: 'account', cure: cure(/TEAMS_CLIENT_ID/) },
        arrange: says(401),
      },
      {
        when: '429',
        during: 'post',
        gives: { reason: 'limited', scope: 'channel', retryAfter: 7_000 },
        arrange: meets({ kind: 'limited', after: '7' }),
      },
      {
        when: '429 that does not say how long',
        during: 'edit',
        gives: { reason: 'limited', scope: 'channel' },
        arrange: meets({ kind: 'limited' }),
      },
      { when: '412', during: 'post', gives: { reason: 'limited' }, arrange: meets({ kind: 'limited', status: 412 }) },
      {
        when: '503 with a time',
        during: 'post',
        gives: { reason: 'unavailable', retryAfter: 3_000 },
        arrange: meets({ kind: 'limited', status: 503, after: '3' }),
      },
      { when: '502 on a post', during: 'post', gives: { reason: 'unknown_outcome' }, arrange: says(502) },
      { when: '504 on a post', during: 'post', gives: { reason: 'unknown_outcome' }, arrange: says(504) },
      { when: '502 on an edit', during: 'edit', gives: { reason: 'unavailable' }, arrange: says(502) },
      { when: '500 on a reply', during: 'reply', gives: { reason: 'unavailable' }, arrange: says(500) },
    ],
    async close() {
      await adapter.close();
      await teams.close();
    },
  };
});

const cure = (pattern: RegExp) => expect.stringMatching(pattern) as unknown as string;

describe('the settings', () => {
  test.each([
    ['TEAMS_CLIENT_SECRET', { TEAMS_CLIENT_ID: 'a', TEAMS_TENANT_ID: 'b' }],
    ['TEAMS_CLIENT_ID', { TEAMS_CLIENT_SECRET: 'a', TEAMS_TENANT_ID: 'b' }],
    ['TEAMS_TENANT_ID', { TEAMS_CLIENT_ID: 'a', TEAMS_CLIENT_SECRET: 'b', TEAMS_CHANNEL_OPS: OPS }],
  ])('name %s where it alone is missing', (name, values) => {
    const faults = faultsOf(() => teamsPlatform.configure(values));
    expect(faults).toMatchObject([{ place: name, message: 'is missing' }]);
  });

  test('a named channel alone needs the bot', () => {
    expect(faultsOf(() => teamsPlatform.configure({ TEAMS_CHANNEL_OPS: OPS }))).toHaveLength(3);
  });

  test.each([
    ['TEAMS_LOGIN_URL', 'http://login.example.com'],
    ['TEAMS_OPENID_KEYS_URL', 'http://login.example.com/keys'],
    ['TEAMS_TENANT_ID', 'acme.onmicrosoft.com'],
    ['TEAMS_CHANNEL_<NAME>', '19:a@thread.tacv2/../x'],
    ['TEAMS_SERVICE_HOSTS', 'https://smba.example.com/'],
  ])('%s may not be %s', (name, value) => {
    expect(teamsPlatform.variables[name]?.schema.safeParse(value).success).toBe(false);
  });

  test('every example can be used as it stands', () => {
    const wrong = Object.entries(teamsPlatform.variables).filter(
      ([, { schema, example }]) => !schema.safeParse(example).success,
    );
    expect(wrong.map(([name]) => name)).toEqual([]);
  });
});

describe('a conversation', () => {
  test.each([
    ['by its name', 'alerts', ALERTS],
    ['by its name in capitals', 'ALERTS', ALERTS],
    ['by its id', OPS, OPS],
  ])('is reached %s', async (_what, channel, conversation) => {
    const { teams, adapter } = await started();
    const message = await adapter.post(to(channel), content);
    expect(message).toEqual({ id: teams.messages(conversation)[0]?.id, channel: conversation });
  });

  test.each(['nowhere', '../../v3/x', '19:a/../b', ''])('that is none (%j) is told with the cure', async (channel) => {
    const { teams, adapter } = await started();
    const before = teams.log.length;
    await expect(adapter.post(to(channel), content)).rejects.toMatchObject({
      failure: { reason: 'misconfigured', cure: expect.stringContaining('Then replay.') },
    });
    expect(teams.log).toHaveLength(before);
  });

  test('is served where the installation said, also after a restart, and where a later activity says', async () => {
    const { teams, adapter, memory } = await started();
    await teams.install(ALERTS, `${teams.origin}/emea`);
    await adapter.post(to('alerts'), content);
    expect(teams.log.at(-1)?.path).toMatch(/^\/emea\/v3\/conversations\//);
    await adapter.close();

    const again = connect(settingsOf(teams), hostOf({ memory }));
    onTestFinished(() => again.close());
    await again.post(to('alerts'), content);
    expect(teams.log.at(-1)?.path).toMatch(/^\/emea\//);
  });

  test('is not sent to a stored place that may not have the token any more', async () => {
    const { teams, adapter, memory } = await started();
    await memory.put(`service.${ALERTS}`, 'http://127.0.0.1:9/evil');
    await adapter.post(to('alerts'), content);
    expect(teams.messages(ALERTS)).toHaveLength(1);
  });

  test('answers whoever mentions the bot with the line for .env, in their thread', async () => {
    const { teams } = await started();
    const { status } = await teams.send(mention(teams, { mentioned: '28:' }));
    expect(status).toBe(200);
    const [said] = teams.messages(OPS);
    expect(said).toMatchObject({ content: { textFormat: 'plain' } });
    expect(String(said?.content.text).split('\n')).toEqual(
      expect.arrayContaining([`TEAMS_CHANNEL_DB_ON_CALL=${OPS}`, 'ROUTE_DEFAULT=teams:db-on-call']),
    );
    expect(teams.log.at(-1)?.path).toContain(`${OPS};messageid=`);
  });

  test('is left alone where others talk', async () => {
    const { teams } = await started();
    await teams.send(mention(teams, { mentioned: '29:' }));
    expect(teams.messages(OPS)).toEqual([]);
  });
});

describe('who mentions the bot with the word open', () => {
  const JONAS = { id: '0b1c2d3e-0000-4000-8000-000000000002', name: 'Jonas' };

  async function asked(open: Host['open'] = async () => openListOf(['Production API is down'])) {
    const questions: Question[] = [];
    const it = await started(undefined, {
      open: (question) => {
        questions.push(question);
        return open(question);
      },
    });
    const alone = () => it.teams.messages(chatWith(JONAS)).map(({ content: one }) => JSON.stringify(one));
    return { ...it, questions, alone };
  }

  test('is answered in their own chat with it, and nothing shows in the channel', async () => {
    const { teams, questions, alone } = await asked();
    expect((await teams.say('OPEN', JONAS)).status).toBe(200);
    expect(alone()).toMatchObject([expect.stringContaining('Production API is down')]);
    expect(teams.messages(OPS)).toEqual([]);
    expect(questions).toEqual([{ actor: { platform: 'teams', tenant: TENANT, ...JONAS } }]);
  });

  test('is answered there at once where they write to it alone', async () => {
    const { teams, alone } = await asked();
    await teams.say('open', JONAS, chatWith(JONAS));
    expect(alone()).toHaveLength(1);
    expect(teams.log.filter(({ path }) => path.endsWith('/v3/conversations'))).toEqual([]);
  });

  test('and has no chat with it is told how to get one, and nothing of what is open', async () => {
    const { teams } = await asked();
    teams.unreachable.add(JONAS.id);
    await teams.say('open', JONAS);
    expect(teams.messages(OPS)).toMatchObject([
      { thread: '1', content: { text: expect.stringContaining('Add this app for yourself'), textFormat: 'plain' } },
    ]);
    expect(JSON.stringify(teams.messages())).not.toContain('Production API');
  });

  test('while Teams lets nobody be written to is told to ask again', async () => {
    const { teams } = await asked();
    teams.script({ path: /\/v3\/conversations$/, trouble: { kind: 'limited', after: '7' } });
    await teams.say('open', JONAS);
    expect(teams.messages(OPS)).toMatchObject([
      { content: { text: expect.stringContaining('Ask again in a moment') } },
    ]);
  });

  test('and is of another organisation is refused, and never reaches the bridge', async () => {
    const { teams, questions, alone } = await asked();
    await teams.say('open', { ...JONAS, tenant: 'evil-tenant' });
    expect(alone()).toMatchObject([expect.stringContaining('another organisation')]);
    expect(questions).toEqual([]);
  });

  test('and cannot be answered is told so', async () => {
    const { teams, alone } = await asked(() => Promise.reject(new Error('the disk is full')));
    await teams.say('open', JONAS);
    expect(alone()).toMatchObject([expect.stringContaining('Ask again in a moment.')]);
  });

  test('keeps Teams waiting no longer than it waits', async () => {
    const late = Promise.withResolvers<OpenList>();
    const { teams, alone } = await asked(() => late.promise);
    expect((await teams.say('open', JONAS)).ms).toBeLessThan(5_000);
    late.resolve(saying('Nothing is open.', 0));
    await soon(() => expect(alone()).toMatchObject([expect.stringContaining('Nothing is open.')]));
  });

  test.each(['opened', 'what is open?', ''])('but says %j, is told of the channel instead', async (words) => {
    const { teams, questions } = await asked();
    await teams.say(words, JONAS);
    expect(teams.messages(OPS)).toMatchObject([{ content: { text: expect.stringContaining('TEAMS_CHANNEL_') } }]);
    expect(questions).toEqual([]);
  });
});

describe('the lines of the timeline', () => {
  test('are replies in the thread of the card', async () => {
    const { teams, adapter } = await started();
    const message = await adapter.post(to('alerts'), content);
    await adapter.reply?.(to('alerts'), message, line, []);
    expect(teams.messages(ALERTS).at(-1)).toMatchObject({ thread: message.id });
  });

  test('stand in the channel where somebody must be woken, and mention them', async () => {
    const { teams, adapter } = await started();
    const message = await adapter.post(to('alerts'), content);
    await adapter.reply?.(to('alerts'), message, { ...line, tell: 'channel' }, [
      { platform: 'teams', kind: 'person', id: 'maya' },
    ]);
    const said = teams.messages(ALERTS).at(-1);
    expect(said?.thread).toBeUndefined();
    expect(JSON.stringify(said?.content)).toContain('"mentioned":{"id":"maya"');
  });

  test('are messages in a chat, which has no threads', async () => {
    const { teams, adapter } = await started();
    const message = await adapter.post(to(CHAT), content);
    await adapter.reply?.(to(CHAT), message, line, []);
    expect(teams.messages(CHAT)).toHaveLength(2);
    expect(teams.messages(CHAT).at(-1)?.thread).toBeUndefined();
  });
});

test('a conversation is called as often as Teams allows: 7 times in a second, 60 in 30 seconds, 1,800 in an hour', async () => {
  let now = 0;
  const clock = { ...clockAt(), monotonic: () => now };
  const { teams, adapter } = await started(undefined, { clock });
  teams.script({ path: /conversations/, trouble: { kind: 'error', status: 500 } });
  const calls: number[] = [];
  for (let sent = 0; sent < 70; sent++) {
    now += adapter.pace?.('post', 'alerts') ?? 0;
    calls.push(now);
    await adapter.post(to(ALERTS), content).catch(() => {});
  }
  const most = (ms: number) => Math.max(...calls.map((at) => calls.filter((one) => one >= at && one < at + ms).length));
  expect(most(1_000)).toBeLessThanOrEqual(7);
  expect(most(2_000)).toBeLessThanOrEqual(8);
  expect(most(30_000)).toBeLessThanOrEqual(60);
  expect(most(30_000)).toBeGreaterThan(50);
  expect(adapter.pace?.('post', OPS)).toBe(0);
});

describe('the bot’s token', () => {
  test('is asked for once, and serves every call', async () => {
    const { teams, adapter } = await started();
    await Promise.all([adapter.post(to(ALERTS), content), adapter.post(to(OPS), content)]);
    expect(teams.tokens()).toHaveLength(1);
  });

  test('is renewed five minutes before it ends, while calls go on with the old one', async () => {
    const teams = await startFakeTeams();
    teams.tokenFor = 900;
    const adapter = connect(settingsOf(teams), hostOf({ clock: clockAt(1_000) }));
    onTestFinished(async () => {
      await adapter.close();
      await teams.close();
    });
    await soon(() => expect(teams.tokens()).toHaveLength(1));
    const first = Date.now();
    await soon(() => expect(teams.tokens()).toHaveLength(2));
    expect(Date.now() - first).toBeGreaterThan(300);
    expect(adapter.status()).toEqual({ connected: true });
  });

  test('that Teams takes no more is asked for anew: the card comes later, and is no dead letter', async () => {
    let ahead = 0;
    const real = clockAt();
    const clock = { ...real, monotonic: () => real.monotonic() + ahead };
    const { teams, adapter } = await started(undefined, { clock });
    teams.revoke();
    ahead = 120_000;
    await expect(adapter.post(to(ALERTS), content)).rejects.toMatchObject({
      failure: { reason: 'unavailable', scope: 'account' },
    });
    await adapter.post(to(ALERTS), content);
    expect(adapter.status()).toEqual({ connected: true });
  });

  test.each([
    ['AADSTS7000215: Invalid client secret provided.', /TEAMS_CLIENT_SECRET/],
    ['AADSTS7000222: The provided client secret keys are expired.', /make a new one/],
    ['AADSTS700016: Application was not found in the directory.', /TEAMS_CLIENT_ID/],
    ['AADSTS90002: Tenant not found.', /TEAMS_TENANT_ID/],
  ])('that Entra refuses (%s) is told with the cure, and comes when it does', async (words, told) => {
    const teams = await startFakeTeams();
    teams.script({ path: /login/, trouble: { kind: 'login', status: 401, words: `${words} ${SECRET}` } });
    const adapter = connect(settingsOf(teams), hostOf());
    onTestFinished(async () => {
      await adapter.close();
      await teams.close();
    });
    await soon(() => expect(adapter.status()).toMatchObject({ connected: false, reason: expect.stringMatching(told) }));
    expect(adapter.status().reason).not.toContain(SECRET);
    await expect(adapter.post(to(ALERTS), content)).rejects.toMatchObject({
      failure: { reason: 'misconfigured', scope: 'account' },
    });
    teams.heal();
    await soon(() => expect(adapter.status()).toEqual({ connected: true }));
    await adapter.post(to(ALERTS), content);
  });

  test('goes to no other host, whatever redirects there', async () => {
    const { teams, adapter } = await started();
    const other = await startFakeTeams();
    onTestFinished(() => other.close());
    teams.script({
      path: /conversations/,
      trouble: { kind: 'redirect', to: `${other.origin}/teams/v3/conversations/x` },
    });
    await expect(adapter.post(to(ALERTS), content)).rejects.toThrow('307');
    expect(other.log).toEqual([]);
  });

  test('is in no error and in no line of the log, whatever goes wrong', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (text: string) => void lines.push(text) });
    const { teams, adapter } = await started(undefined, { log });
    for (const trouble of [
      { kind: 'error', status: 500 },
      { kind: 'drop' },
      { kind: 'refuse' },
      { kind: 'error', status: 401 },
    ] as const) {
      teams.script({ times: 1, path: /conversations/, trouble });
      const error = await adapter.post(to(ALERTS), content).catch((reason: DeliveryError) => reason);
      log.error({ err: error }, 'as it is');
      lines.push(inspect(error, { depth: 10 }), JSON.stringify(error));
    }
    await teams.send(mention(teams, { mentioned: '28:' }), { token: 'a.b.c' });
    const text = lines.join('\n');
    for (const token of [...teams.tokens(), SECRET]) expect(text).not.toContain(token);
    expect(text).toContain('500');
  });
});

const content = teamsPlatform.render(sampleCard);
const line: Line = {
  at: 1_750_000_000_000,
  kind: 'acknowledged',
  actor: { platform: 'teams', id: 'maya', name: 'Maya' },
  text: 'acknowledged',
  tell: 'thread',
};

/** Somebody writes in a channel, and mentions whom this is the beginning of the id of. */
function mention(teams: Awaited<ReturnType<typeof startFakeTeams>>, { mentioned }: { readonly mentioned: string }) {
  const bot = (teams.activity({}).recipient as { readonly id: string }).id;
  const id = bot.startsWith(mentioned) ? bot : `${mentioned}jonas`;
  return teams.activity({
    type: 'message',
    text: '<at>Tocsin</at> hello',
    from: { id: '29:maya', aadObjectId: 'maya', name: 'Maya' },
    conversation: { id: `${OPS};messageid=1`, conversationType: 'channel' },
    entities: [{ type: 'mention', text: '<at>Tocsin</at>', mentioned: { id, name: 'Tocsin' } }],
    channelData: { channel: { id: OPS, name: 'DB on-call' } },
  });
}

function faultsOf(act: () => unknown): FaultsFound['faults'] {
  try {
    act();
  } catch (error) {
    if (error instanceof FaultsFound) return error.faults;
    throw error;
  }
  return [];
}
