import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/adapters/discord/connect.ts';
import { invitation } from '../../../src/adapters/discord/invitation.ts';
import { discordPlatform } from '../../../src/adapters/discord/platform.ts';
import { type OpenList, saying } from '../../../src/domain/model.ts';
import type { Adapter, Host, Press, Question, Reply, Target } from '../../../src/domain/ports.ts';
import { adapterContract, sampleCard } from '../../contracts/adapter.ts';
import { clockAt } from '../../support/clock.ts';
import {
  APPLICATION,
  BOT_TOKEN,
  type FakeDiscord,
  GUILD,
  startFakeDiscord,
  type Trouble,
} from '../../support/discord/server.ts';
import { hostOf } from '../../support/host.ts';
import { soon } from '../../support/soon.ts';

const ALERTS = '833333333333333331';
const OPS = '833333333333333332';
const MAYA = { id: '844444444444444441', name: 'maya' };

adapterContract(discordPlatform, async () => {
  const discord = await startFakeDiscord();
  const adapter = connect({ token: BOT_TOKEN, apiUrl: discord.apiUrl }, hostOf());
  await soon(() => expect(adapter.status().connected).toBe(true));
  const meets = (trouble: Trouble) => () => discord.script({ times: 1, path: /messages/, trouble });
  const says = (status: number, code: number) => meets({ kind: 'error', status, code });
  return {
    adapter,
    channel: ALERTS,
    calls: () => discord.log.filter(({ path }) => path.includes('/messages')).length,
    onces: () => discord.messages().map(({ nonce }) => nonce),
    wire: {
      stall: meets({ kind: 'stall' }),
      lose: meets({ kind: 'drop' }),
      garble: meets({ kind: 'garbage' }),
      heal: () => discord.heal(),
    },
    erase: ({ id }) => discord.deleteMessage(id),
    failures: [
      {
        when: 'the channel is unknown',
        during: 'post',
        gives: { reason: 'misconfigured', cure: cure(/id/) },
        arrange: says(404, 10_003),
      },
      {
        when: 'the bot may not see it',
        during: 'post',
        gives: { reason: 'forbidden', cure: cure(/View Channel/) },
        arrange: says(403, 50_001),
      },
      { when: 'the bot may not write', during: 'post', gives: { reason: 'forbidden' }, arrange: says(403, 50_013) },
      { when: 'the form is invalid', during: 'post', gives: { reason: 'too_large' }, arrange: says(400, 50_035) },
      {
        when: 'the token was reset',
        during: 'post',
        gives: { reason: 'misconfigured', scope: 'account', cure: cure(/DISCORD_BOT_TOKEN/) },
        arrange: says(401, 0),
      },
      {
        when: 'an old message was edited too often',
        during: 'edit',
        gives: { reason: 'limited', scope: 'message' },
        arrange: says(400, 30_046),
      },
      {
        when: '503',
        during: 'post',
        gives: { reason: 'unavailable' },
        arrange: meets({ kind: 'status', status: 503 }),
      },
      {
        when: '502 on a post',
        during: 'post',
        gives: { reason: 'unknown_outcome' },
        arrange: meets({ kind: 'status', status: 502 }),
      },
      {
        when: '502 on an edit',
        during: 'edit',
        gives: { reason: 'unavailable' },
        arrange: meets({ kind: 'status', status: 502 }),
      },
    ],
    async close() {
      await adapter.close();
      await discord.close();
    },
  };
});

const cure = (pattern: RegExp) => expect.stringMatching(pattern) as unknown as string;

describe('a post', () => {
  test('that is made again within minutes gives the message that is there', async () => {
    const { discord, adapter } = await started();
    const once = to(ALERTS);
    const first = await adapter.post(once, content);
    expect(await adapter.post(once, content)).toEqual(first);
    expect(discord.messages(ALERTS)).toHaveLength(1);
  });

  test('mentions those alone that the card names, and every other call nobody', async () => {
    const { discord, adapter } = await started();
    const mentions = [{ platform: 'discord', kind: 'group', id: '9' }] as const;
    const message = await adapter.post(to(ALERTS), discordPlatform.render({ ...sampleCard, mentions }));
    await adapter.edit?.(to(ALERTS), message, content);
    await adapter.reply?.(to(ALERTS), message, line, []);
    const allowed = discord.log.flatMap(({ body }) =>
      body?.allowed_mentions === undefined ? [] : [body.allowed_mentions],
    );
    expect(allowed).toEqual([
      { parse: [], users: [], roles: ['9'] },
      { parse: [], users: [], roles: [] },
      { parse: [], users: [], roles: [] },
    ]);
  });

  test.each(['alerts', '#alerts', '12a', '../users'])(
    'to %s is refused before a call, with the cure',
    async (channel) => {
      const { discord, adapter } = await started();
      const before = discord.log.length;
      await expect(adapter.post(to(channel), content)).rejects.toMatchObject({
        failure: { reason: 'misconfigured', cure: expect.stringContaining('Copy Channel ID') },
      });
      expect(discord.log.slice(before)).toEqual([]);
    },
  );

  test('that is limited says for how long, and holds no other channel', async () => {
    const { discord, adapter } = await started();
    discord.script({ path: new RegExp(ALERTS), times: 1, trouble: { kind: 'limited', seconds: 2 } });
    await expect(adapter.post(to(ALERTS), content)).rejects.toMatchObject({
      failure: { reason: 'limited', scope: 'channel', retryAfter: expect.closeTo(2_000, -3) },
    });
    await adapter.post(to(OPS), content);
    expect(discord.messages(OPS)).toHaveLength(1);
  });

  test('that is an edit of an old message waits alone where Discord limits those', async () => {
    const { discord, adapter } = await started();
    const old = { id: String((BigInt(Date.now() - 7_200_000) - 1_420_070_400_000n) << 22n), channel: ALERTS };
    discord.script({ method: 'PATCH', times: 1, trouble: { kind: 'limited', seconds: 60 } });
    await expect(adapter.edit?.(to(ALERTS), old, content)).rejects.toMatchObject({
      failure: { reason: 'limited', scope: 'message' },
    });
  });

  test('that is limited for the whole bot lets every channel wait', async () => {
    const { discord, adapter } = await started();
    discord.script({ path: new RegExp(ALERTS), times: 1, trouble: { kind: 'limited', seconds: 1, global: true } });
    await expect(adapter.post(to(ALERTS), content)).rejects.toMatchObject({
      failure: { reason: 'limited', scope: 'account' },
    });
  });
});

describe('the thread of a card', () => {
  test('is opened with its first line, under the card’s title, and once', async () => {
    const { discord, adapter } = await started();
    const message = await adapter.post(to(ALERTS), content);
    await adapter.reply?.(to(ALERTS), message, line, []);
    await adapter.reply?.(to(ALERTS), message, line, []);
    expect(discord.threads.get(message.id)).toBe(sampleCard.title);
    expect(discord.messages(message.id)).toHaveLength(2);
    expect(discord.log.filter(({ path }) => path.endsWith('/threads'))).toHaveLength(1);
  });

  test('that a process before this one opened is gone on with', async () => {
    const { discord, adapter } = await started();
    const message = await adapter.post(to(ALERTS), content);
    discord.threads.set(message.id, 'there');
    await adapter.reply?.(to(ALERTS), message, line, []);
    expect(discord.messages(message.id)).toHaveLength(1);
  });

  test('is passed by where somebody must be woken: the line is a reply in the channel', async () => {
    const { discord, adapter } = await started();
    const message = await adapter.post(to(ALERTS), content);
    await adapter.reply?.(to(ALERTS), message, { ...line, tell: 'channel' }, [
      { platform: 'discord', kind: 'person', id: '7' },
    ]);
    const said = discord.messages(ALERTS).at(-1);
    expect(said?.content).toMatchObject({
      message_reference: { message_id: message.id },
      allowed_mentions: { users: ['7'] },
    });
  });
});

describe('a press', () => {
  test('carries who it was, their roles as Discord signed them, and the message that it was made on', async () => {
    const { discord, adapter, presses } = await started();
    const { id } = await adapter.post(to(ALERTS), content);
    await discord.press(messageOf(discord, id), 'Acknowledge', { ...MAYA, roles: ['99'] });
    expect(presses).toMatchObject([
      {
        actor: {
          platform: 'discord',
          tenant: GUILD,
          id: MAYA.id,
          name: 'Real maya',
          groups: expect.arrayContaining(['99']),
        },
        incident: sampleCard.incident,
        action: 'acknowledge',
        from: { channel: ALERTS, message: id },
      },
    ]);
  });

  test('of a choice in the menu is one too', async () => {
    const { discord, adapter, presses } = await started();
    const { id } = await adapter.post(to(ALERTS), content);
    await discord.press(messageOf(discord, id), 'Why did I get this?', MAYA);
    expect(presses).toMatchObject([{ action: 'why' }]);
  });

  test('that needs a yes asks for it privately, and is done with it', async () => {
    const form = {
      title: 'Restart API',
      confirm: 'On every host?',
      fields: [],
      submit: { action: 'run', argument: 'restart', label: 'Run Restart API' },
    };
    const replies: Reply[] = [
      { kind: 'ask', form, problems: [] },
      { kind: 'told', text: 'Restart API was started.' },
    ];
    const { discord, adapter, presses } = await started(async () => replies.shift() as Reply);
    const { id } = await adapter.post(to(ALERTS), content);
    const asked = await discord.press(messageOf(discord, id), 'Acknowledge', MAYA);
    expect(asked).toMatchObject({ type: 4, data: { flags: 68, content: expect.stringContaining('On every host?') } });
    const done = await discord.pressPrivate(MAYA, 'Run Restart API');
    expect(done).toMatchObject({ type: 7, data: { components: [], content: expect.stringContaining('was started') } });
    expect(presses[1]).toMatchObject({ confirmed: true, from: { channel: ALERTS, message: id } });
  });

  test('that needs a yes and gets a Cancel does nothing', async () => {
    const form = {
      title: 'Restart API',
      confirm: 'On every host?',
      fields: [],
      submit: { action: 'run', argument: 'restart', label: 'Run it' },
    };
    const { discord, adapter, presses } = await started(async () => ({ kind: 'ask', form, problems: [] }));
    const { id } = await adapter.post(to(ALERTS), content);
    await discord.press(messageOf(discord, id), 'Acknowledge', MAYA);
    expect(await discord.pressPrivate(MAYA, 'Cancel')).toMatchObject({
      data: { content: 'Nothing was done.', components: [] },
    });
    expect(presses).toHaveLength(1);
  });

  test('whose result takes longer than Discord waits is acknowledged, and answered when it is there', async () => {
    const late = Promise.withResolvers<Reply>();
    const { discord, adapter } = await started(() => late.promise);
    const { id } = await adapter.post(to(ALERTS), content);
    expect(await discord.press(messageOf(discord, id), 'Acknowledge', MAYA)).toMatchObject({ type: 6 });
    late.resolve({ kind: 'refused', code: 'not_allowed', text: 'Only discord:role:9 may acknowledge.' });
    await soon(() => expect(discord.followUps).toMatchObject([{ user: MAYA.id, data: { flags: 68 } }]));
  });

  test('that cannot be taken is told so', async () => {
    const { discord, adapter } = await started(async () => {
      throw new Error('the disk is full');
    });
    const { id } = await adapter.post(to(ALERTS), content);
    const { data } = await discord.press(messageOf(discord, id), 'Acknowledge', MAYA);
    expect(data.content).toContain('Press again in a moment');
  });

  test('of a button that is none of ours leads nowhere', async () => {
    const { discord, adapter, presses } = await started();
    const { id } = await adapter.post(to(ALERTS), content);
    const message = messageOf(discord, id);
    const row = { type: 1, components: [{ type: 2, style: 2, label: 'Evil', custom_id: '../../x' }] };
    const { data } = await discord.press(
      { ...message, content: { ...message.content, components: [row] } },
      'Evil',
      MAYA,
    );
    expect(data.content).toContain('not known here');
    expect(presses).toEqual([]);
  });
});

describe('the command', () => {
  const OTHERS = '811111111111111112';

  async function asked(open: Host['open'] = async () => saying('Nothing is open.', 0)) {
    const questions: Question[] = [];
    const it = await started(undefined, {
      open: (question) => {
        questions.push(question);
        return open(question);
      },
    });
    return { ...it, questions };
  }

  test('is answered to who picked it alone, and says who asks, and from which channels', async () => {
    const { discord, questions } = await asked();
    const answer = await discord.command('tocsin', 'open', { ...MAYA, roles: ['99'] });
    expect(answer).toMatchObject({ type: 4, data: { flags: 68, content: 'Nothing is open.' } });
    expect(questions).toMatchObject([
      {
        actor: { platform: 'discord', tenant: GUILD, id: MAYA.id, name: 'Real maya' },
        channels: expect.arrayContaining([ALERTS, OPS]),
      },
    ]);
    expect(questions[0]?.actor.groups).toContain('99');
  });

  test.each([
    ['in a direct message', null],
    ['in a server that the bot is not in', OTHERS],
  ])('%s is refused, and never reaches the bridge', async (_where, guild) => {
    const { discord, questions } = await asked();
    const { data } = await discord.command('tocsin', 'open', MAYA, { guild });
    expect(data.content).toBe('This is answered in a server that the bot is in.');
    expect(questions).toEqual([]);
  });

  test('whose answer takes longer than Discord waits is deferred, and answered alone when it is there', async () => {
    const late = Promise.withResolvers<OpenList>();
    const { discord } = await asked(() => late.promise);
    expect(await discord.command('tocsin', 'open', MAYA)).toMatchObject({ type: 5, data: { flags: 64 } });
    late.resolve(saying('Nothing is open.', 0));
    await soon(() =>
      expect(discord.followUps).toMatchObject([{ user: MAYA.id, data: { content: 'Nothing is open.' } }]),
    );
    expect(discord.log.at(-1)).toMatchObject({ method: 'PATCH', path: expect.stringMatching(/original$/) });
  });

  test('that cannot be answered says so', async () => {
    const { discord } = await asked(() => Promise.reject(new Error('the disk is full')));
    const { data } = await discord.command('tocsin', 'open', MAYA);
    expect(data.content).toContain('Ask again in a moment');
  });

  test('of another program of the application is left to it', async () => {
    const { discord, questions } = await asked();
    discord.commands.set('deploy', { id: '1', name: 'deploy', options: [{ type: 1, name: 'open' }] });
    const unanswered = discord.command('deploy', 'open', MAYA);
    unanswered.catch(() => {});
    await discord.command('tocsin', 'open', MAYA);
    expect([discord.callbacks.length, questions.length]).toEqual([1, 1]);
  });

  const made = (discord: FakeDiscord) =>
    discord.log.filter(({ method, path }) => method === 'POST' && path.endsWith('/commands'));

  test('is made known once, beside others of the application, and not again while it is the same', async () => {
    const { discord, adapter } = await started();
    discord.commands.set('deploy', { id: '1', name: 'deploy' });
    const looked = () =>
      discord.log.filter(({ method, path }) => method === 'GET' && path.endsWith('/commands')).length;
    expect(looked()).toBe(1);
    discord.dropGateway(4_004);
    await soon(() => expect(looked()).toBe(2));
    await soon(() => expect(adapter.status()).toEqual({ connected: true }));
    expect(made(discord)).toHaveLength(1);
    expect([...discord.commands.keys()]).toEqual(['tocsin', 'deploy']);
    expect(discord.commands.get('tocsin')).toMatchObject({ contexts: [0], integration_types: [0] });
  });

  test('that an older version made known is replaced', async () => {
    const { discord } = await started(undefined, {}, (fake) =>
      fake.commands.set('tocsin', { id: '1', type: 1, name: 'tocsin', description: 'old', options: [] }),
    );
    await soon(() => expect(made(discord)).toHaveLength(1));
    expect(discord.commands.get('tocsin')).toMatchObject({ id: '1', options: [{ name: 'open' }] });
  });

  test.each<readonly [string, Trouble, number]>([
    ['may not be made known', { kind: 'error', status: 403, code: 50_001, message: 'Missing Access' }, 0],
    ['is made known too often', { kind: 'limited', seconds: 1 }, 1],
  ])('that %s stops nothing else, and the cure is told once', async (_what, trouble, afterwards) => {
    const lines: string[] = [];
    const log = pino({ level: 'warn' }, { write: (line) => lines.push(line) });
    const { discord, adapter } = await started(undefined, { log, clock: clockAt(20) }, (fake) => {
      fake.script({ path: /commands$/, trouble });
      fake.commands.set('tocsin', {}); // so that nobody waits for it
    });
    const told = () => lines.filter((line) => line.includes('applications.commands'));
    await soon(() => expect(told()).toHaveLength(1));
    expect(adapter.status()).toEqual({ connected: true });
    await adapter.post(to(ALERTS), content);
    await soon(() => expect(discord.log.filter(({ path }) => path.endsWith('commands')).length).toBe(1 + afterwards));
    expect(told()).toHaveLength(1);
    discord.heal();
    if (afterwards > 0) await soon(() => expect(made(discord)).toHaveLength(1));
  });
});

test('the roles of a person are asked for again when a run begins', async () => {
  const { discord, adapter } = await started();
  discord.members.set(MAYA.id, ['99']);
  expect(await adapter.groups?.({ platform: 'discord', tenant: GUILD, id: MAYA.id, name: 'Maya' })).toEqual(['99']);
  await expect(adapter.groups?.({ platform: 'discord', id: MAYA.id, name: 'Maya' })).rejects.toThrow();
});

describe('the connection', () => {
  test('asks for the servers alone, no intent that Discord must approve', async () => {
    const { discord } = await started();
    expect(discord.identified).toMatchObject([{ intents: 1 }]);
  });

  test('that was cut comes back by itself, and presses come through', async () => {
    const { discord, adapter, presses } = await started();
    const { id } = await adapter.post(to(ALERTS), content);
    discord.dropGateway();
    await soon(() => expect(discord.sessions()).toBe(0));
    await soon(() => expect([discord.sessions(), adapter.status().connected]).toEqual([1, true]));
    await discord.press(messageOf(discord, id), 'Acknowledge', MAYA);
    expect(presses).toHaveLength(1);
  });

  test('that Discord ended for good is logged in anew', async () => {
    const { discord, adapter } = await started();
    discord.dropGateway(4_004);
    await soon(() => expect(adapter.status().connected).toBe(false));
    await soon(() => expect(adapter.status()).toEqual({ connected: true }));
  });

  test('says what is wrong with a token and the cure, and is there when Discord takes it', async () => {
    const discord = await startFakeDiscord();
    discord.script({ trouble: { kind: 'error', status: 401, code: 0, message: '401: Unauthorized' } });
    const adapter = connect({ token: BOT_TOKEN, apiUrl: discord.apiUrl }, hostOf());
    onTestFinished(async () => {
      await adapter.close();
      await discord.close();
    });
    await soon(() =>
      expect(adapter.status()).toMatchObject({
        connected: false,
        reason: expect.stringContaining('DISCORD_BOT_TOKEN'),
      }),
    );
    discord.heal();
    await soon(() => expect(adapter.status()).toEqual({ connected: true }));
    await adapter.post(to(ALERTS), content);
  });
});

test('the invitation names the bot by its token and asks for exactly the permissions that it needs', () => {
  const link = new URL(invitation(BOT_TOKEN));
  expect(link.searchParams.get('client_id')).toBe(APPLICATION);
  expect(link.searchParams.get('permissions')).toBe('309237730304');
  expect(link.searchParams.get('scope')).toBe('bot applications.commands');
});

const content = discordPlatform.render(sampleCard);
const line = {
  at: 1_750_000_000_000,
  kind: 'acknowledged',
  actor: { platform: 'discord', id: MAYA.id, name: 'Maya' },
  text: 'acknowledged',
  tell: 'thread',
} as const;
let posts = 0;
const to = (channel: string, deadline = AbortSignal.timeout(10_000)): Target => ({
  channel,
  once: `d${posts++}.0`,
  deadline,
});
const messageOf = (discord: FakeDiscord, id: string) => discord.messages(ALERTS).find((message) => message.id === id)!;

async function started(
  press: (one: Press) => Promise<Reply> = async () => ({ kind: 'told', text: 'well' }),
  over: Partial<Host> = {},
  prepare: (discord: FakeDiscord) => void = () => {},
): Promise<{ discord: FakeDiscord; adapter: Adapter; presses: Press[] }> {
  const discord = await startFakeDiscord();
  prepare(discord);
  const presses: Press[] = [];
  const adapter = connect(
    { token: BOT_TOKEN, apiUrl: discord.apiUrl },
    hostOf({
      press: (one) => {
        presses.push(one);
        return press(one);
      },
      ...over,
    }),
  );
  onTestFinished(async () => {
    await adapter.close();
    await discord.close();
  });
  await soon(() => expect(adapter.status()).toEqual({ connected: true }));
  await soon(() => expect(discord.commands.has('tocsin')).toBe(true));
  return { discord, adapter, presses };
}
