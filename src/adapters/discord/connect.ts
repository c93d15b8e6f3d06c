import { z } from 'zod';
import { DeliveryError } from '../../domain/errors.ts';
import type { Adapter, Host, Rendered } from '../../domain/ports.ts';
import { Pace } from '../pace.ts';
import { createCommands } from './commands.ts';
import { type Call, failureOf } from './failure.ts';
import { keepGateway } from './gateway.ts';
import { renderLine } from './line.ts';
import type { DiscordEnv } from './platform.ts';
import { createPresses } from './presses.ts';
import { createRegistration } from './registration.ts';
import { newRest } from './sdk.ts';
import { createThreads } from './threads.ts';

/** Five messages in five seconds in a channel, and as many edits, as Discord's headers tell: the SDK's own count of them is the last word. */
const CHANNEL = { everyMs: 1_000, burst: 5 };

const posted = z.object({ id: z.string().min(1), channel_id: z.string().min(1) });
const member = z.object({ roles: z.array(z.string()) });

/** Makes one call. Rejects with DeliveryError. */
export type Ask = <T>(
  kind: Call,
  schema: z.ZodType<T>,
  method: 'get' | 'post' | 'patch',
  path: `/${string}`,
  deadline: AbortSignal,
  body?: object,
) => Promise<T>;

/** One bot, in every server that it was invited to. Returns at once; Discord is reached, and reached again, behind it. */
export function connect(env: DiscordEnv, host: Host): Adapter {
  const { clock, log } = host;
  const ended = new AbortController();
  const presses = createPresses(host);
  const commands = createCommands(host);
  const connecting = newRest(env);
  connecting.catch((err: unknown) => log.error({ err }, 'the SDK of Discord cannot be loaded'));
  const posts = new Pace({ ...CHANNEL, clock });
  const edits = new Pace({ ...CHANNEL, clock });
  let refused: string | undefined; // the token was, by the last call

  const ask: Ask = async (kind, schema, method, path, signal, body) => {
    const rest = (await connecting).setToken(env.token); // after a 401 the SDK forgets it
    try {
      const answer = await rest[method](path, { signal, ...(body !== undefined && { body }) });
      refused = undefined;
      return schema.parse(answer);
    } catch (error) {
      const failed = failureOf(kind, error);
      if (failed.failure.scope === 'account' && failed.failure.reason === 'misconfigured')
        refused = `${failed.failure.message}. ${failed.failure.cure}`;
      throw failed;
    }
  };
  const threads = createThreads(ask);
  const gateway = keepGateway(env, {
    clock,
    log,
    stopping: ended.signal,
    loggedIn: createRegistration(ask, { clock, log, stopping: ended.signal }).loggedIn,
    take: (one) => void (one.isChatInputCommand() ? commands.take(one) : presses.take(one)),
  });

  return {
    status() {
      const reason = refused ?? gateway.reason;
      return reason === undefined ? { connected: true } : { connected: false, reason };
    },

    pace: (kind, channel) => (kind === 'edit' ? edits : posts).wait(channel),

    /** The same nonce again within some minutes gives the message that is there already: so a post of unknown outcome is simply made again. */
    async post({ channel, once, deadline }, content) {
      posts.take(channel);
      const body = { ...messageIn(content), nonce: once, enforce_nonce: true };
      const { id, channel_id } = await ask(
        'post',
        posted,
        'post',
        `/channels/${idOf(channel)}/messages`,
        deadline,
        body,
      );
      return { id, channel: channel_id };
    },

    async edit({ channel: named, deadline }, { id, channel }, content) {
      edits.take(named);
      try {
        await ask('edit', posted, 'patch', `/channels/${channel}/messages/${id}`, deadline, messageIn(content));
      } catch (error) {
        throw isOld(id, clock.now()) ? ofMessage(error) : error;
      }
    },

    async reply({ channel: named, once, deadline }, { id, channel }, line, mentions) {
      posts.take(named);
      const message = { ...messageIn(renderLine(line, mentions)), nonce: once, enforce_nonce: true };
      if (line.tell !== 'channel') return threads.say(channel, id, message, deadline);
      const body = { ...message, message_reference: { message_id: id, fail_if_not_exists: false } };
      await ask('reply', posted, 'post', `/channels/${channel}/messages`, deadline, body);
    },

    async groups({ tenant, id }) {
      const path = `/guilds/${idOf(tenant ?? '')}/members/${idOf(id)}` as const;
      return (await ask('ask', member, 'get', path, AbortSignal.timeout(5_000))).roles;
    },

    close: async () => ended.abort(),
  };
}

const OLD_MS = 3_600_000;
const DISCORD_EPOCH_MS = 1_420_070_400_000n;

/** https://docs.discord.com/developers/reference#snowflakes */
const isOld = (id: string, now: number): boolean => now - Number((BigInt(id) >> 22n) + DISCORD_EPOCH_MS) > OLD_MS;

/** Edits of messages that are older than an hour have a limit of their own: nothing else in the channel must wait for it. */
function ofMessage(error: unknown): unknown {
  if (!(error instanceof DeliveryError) || error.failure.reason !== 'limited' || error.failure.scope !== 'channel')
    return error;
  return new DeliveryError({ ...error.failure, scope: 'message' }, { cause: error });
}

const messageIn = ({ json }: Rendered): object => json as object;

function idOf(channel: string): string {
  if (/^\d{1,20}$/.test(channel)) return channel;
  throw new DeliveryError({
    reason: 'misconfigured',
    scope: 'channel',
    message: `"${channel}" is no id of a Discord channel`,
    cure: 'Name it by its id: turn Developer Mode on, and Copy Channel ID (discord:1122334455667788). Invite the bot there. Then replay.',
  });
}
