import { describe, expect, onTestFinished, test } from 'vitest';
import { connect } from '../../../src/adapters/slack/connect.ts';
import { slackPlatform } from '../../../src/adapters/slack/platform.ts';
import { DeliveryError, FaultsFound } from '../../../src/domain/errors.ts';
import { type OpenList, saying } from '../../../src/domain/model.ts';
import type { Adapter, Host, Memory, Press, Question, Reply, Target } from '../../../src/domain/ports.ts';
import { adapterContract, sampleCard } from '../../contracts/adapter.ts';
import { hostOf, memoryOf } from '../../support/host.ts';
import { APP_TOKEN, BOT_TOKEN, type FakeSlack, startFakeSlack, type Trouble } from '../../support/slack/server.ts';
import { soon } from '../../support/soon.ts';

adapterContract(slackPlatform, async () => {
  const slack = await startFakeSlack();
  const adapter = connect(envOf(slack), hostOf());
  await soon(() => expect(adapter.status().connected).toBe(true));
  const meets = (trouble: Trouble) => () => slack.script({ times: 1, channel: 'C0ALERTS0', trouble });
  const says = (error: string, more = {}) => meets({ kind: 'error', error, more });
  const refusals = [
    ['channel_not_found', 'misconfigured', 'channel', /invite/i],
    ['not_in_channel', 'forbidden', 'channel', /invite/i],
    ['is_archived', 'forbidden', 'channel', /unarchive/],
    ['restricted_action', 'forbidden', 'channel', /admin/],
    ['token_revoked', 'misconfigured', 'account', /SLACK_BOT_TOKEN/],
    ['invalid_auth', 'misconfigured', 'account', /SLACK_BOT_TOKEN/],
    ['account_inactive', 'misconfigured', 'account', /Install/],
    ['msg_blocks_too_long', 'too_large', 'channel', undefined],
    ['invalid_blocks', 'too_large', 'channel', undefined],
    ['rate_limited', 'limited', 'channel', undefined],
    ['internal_error', 'unknown_outcome', 'channel', undefined],
    ['a_word_of_tomorrow', 'unavailable', 'channel', undefined],
  ] as const;
  return {
    adapter,
    channel: 'C0ALERTS0',
    calls: () => slack.log.filter(({ channel }) => channel !== undefined).length,
    onces: () =>
      slack.messages().map(({ metadata }) => (metadata as { event_payload?: { once: string } })?.event_payload?.once),
    wire: {
      stall: meets({ kind: 'stall' }),
      lose: meets({ kind: 'drop' }),
      garble: meets({ kind: 'garbage' }),
      heal: () => slack.heal(),
    },
    erase: ({ id }) => slack.deleteMessage(id),
    failures: [
      ...refusals.map(([error, reason, scope, cure]) => ({
        when: error,
        during: 'post' as const,
        gives: { reason, scope, ...(cure && { cure: expect.stringMatching(cure) as unknown as string }) },
        arrange: says(error),
      })),
      {
        when: '429',
        during: 'post',
        gives: { reason: 'limited', scope: 'channel', retryAfter: 7_000 },
        arrange: meets({ kind: 'limited', seconds: 7 }),
      },
      {
        when: 'a scope is missing',
        during: 'post',
        gives: { reason: 'misconfigured', cure: expect.stringContaining('chat:write') as unknown as string },
        arrange: says('missing_scope', { needed: 'chat:write', provided: 'users:read' }),
      },
      {
        when: '503',
        during: 'post',
        gives: { reason: 'unavailable' },
        arrange: meets({ kind: 'status', status: 503 }),
      },
      {
        when: '500 on a post',
        during: 'post',
        gives: { reason: 'unknown_outcome' },
        arrange: meets({ kind: 'status', status: 500 }),
      },
      {
        when: '500 on an edit',
        during: 'edit',
        gives: { reason: 'unavailable' },
        arrange: meets({ kind: 'status', status: 500 }),
      },
    ],
    async close() {
      await adapter.close();
      await slack.close();
    },
  };
});

describe('a channel by its name', () => {
  test('is looked up once, through all pages, and kept across restarts', async () => {
    const { slack, adapter, memory } = await started();
    await adapter.post(to('#OPS'), content);
    await adapter.post(to('ops'), content);
    expect(slack.messages('C0OPS0000')).toHaveLength(2);
    const looks = () => slack.log.filter(({ method }) => method === 'conversations.list').length;
    expect(looks()).toBe(2); // pages
    const again = connect(envOf(slack), hostOf({ memory }));
    onTestFinished(() => again.close());
    await again.post(to('ops'), content);
    expect(looks()).toBe(2);
  });

  test('that nobody knows is told with the cure', async () => {
    const { adapter } = await started();
    await expect(adapter.post(to('nowhere'), content)).rejects.toMatchObject({
      failure: {
        reason: 'misconfigured',
        message: expect.stringContaining('#nowhere'),
        cure: expect.stringMatching(/invite the bot/),
      },
    });
  });

  test('that leads to another channel now is looked up again', async () => {
    const { slack, adapter } = await started();
    await adapter.post(to('ops'), content);
    slack.channels.delete('C0OPS0000');
    slack.channels.set('C0OPSNEW0', { name: 'ops' });
    await expect(adapter.post(to('ops'), content)).rejects.toMatchObject({ failure: { reason: 'misconfigured' } });
    await adapter.post(to('ops'), content);
    expect(slack.messages('C0OPSNEW0')).toHaveLength(1);
  });

  test('does not keep a post to another channel waiting', async () => {
    const { slack, adapter } = await started();
    slack.script({ method: 'conversations.list', trouble: { kind: 'stall' } });
    const waiting = adapter.post(to('ops', AbortSignal.timeout(1_000)), content);
    await adapter.post(to('C0ALERTS0'), content);
    expect(slack.messages('C0ALERTS0')).toHaveLength(1);
    await expect(waiting).rejects.toBeInstanceOf(DeliveryError);
  });
});

describe('a post whose outcome nobody knows', () => {
  test('cannot be looked for without the scope, which is named', async () => {
    const { slack, adapter } = await started();
    slack.script({
      method: 'conversations.history',
      trouble: { kind: 'error', error: 'missing_scope', more: { needed: 'channels:history' } },
    });
    await expect(adapter.find?.(to('C0ALERTS0'), 0)).rejects.toMatchObject({
      failure: { reason: 'misconfigured', cure: expect.stringContaining('channels:history') },
    });
  });

  test('cannot be looked for where the bot is no member', async () => {
    const { slack, adapter } = await started();
    slack.channels.set('C0ALERTS0', { name: 'alerts', member: false });
    await expect(adapter.find?.(to('C0ALERTS0'), 0)).rejects.toMatchObject({ failure: { reason: 'forbidden' } });
  });
});

describe('a line of the timeline', () => {
  const line = {
    at: 1_750_000_000_000,
    kind: 'reminded',
    actor: { platform: 'bridge', id: 'bridge', name: 'Tocsin' },
    text: 'reminds',
  } as const;

  test('that wakes somebody is told in the channel too, with whom it mentions', async () => {
    const { slack, adapter } = await started();
    const message = await adapter.post(to('C0ALERTS0'), content);
    const mentions = [{ platform: 'slack', kind: 'group', id: 'S012' }] as const;
    await adapter.reply?.(to('C0ALERTS0'), message, { ...line, tell: 'channel' }, mentions);
    await adapter.reply?.(to('C0ALERTS0'), message, { ...line, tell: 'thread' }, []);
    const replies = slack.messages().filter(({ thread }) => thread === message.id);
    expect(replies.map(({ broadcast }) => broadcast)).toEqual([true, false]);
    expect(JSON.stringify(replies.map(({ content: { blocks } }) => blocks))).toContain('"usergroup_id":"S012"');
  });
});

describe('the pace', () => {
  test('of posts is one a second in a channel after a burst, of edits that of the workspace, and neither waits for the other', async () => {
    const { adapter } = await started();
    const message = await adapter.post(to('C0ALERTS0'), content);
    for (let count = 1; count < 4; count++) await adapter.post(to('C0ALERTS0'), content);
    expect(adapter.pace?.('post', 'C0ALERTS0')).toBeGreaterThan(0);
    expect(adapter.pace?.('post', 'C0ALERTS0')).toBeLessThanOrEqual(1_000);
    expect(adapter.pace?.('reply', 'C0ALERTS0')).toBeGreaterThan(0);
    expect(adapter.pace?.('post', 'C0OPS0000')).toBe(0);
    expect(adapter.pace?.('edit', 'C0ALERTS0')).toBe(0);
    for (let count = 0; count < 20; count++) await adapter.edit?.(to('C0ALERTS0'), message, content);
    expect(adapter.pace?.('edit', 'C0OPS0000')).toBeGreaterThan(0);
  });
});

describe('the groups of a person', () => {
  const maya = { platform: 'slack', tenant: 'T0ACME000', id: 'U0MAYA000', name: 'Maya' };

  test('are those of Slack, asked once a minute', async () => {
    const { slack, adapter } = await started();
    slack.groups.set('S0SRE', ['U0MAYA000', 'U2']).set('S0DEV', ['U2']);
    await soon(() => expect(adapter.status().connected).toBe(true));
    expect(await adapter.groups?.(maya)).toEqual(['S0SRE']);
    expect(await adapter.groups?.({ ...maya, id: 'U2' })).toEqual(['S0SRE', 'S0DEV']);
    expect(slack.log.filter(({ method }) => method === 'usergroups.list')).toHaveLength(1);
  });

  test.each(['plan_upgrade_required', 'missing_scope', 'internal_error'])(
    'cannot be had where Slack says %s',
    async (error) => {
      const { slack, adapter } = await started();
      slack.script({ method: 'usergroups.list', times: 1, trouble: { kind: 'error', error } });
      await soon(() => expect(adapter.status().connected).toBe(true));
      await expect(adapter.groups?.(maya)).rejects.toThrow(error);
      expect(await adapter.groups?.(maya)).toEqual([]); // and are asked for anew
    },
  );

  test('of another workspace are not asked for', async () => {
    const { adapter } = await started();
    await soon(() => expect(adapter.status().connected).toBe(true));
    await expect(adapter.groups?.({ ...maya, tenant: 'T0OTHER00' })).rejects.toThrow();
  });
});

describe('the connection', () => {
  test('says what is wrong and the cure, and is there when Slack takes the token', async () => {
    const { slack, adapter } = await started((fake) =>
      fake.script({ method: 'auth.test', trouble: { kind: 'error', error: 'invalid_auth' } }),
    );
    await soon(() =>
      expect(adapter.status()).toMatchObject({
        connected: false,
        reason: expect.stringMatching(/invalid_auth.*SLACK_BOT_TOKEN/),
      }),
    );
    slack.heal();
    await soon(() => expect(adapter.status()).toEqual({ connected: true }));
  });

  test('is held by two sockets, and a press comes through while Slack renews one after the other', async () => {
    const { slack, adapter, presses } = await started();
    await soon(() => expect(slack.sockets()).toBe(2));
    const { id } = await adapter.post(to('C0ALERTS0'), content);
    const message = () => slack.messages('C0ALERTS0').find(({ ts }) => ts === id)!;
    for (let renewed = 1; renewed <= 4; renewed++) {
      slack.dropSockets(1);
      await slack.press(message(), 'Acknowledge', { id: 'U0MAYA000', name: 'maya' });
      await soon(() => expect(presses).toHaveLength(renewed));
      await soon(() => expect(slack.sockets()).toBe(2));
    }
    expect(presses[0]).toMatchObject({
      actor: { platform: 'slack', tenant: 'T0ACME000', id: 'U0MAYA000', name: 'Real U0MAYA000' },
      incident: sampleCard.incident,
      action: 'acknowledge',
      from: { channel: 'C0ALERTS0', message: id },
    });
  });

  test('comes back by itself after Slack could not open one', async () => {
    const { slack, adapter } = await started((fake) =>
      fake.script({ method: 'apps.connections.open', trouble: { kind: 'status', status: 500 } }),
    );
    await soon(() =>
      expect(adapter.status()).toMatchObject({ connected: false, reason: expect.stringContaining('no connection') }),
    );
    slack.heal();
    await soon(() => expect(adapter.status()).toEqual({ connected: true }));
  });

  test('ends with the adapter', async () => {
    const { slack, adapter } = await started();
    await soon(() => expect(slack.sockets()).toBe(2));
    await adapter.close();
    await soon(() => expect(slack.sockets()).toBe(0));
  });
});

describe('a press', () => {
  async function pressed(more: object = {}, reply?: Reply | Error) {
    const it = await started(undefined, reply);
    await soon(() => expect(it.slack.sockets()).toBe(2));
    const { id } = await it.adapter.post(to('C0ALERTS0'), content);
    const message = it.slack.messages('C0ALERTS0').find(({ ts }) => ts === id)!;
    return {
      ...it,
      message,
      press: () => it.slack.press(message, 'Acknowledge', { id: 'U0MAYA000', name: 'maya', ...more }),
    };
  }

  test('by somebody of another workspace is refused, and never reaches the bridge', async () => {
    const { slack, press, presses } = await pressed({ team: 'T0OTHER00' });
    await press();
    await soon(() => expect(JSON.stringify(slack.responses)).toContain('another Slack workspace'));
    expect(presses).toEqual([]);
  });

  test('in the name of another workspace is refused', async () => {
    const { slack, message, presses } = await pressed();
    await slack.press(message, 'Acknowledge', { id: 'U0MAYA000', name: 'maya' }, { team: { id: 'T0OTHER00' } });
    await soon(() => expect(JSON.stringify(slack.responses)).toContain('another Slack workspace'));
    expect(presses).toEqual([]);
  });

  test.each(['../../etc', '', 'x'.repeat(2_000), '{"action":"run"}'])(
    'with the value %j is none of ours',
    async (value) => {
      const { slack, message, presses } = await pressed();
      const action = { type: 'button', action_id: 'press.0', value, action_ts: '1.1', block_id: 'b' };
      await slack.press(message, 'Acknowledge', { id: 'U0MAYA000', name: 'maya' }, { actions: [action] });
      await soon(() => expect(JSON.stringify(slack.responses)).toContain('not known here'));
      expect(presses).toEqual([]);
    },
  );

  test('sent twice has one id', async () => {
    const { slack, message, presses } = await pressed();
    const action = {
      type: 'button',
      action_id: 'press.0',
      value: `${sampleCard.incident}.acknowledge`,
      action_ts: '1.1',
      block_id: 'b',
    };
    for (let count = 0; count < 2; count++)
      await slack.press(message, 'Acknowledge', { id: 'U0MAYA000', name: 'maya' }, { actions: [action] });
    await soon(() => expect(presses).toHaveLength(2));
    expect(new Set(presses.map(({ id }) => id)).size).toBe(1);
  });

  test('shows the card as it is now at once where edits must wait for each other, and else leaves it to its edit', async () => {
    const card = { ...sampleCard, state: 'Acknowledged by Maya', tone: 'acknowledged' } as const;
    const { slack, adapter, press, presses, message } = await pressed(
      {},
      { kind: 'done', incident: card.incident, card, text: 'You have it.' },
    );
    await press();
    await soon(() => expect(presses).toHaveLength(1));
    for (let count = 0; count < 20; count++)
      await adapter.edit?.(to('C0ALERTS0'), { id: message.ts, channel: message.channel }, content);
    expect(slack.responses).toEqual([]);
    await press();
    await soon(() => expect(JSON.stringify(message.content)).toContain('Acknowledged by Maya'));
  });

  test('that cannot be taken is told so', async () => {
    const { slack, press } = await pressed({}, new Error('the disk is full'));
    await press();
    await soon(() => expect(JSON.stringify(slack.responses)).toContain('Press again in a moment'));
    expect(JSON.stringify(slack.responses)).not.toContain('disk');
  });
});

describe('the command', () => {
  const MAYA = { id: 'U0MAYA000', name: 'maya' };

  async function asked(open: Host['open'] = async () => saying('Nothing is open.', 0)) {
    const questions: Question[] = [];
    const it = await started(undefined, undefined, {
      open: (question) => {
        questions.push(question);
        return open(question);
      },
    });
    await soon(() => expect(it.slack.sockets()).toBe(2));
    return { ...it, questions, told: () => it.slack.responses.map(({ content }) => content) };
  }

  test.each(['open', ' Open ', ''])('with the words %j is answered to who wrote it alone', async (words) => {
    const { slack, questions, told } = await asked();
    expect(await slack.command('/tocsin', words, MAYA)).toMatchObject({ status: 200, payload: {} });
    await soon(() =>
      expect(told()).toMatchObject([
        { response_type: 'ephemeral', replace_original: false, text: 'Nothing is open.', parse: 'none' },
      ]),
    );
    const actor = { platform: 'slack', tenant: 'T0ACME000', id: MAYA.id, name: `Real ${MAYA.id}` };
    expect(questions).toEqual([{ actor }]);
  });

  test.each(['opened', 'resolve all', '<!channel>'])('with the words %j says alone what it knows', async (words) => {
    const { slack, questions, told } = await asked();
    await slack.command('/tocsin', words, MAYA);
    await soon(() => expect(JSON.stringify(told())).toContain('Write /tocsin open'));
    expect(JSON.stringify(told())).not.toContain('channel>');
    expect(questions).toEqual([]);
  });

  test('by somebody of another workspace is refused, and never reaches the bridge', async () => {
    const { slack, questions, told } = await asked();
    await slack.command('/tocsin', 'open', { ...MAYA, team: 'T0OTHER00' });
    await soon(() => expect(JSON.stringify(told())).toContain('another Slack workspace'));
    expect(questions).toEqual([]);
  });

  test('is acknowledged before the answer is there', async () => {
    const late = Promise.withResolvers<OpenList>();
    const { slack, told } = await asked(() => late.promise);
    await slack.command('/tocsin', 'open', MAYA);
    expect(told()).toEqual([]);
    late.resolve(saying('Nothing is open.', 0));
    await soon(() => expect(told()).toHaveLength(1));
  });

  test('that cannot be answered says so', async () => {
    const { slack, told } = await asked(() => Promise.reject(new Error('the disk is full')));
    await slack.command('/tocsin', 'open', MAYA);
    await soon(() => expect(JSON.stringify(told())).toContain('Ask again in a moment.'));
    expect(JSON.stringify(told())).not.toContain('disk');
  });
});

describe('the variables', () => {
  test.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_BOT_TOKEN', /SLACK_APP_TOKEN/],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_APP_TOKEN', /bot token/],
    [{ SLACK_SIGNING_SECRET: 's' }, 'SLACK_SIGNING_SECRET', /bot token/],
  ])('%j are not enough', (values, place, cure) => {
    expect(() => slackPlatform.configure(values)).toThrow(FaultsFound);
    try {
      slackPlatform.configure(values);
    } catch (error) {
      expect((error as FaultsFound).faults).toMatchObject([{ place, cure: expect.stringMatching(cure) }]);
    }
  });

  test('of an address alone turn nothing on', () => {
    expect(slackPlatform.configure({ SLACK_API_URL: 'https://slack.com/api/' })).toBeUndefined();
  });
});

const content = slackPlatform.render(sampleCard);
let posts = 0;
const to = (channel: string, deadline = AbortSignal.timeout(10_000)): Target => ({
  channel,
  once: `d${posts++}.0`,
  deadline,
});

const envOf = (slack: FakeSlack) =>
  ({ botToken: BOT_TOKEN, apiUrl: slack.apiUrl, way: { kind: 'socket', appToken: APP_TOKEN } }) as const;

async function started(
  prepare: (slack: FakeSlack) => void = () => {},
  reply: Reply | Error = { kind: 'told', text: 'well' },
  over: Partial<Host> = {},
): Promise<{ slack: FakeSlack; adapter: Adapter; presses: Press[]; memory: Memory }> {
  const slack = await startFakeSlack();
  prepare(slack);
  const presses: Press[] = [];
  const memory = memoryOf();
  const press = async (one: Press) => {
    presses.push(one);
    if (reply instanceof Error) throw reply;
    return reply;
  };
  const adapter = connect(envOf(slack), hostOf({ press, memory, ...over }));
  onTestFinished(async () => {
    await adapter.close();
    await slack.close();
  });
  return { slack, adapter, presses, memory };
}
