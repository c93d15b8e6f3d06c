import { z } from 'zod';
import { DeliveryError, type Failure } from '../../../src/domain/errors.ts';
import type { Adapter, Platform, Target } from '../../../src/domain/ports.ts';
import type { Operation } from './protocol.ts';

/** A chat platform for tests: a real adapter over HTTP. */
export const httpChat: Platform<{ readonly url: string }> = {
  name: 'http-chat',
  variables: { HTTP_CHAT_URL: { schema: z.url().optional(), about: 'Where the test chat server listens' } },
  configure: ({ HTTP_CHAT_URL: url }) => (typeof url === 'string' ? { url } : undefined),
  render: (card) => ({ json: card, cut: [], faults: [] }),
  connect: ({ url }) => connect(url),
};

/** The same, where nobody can look whether a post was made: one that was cut off may show twice. */
export const blindChat: Platform<{ readonly url: string }> = {
  name: 'blind-chat',
  variables: { BLIND_CHAT_URL: { schema: z.url().optional(), about: 'Where the test chat server listens' } },
  configure: ({ BLIND_CHAT_URL: url }) => (typeof url === 'string' ? { url } : undefined),
  render: httpChat.render,
  connect({ url }) {
    const { find: _, ...adapter } = connect(url);
    return adapter;
  },
};

const Posted = z.object({ id: z.string() });
const Found = z.object({ messages: z.array(Posted) });

function connect(base: string): Adapter {
  const at = (channel: string, rest = '') => `${base}/channels/${encodeURIComponent(channel)}/messages${rest}`;
  let connected = true;

  async function call(
    operation: Operation,
    target: Target,
    method: string,
    url: string,
    body?: unknown,
  ): Promise<unknown> {
    try {
      const response = await fetch(url, {
        method,
        signal: target.deadline,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      connected = true;
      if (!response.ok) throw new DeliveryError(failureOf(operation, response, await response.text()));
      return await response.json();
    } catch (error) {
      if (error instanceof DeliveryError) throw error;
      connected = false;
      throw new DeliveryError(unanswered(operation, error), { cause: error });
    }
  }

  return {
    status: () => ({ connected }),
    async post(target, content) {
      const body = { once: target.once, card: content.json };
      const answer = Posted.safeParse(await call('post', target, 'POST', at(target.channel), body));
      if (!answer.success) throw new DeliveryError(unanswered('post', answer.error));
      return { id: answer.data.id, channel: target.channel };
    },
    async find(target, since) {
      const query = new URLSearchParams({ once: target.once, since: String(since) });
      const { messages } = Found.parse(await call('find', target, 'GET', at(target.channel, `?${query}`)));
      const [first] = messages;
      return first && { id: first.id, channel: target.channel };
    },
    async edit(target, message, content) {
      await call('edit', target, 'PUT', at(target.channel, `/${message.id}`), { card: content.json });
    },
    async reply(target, message, line) {
      const body = { once: target.once, line };
      await call('reply', target, 'POST', at(target.channel, `/${message.id}/replies`), body);
    },
    close: async () => {},
  };
}

function failureOf(operation: Operation, response: Response, text: string): Failure {
  const scope = response.headers.get('x-scope') === 'account' ? 'account' : 'channel';
  const message = `HTTP ${response.status}: ${text.slice(0, 200)}`;
  switch (response.status) {
    case 429: {
      const retryAfter = milliseconds(response.headers.get('retry-after'));
      return { reason: 'limited', scope, message, ...(retryAfter !== undefined && { retryAfter }) };
    }
    case 401:
      return { reason: 'misconfigured', scope: 'account', message, cure: 'Set a valid token.' };
    case 403:
      return { reason: 'forbidden', scope, message, cure: 'Invite the bot to the channel.' };
    case 404:
      return operation === 'edit' || operation === 'reply'
        ? { reason: 'gone', scope, message }
        : { reason: 'misconfigured', scope, message, cure: 'Name a channel that exists.' };
    case 400:
    case 413:
      return { reason: 'too_large', scope, message };
    case 504:
      return { reason: operation === 'post' ? 'unknown_outcome' : 'unavailable', scope, message };
    default:
      return { reason: 'unavailable', scope, message };
  }
}

/** `Retry-After` in seconds, also fractions, or as a date. https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
function milliseconds(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const wait = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1_000;
  return Number.isNaN(wait) ? undefined : Math.max(0, Math.round(wait));
}

/** Only a refused connection is sure to have done nothing. */
function unanswered(operation: Operation, error: unknown): Failure {
  const cause = error instanceof Error ? (error.cause as { code?: string } | undefined) : undefined;
  const unknown = operation === 'post' && cause?.code !== 'ECONNREFUSED';
  const message = `${error instanceof Error ? error.message : error}${cause?.code ? ` (${cause.code})` : ''}`;
  return { reason: unknown ? 'unknown_outcome' : 'unavailable', scope: 'channel', message: message.slice(0, 200) };
}
