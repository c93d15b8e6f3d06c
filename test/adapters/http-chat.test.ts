import type { Host } from '../../src/domain/ports.ts';
import { adapterContract } from '../contracts/adapter.ts';
import { httpChat } from '../support/http-chat/platform.ts';
import type { Trouble } from '../support/http-chat/protocol.ts';
import { startHttpChat } from '../support/http-chat/server.ts';

adapterContract(httpChat, async () => {
  const chat = await startHttpChat();
  const adapter = httpChat.connect({ url: chat.url }, {} as Host); // it asks nothing of its host
  const meets = (trouble: Trouble) => () => chat.script({ times: 1, trouble });
  const status = (code: number, more: { retryAfter?: string; scope?: 'account' } = {}) =>
    meets({ kind: 'status', status: code, ...more });
  return {
    adapter,
    channel: 'alerts',
    calls: () => chat.calls(),
    onces: () => chat.log.filter(({ kind }) => kind === 'created').map(({ once }) => once),
    wire: {
      stall: meets({ kind: 'stall' }),
      lose: meets({ kind: 'drop' }),
      garble: meets({ kind: 'garbage' }),
      heal: () => chat.heal(),
    },
    erase: ({ id, channel }) => chat.deleteMessage(channel, id),
    failures: [
      { when: '429', during: 'post', gives: { reason: 'limited', scope: 'channel' }, arrange: status(429) },
      {
        when: '429 with a fraction of a second',
        during: 'edit',
        gives: { reason: 'limited', retryAfter: 1_250 },
        arrange: status(429, { retryAfter: '1.25' }),
      },
      {
        when: '429 with a date that has passed',
        during: 'post',
        gives: { reason: 'limited', retryAfter: 0 },
        arrange: status(429, { retryAfter: 'Fri, 01 Jan 2021 00:00:00 GMT' }),
      },
      {
        when: '429 for the whole account',
        during: 'reply',
        gives: { reason: 'limited', scope: 'account' },
        arrange: status(429, { scope: 'account' }),
      },
      { when: '503', during: 'post', gives: { reason: 'unavailable' }, arrange: status(503) },
      { when: '504 on a post', during: 'post', gives: { reason: 'unknown_outcome' }, arrange: status(504) },
      { when: '504 on an edit', during: 'edit', gives: { reason: 'unavailable' }, arrange: status(504) },
      { when: '401', during: 'post', gives: { reason: 'misconfigured', scope: 'account' }, arrange: status(401) },
      { when: '403', during: 'post', gives: { reason: 'forbidden' }, arrange: status(403) },
      { when: 'the channel is unknown', during: 'post', gives: { reason: 'misconfigured' }, arrange: status(404) },
      { when: '413', during: 'post', gives: { reason: 'too_large' }, arrange: status(413) },
      {
        when: 'the connection is cut during a reply',
        during: 'reply',
        gives: { reason: 'unavailable' },
        arrange: meets({ kind: 'refuse' }),
      },
    ],
    close: () => chat.close(),
  };
});
