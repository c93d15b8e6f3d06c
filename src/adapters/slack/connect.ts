import type { HTTPReceiver } from '@slack/bolt';
import { z } from 'zod';
import { DeliveryError } from '../../domain/errors.ts';
import type { Message } from '../../domain/model.ts';
import type { Adapter, Endpoint, Host, Rendered } from '../../domain/ports.ts';
import { Pace } from '../pace.ts';
import { keepStanding } from './account.ts';
import { createChannels } from './channels.ts';
import { takeCommands } from './commands.ts';
import { type Call, failureOf } from './failure.ts';
import { renderLine } from './line.ts';
import { createPeople } from './people.ts';
import type { SlackEnv } from './platform.ts';
import { takePresses } from './presses.ts';
import { callingSlack, loadBolt, sdkLogger } from './sdk.ts';
import { createSockets, type Sockets } from './sockets.ts';

/** https://docs.slack.dev/apis/web-api/rate-limits: a message a second in a channel, with short bursts; chat.update is of tier 3. */
const POSTS = { everyMs: 1_000, burst: 4 };
const EDITS = { everyMs: 1_200, burst: 20 };
const WORKSPACE = 'workspace';

/** Marks our messages: its payload is the key of the delivery, by which a lost post is found again. */
const EVENT = 'tocsin_card';

const posted = z.object({ ts: z.string().min(1), channel: z.string().min(1) });
const history = z.object({
  messages: z.array(
    z.object({
      ts: z.string(),
      metadata: z
        .object({ event_type: z.string(), event_payload: z.object({ once: z.string().catch('') }).catch({ once: '' }) })
        .optional()
        .catch(undefined),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().catch('') }).optional(),
});
const HISTORY_PAGE = 100;
const MOST_PAGES = 5;

/** One workspace. Returns at once; Slack is reached, and reached again, behind it. */
export function connect(env: SlackEnv, host: Host): Adapter {
  const { clock, log, memory } = host;
  const ended = new AbortController();
  const stopping = ended.signal;
  const call = callingSlack(env, log);
  const standing = keepStanding(call, { clock, log, stopping });
  const channels = createChannels({ call, memory, clock });
  const people = createPeople({ call, clock });
  const posts = new Pace({ ...POSTS, clock });
  const edits = new Pace({ ...EDITS, clock });
  let sockets: Sockets | undefined;
  let receiver: HTTPReceiver | undefined;

  /** Presses are taken as soon as it is known whose they are. */
  async function listen(): Promise<void> {
    const bolt = await loadBolt();
    const { team, user, bot } = await standing.known();
    const logger = sdkLogger(log);
    if (env.way.kind === 'socket')
      sockets = createSockets({ bolt, appToken: env.way.appToken, apiUrl: env.apiUrl, clock, log, stopping });
    else receiver = new bolt.HTTPReceiver({ signingSecret: env.way.secret, endpoints: [EVENTS], logger });
    const app = new bolt.App({
      receiver: (sockets?.receivers[0] ?? receiver) as HTTPReceiver,
      authorize: async () => ({ botToken: env.botToken, botId: bot, botUserId: user, teamId: team }),
      clientOptions: { slackApiUrl: env.apiUrl },
      logger,
    });
    const account = () => standing.account;
    takePresses(app, { host, call, people, account, isSlow: () => edits.wait(WORKSPACE) > 0 });
    takeCommands(app, { host, people, account });
    sockets?.keep(app);
  }
  listen().catch((err: unknown) => log.error({ err }, 'Slack cannot be listened to'));

  /** What Slack answers, or a DeliveryError. */
  async function ask<T>(
    kind: Call,
    schema: z.ZodType<T>,
    method: string,
    parameters: object,
    deadline: AbortSignal,
  ): Promise<T> {
    try {
      return schema.parse(await call(method, { ...parameters }, deadline));
    } catch (error) {
      const failed = failureOf(kind, error);
      if (failed.failure.scope === 'account') standing.refused(failed.failure);
      throw failed;
    }
  }

  /** A name may lead to a channel that is no longer there: the next attempt looks it up again. */
  async function inChannel<T>(name: string, deadline: AbortSignal, act: (channel: string) => Promise<T>): Promise<T> {
    const channel = await channels.idOf(name, deadline);
    try {
      return await act(channel);
    } catch (error) {
      if (error instanceof DeliveryError && error.failure.message.includes('channel_not_found'))
        await channels.forget(name);
      throw error;
    }
  }

  return {
    ...(env.way.kind === 'http' && { endpoints: [eventsEndpoint(() => receiver)] }),

    status() {
      const reason =
        standing.reason ??
        (env.way.kind === 'socket' && !sockets?.isOpen ? (sockets?.reason ?? 'connecting') : undefined);
      return reason === undefined ? { connected: true } : { connected: false, reason };
    },

    pace: (kind, channel) => (kind === 'edit' ? edits.wait(WORKSPACE) : posts.wait(channel)),

    post: ({ channel: name, once, deadline }, content) =>
      inChannel(name, deadline, async (channel) => {
        posts.take(name);
        const metadata = { event_type: EVENT, event_payload: { once } };
        const parameters = { channel, ...messageIn(content), metadata };
        const { ts, channel: where } = await ask('post', posted, 'chat.postMessage', parameters, deadline);
        return { id: ts, channel: where };
      }),

    find: ({ channel: name, once, deadline }, since) =>
      inChannel(name, deadline, async (channel): Promise<Message | undefined> => {
        let cursor = '';
        for (let pages = 0; pages < MOST_PAGES; pages++) {
          const parameters = {
            channel,
            oldest: (since / 1_000).toFixed(6),
            limit: HISTORY_PAGE,
            include_all_metadata: true,
            ...(cursor && { cursor }),
          };
          const read = await ask('find', history, 'conversations.history', parameters, deadline);
          const found = read.messages.find(
            ({ metadata }) => metadata?.event_type === EVENT && metadata.event_payload.once === once,
          );
          if (found !== undefined) return { id: found.ts, channel };
          cursor = read.response_metadata?.next_cursor ?? '';
          if (cursor === '') break;
        }
        return undefined;
      }),

    async edit({ deadline }, { id: ts, channel }, content) {
      edits.take(WORKSPACE);
      await ask('edit', z.unknown(), 'chat.update', { channel, ts, ...messageIn(content) }, deadline);
    },

    async reply({ channel: name, deadline }, { id: thread_ts, channel }, line, mentions) {
      posts.take(name);
      const broadcast = line.tell === 'channel' ? { reply_broadcast: true } : {};
      const parameters = { channel, thread_ts, ...broadcast, ...messageIn(renderLine(line, mentions)) };
      await ask('reply', z.unknown(), 'chat.postMessage', parameters, deadline);
    },

    groups: ({ tenant, id }) =>
      tenant === standing.account?.team ? people.groupsOf(id) : Promise.reject(new Error('Slack is not connected')),

    close: async () => ended.abort(),
  };
}

const EVENTS = '/slack/events';
const RETRY_AFTER_S = 5;

/** Bolt reads the stream, checks the signature, and answers. */
function eventsEndpoint(receiver: () => HTTPReceiver | undefined): Endpoint {
  return {
    method: 'POST',
    path: EVENTS,
    raw(request, response) {
      const known = receiver();
      if (known !== undefined) return void known.requestListener(request, response);
      response.writeHead(503, { 'retry-after': String(RETRY_AFTER_S), connection: 'close' }).end();
    },
  };
}

const messageIn = ({ json }: Rendered): object => json as object;
