import { z } from 'zod';
import type { Adapter, Host, Rendered } from '../../domain/ports.ts';
import { asksOpen } from '../asking.ts';
import { Pace } from '../pace.ts';
import { createPressing } from '../pressing.ts';
import { addressed } from './addressed.ts';
import { createAsk } from './ask.ts';
import { createConversations, threadOf, unknown, withoutThread } from './conversations.ts';
import { messagesEndpoint } from './endpoint.ts';
import { introduction } from './introduction.ts';
import { renderLine } from './line.ts';
import type { TeamsEnv } from './platform.ts';
import { createPresses, FIRST_ANSWER_MS } from './presses.ts';
import { createQuestions } from './questions.ts';
import { startBot } from './sdk.ts';
import { keepTokens } from './tokens.ts';
import { createVoice } from './voice.ts';

/**
 * For one bot in one conversation: 7 calls in 1 s, 8 in 2 s, 60 in 30 s, 1,800 in an hour. A bucket lets through its burst and what has
 * refilled: 4 + 2, 4 + 4, 4 + 56, and 900 + 900. https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit
 */
const SHORT = { everyMs: 536, burst: 4 };
const HOURLY = { everyMs: 4_000, burst: 900 };

const TELL_WITHIN_MS = 10_000;

const posted = z.object({ id: z.string().min(1) });
const edited = z.union([posted, z.literal(''), z.undefined()]); // a page comes from something between
const spoken = z.object({ conversation: z.object({ id: z.string().min(1) }), serviceUrl: z.string() });

/** One bot in one tenant. Returns at once; the SDK and the token come behind it. */
export function connect(env: TeamsEnv, host: Host): Adapter {
  const { clock, log, memory } = host;
  const ended = new AbortController();
  const tokens = keepTokens(env, { clock, log, stopping: ended.signal });
  const ask = createAsk(() => starting, tokens);
  const conversations = createConversations(env, memory);
  const paces = [new Pace({ ...SHORT, clock }), new Pace({ ...HOURLY, clock })];
  const voice = createVoice(ask, { paces, log, stopping: ended.signal, tenantId: env.tenantId });
  const presses = createPresses(host, env, {
    whisper: ({ conversation, serviceUrl, from }, text) =>
      conversation.conversationType === 'personal' // targeted messages are for groups
        ? voice.tell(conversation.id, serviceUrl, plain(text))
        : voice.whisper(conversation.id, serviceUrl, text, from.id),
    nameOf: ({ conversation, serviceUrl }, person) => voice.nameOf(conversation.id, serviceUrl, person),
  });
  const answer = createQuestions(host, env, voice);
  const { orLate } = createPressing(host);

  const starting = startBot(
    env,
    {
      heard,
      invoke: presses.invoke,
      async message(activity) {
        if (await presses.submit(activity)) return;
        const said = addressed(activity);
        if (said === undefined) return;
        if (asksOpen(said.words)) await orLate(answer(said), FIRST_ANSWER_MS);
        else await voice.tell(said.conversation, said.serviceUrl, plain(introduction(said, env.channels)));
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
      await ask('edit', edited, service, deadline, (api) => api.updateActivity(conversation, id, messageIn(content)));
    },

    async reply({ channel, deadline }, { id, channel: conversation }, line, mentions) {
      conversationOf(channel);
      const service = await conversations.serviceOf(conversation);
      const where = line.tell === 'channel' ? conversation : threadOf(conversation, id);
      await ask('reply', posted, service, deadline, (api) =>
        api.createActivity(where, messageIn(renderLine(line, mentions))),
      );
    },

    close: async () => ended.abort(),
  };
}

const messageIn = ({ json }: Rendered) => json as never;
const plain = (text: string) => ({ type: 'message', text, textFormat: 'plain' }) as const;
