import { z } from 'zod';
import { DeliveryError } from '../../domain/errors.ts';
import type { Adapter, Host, Rendered } from '../../domain/ports.ts';
import { Pace } from '../pace.ts';
import { createConversations, threadOf, unknown, withoutThread } from './conversations.ts';
import { messagesEndpoint } from './endpoint.ts';
import { type Call, failureOf } from './failure.ts';
import { introduction } from './introduction.ts';
import { renderLine } from './line.ts';
import type { TeamsEnv } from './platform.ts';
import { createPresses } from './presses.ts';
import { type Bot, startBot } from './sdk.ts';
import { keepTokens } from './tokens.ts';
import { targeted } from './whisper.ts';

/**
 * For one bot in one conversation: 7 calls in 1 s, 8 in 2 s, 60 in 30 s, 1,800 in an hour. A bucket lets through its burst and what has
 * refilled: 4 + 2, 4 + 4, 4 + 56, and 900 + 900. https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit
 */
const SHORT = { everyMs: 536, burst: 4 };
const HOURLY = { everyMs: 4_000, burst: 900 };

const TELL_WITHIN_MS = 10_000;

const posted = z.object({ id: z.string().min(1) });
const spoken = z.object({ conversation: z.object({ id: z.string().min(1) }), serviceUrl: z.string() });

type Conversations = ReturnType<Bot['conversations']>;

/** One bot in one tenant. Returns at once; the SDK and the token come behind it. */
export function connect(env: TeamsEnv, host: Host): Adapter {
  const { clock, log, memory } = host;
  const ended = new AbortController();
  const tokens = keepTokens(env, { clock, log, stopping: ended.signal });
  const conversations = createConversations(env, memory);
  const paces = [new Pace({ ...SHORT, clock }), new Pace({ ...HOURLY, clock })];
  const presses = createPresses(host, env, ({ conversation, serviceUrl, from }, text) =>
    conversation.conversationType === 'personal' // targeted messages are for groups
      ? tell(conversation.id, serviceUrl, (api, id) => api.createActivity(id, plain(text)))
      : tell(conversation.id, serviceUrl, (api, id) =>
          api.createTargetedActivity(id, targeted(text, from.id) as never),
        ),
  );

  const starting = startBot(
    env,
    {
      heard,
      invoke: presses.invoke,
      async message(activity) {
        if (await presses.submit(activity)) return;
        const said = introduction(activity);
        if (said !== undefined)
          await tell(said.conversation, said.serviceUrl, (api, id) => api.createActivity(id, plain(said.text)));
      },
    },
    () => tokens.get(AbortSignal.timeout(TELL_WITHIN_MS)),
    log,
  );
  let broken: string | undefined;
  starting.catch((error: Error) => {
    broken = `the SDK of Teams cannot be loaded: ${error.message}`;
    log.error({ reason: broken }, 'Teams is not connected');
  });

  /** Each activity says where its conversation is served now; the one of the installation is the first. */
  async function heard(activity: unknown): Promise<void> {
    const read = spoken.safeParse(activity).data;
    if (read === undefined) return;
    await conversations
      .heard(withoutThread(read.conversation.id), read.serviceUrl)
      .catch((error: Error) => log.warn({ error: error.message }, 'a conversation of Teams could not be stored'));
  }

  /** What Teams answers, or a DeliveryError. */
  async function ask<T>(
    kind: Call,
    schema: z.ZodType<T>,
    serviceUrl: string,
    deadline: AbortSignal,
    call: (api: Conversations) => Promise<unknown>,
  ): Promise<T> {
    const bot = await starting;
    const token = await tokens.get(deadline);
    try {
      return schema.parse(await call(bot.conversations(serviceUrl, token, deadline)));
    } catch (error) {
      const failed = failureOf(kind, error);
      const { reason, scope } = failed.failure;
      // A token that was good for a while is worth another one.
      if (reason === 'misconfigured' && scope === 'account' && tokens.refused(token))
        throw new DeliveryError({ ...failed.failure, reason: 'unavailable' });
      throw failed;
    }
  }

  /** An answer to somebody who spoke to the bot. Never rejects: they speak again. */
  async function tell(
    conversation: string,
    serviceUrl: string,
    call: (api: Conversations, id: string) => Promise<unknown>,
  ): Promise<void> {
    for (const pace of paces) pace.take(withoutThread(conversation));
    const deadline = AbortSignal.any([ended.signal, AbortSignal.timeout(TELL_WITHIN_MS)]);
    await ask('ask', z.unknown(), serviceUrl, deadline, (api) => call(api, conversation)).catch(
      (error: DeliveryError) => log.warn({ error: error.message }, 'an answer was not sent to Teams'),
    );
  }

  /** The conversation that a route names, paid for. */
  function conversationOf(channel: string): string {
    const id = conversations.idOf(channel);
    if (id === undefined) throw unknown(channel);
    for (const pace of paces) pace.take(id);
    return id;
  }

  return {
    endpoints: [messagesEndpoint(env, { starting, clock, log })],

    status() {
      const reason = broken ?? tokens.reason;
      return reason === undefined ? { connected: true } : { connected: false, reason };
    },

    pace: (_call, channel) => {
      const id = conversations.idOf(channel);
      return id === undefined ? 0 : Math.max(...paces.map((pace) => pace.wait(id)));
    },

    /** Teams holds on to nothing by which a lost post could be found: one of unknown outcome is made again. */
    async post({ channel, deadline }, content) {
      const conversation = conversationOf(channel);
      const service = await conversations.serviceOf(conversation);
      const { id } = await ask('post', posted, service, deadline, (api) =>
        api.createActivity(conversation, messageIn(content)),
      );
      return { id, channel: conversation };
    },

    async edit({ channel, deadline }, { id, channel: conversation }, content) {
      conversationOf(channel);
      const service = await conversations.serviceOf(conversation);
      await ask('edit', z.unknown(), service, deadline, (api) =>
        api.updateActivity(conversation, id, messageIn(content)),
      );
    },

    async reply({ channel, deadline }, { id, channel: conversation }, line, mentions) {
      conversationOf(channel);
      const service = await conversations.serviceOf(conversation);
      const where = line.tell === 'channel' ? conversation : threadOf(conversation, id);
      await ask('reply', z.unknown(), service, deadline, (api) =>
        api.createActivity(where, messageIn(renderLine(line, mentions))),
      );
    },

    close: async () => ended.abort(),
  };
}

const messageIn = ({ json }: Rendered) => json as never;
const plain = (text: string) => ({ type: 'message', text, textFormat: 'plain' }) as const;
