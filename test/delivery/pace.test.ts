import { expect, test } from 'vitest';
import type { Adapter } from '../../src/domain/ports.ts';
import { soon } from '../support/soon.ts';
import { type Bridge, lineOf, startBridge } from './bridge.ts';

/** A channel that takes all at once, and stops at the first line in a thread until it is let go. */
function chatty(): { readonly adapter: Adapter; readonly calls: string[]; letGo(): void } {
  const calls: string[] = [];
  const gate = Promise.withResolvers<void>();
  let posts = 0;
  const adapter: Adapter = {
    status: () => ({ connected: true }),
    pace: () => 0,
    post: async ({ channel }) => {
      posts += 1;
      calls.push(`post ${posts}`);
      return { id: String(posts), channel };
    },
    edit: async (_target, { id }) => void calls.push(`edit ${id}`),
    async reply(_target, { id }, { tell, text }) {
      calls.push(`${tell} ${id} ${text}`);
      await gate.promise;
    },
    close: async () => {},
  };
  return { adapter, calls, letGo: gate.resolve };
}

const settled = (bridge: Bridge, incident: string) =>
  soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'delivered' }));

test('a new card and the change of another wait for one line of a busy thread, not for all of them', async () => {
  const { adapter, calls, letGo } = chatty();
  await using bridge = await startBridge({ adapters: { chat: { adapter } } });
  bridge.start();
  const [busy, other] = [await bridge.open('chat:ops', 'Busy'), await bridge.open('chat:ops', 'Other')];
  for (const incident of [busy, other]) await settled(bridge, incident);
  const lines = Array.from({ length: 30 }, (_, index) => String(index + 1));
  for (const text of lines) await bridge.change(busy, {}, lineOf('noted', 'thread', text));
  await soon(() => expect(calls).toContain('thread 1 1'));
  calls.length = 0;
  await bridge.change(other, { status: 'acknowledged' });
  const fresh = await bridge.open('chat:ops', 'Fresh');
  letGo();
  for (const incident of [busy, other, fresh]) await settled(bridge, incident);
  expect(calls.slice(0, 2).toSorted()).toEqual(['edit 2', 'post 3']);
  expect(calls.filter((call) => call.startsWith('thread'))).toEqual(lines.slice(1).map((text) => `thread 1 ${text}`));
});

test('what a channel is told itself does not wait for threads either', async () => {
  const { adapter, calls, letGo } = chatty();
  await using bridge = await startBridge({ adapters: { chat: { adapter } } });
  bridge.start();
  const [busy, other] = [await bridge.open('chat:ops', 'Busy'), await bridge.open('chat:ops', 'Other')];
  for (const incident of [busy, other]) await settled(bridge, incident);
  for (const text of ['one', 'two', 'three']) await bridge.change(busy, {}, lineOf('noted', 'thread', text));
  await soon(() => expect(calls).toContain('thread 1 one'));
  await bridge.change(other, {}, lineOf('reminded', 'channel', 'reminds'));
  letGo();
  for (const incident of [busy, other]) await settled(bridge, incident);
  expect(calls.indexOf('channel 2 reminds')).toBeLessThan(calls.indexOf('thread 1 two'));
});

test('of the reminders that waited the channel is told the newest, and the thread has all', async () => {
  const { adapter, calls, letGo } = chatty();
  await using bridge = await startBridge({ adapters: { chat: { adapter } } });
  const delivering = bridge.start();
  letGo();
  const incident = await bridge.open('chat:ops');
  await settled(bridge, incident);
  await delivering.stop();
  for (const text of ['5 m', '10 m', '15 m']) await bridge.change(incident, {}, lineOf('reminded', 'channel', text));
  bridge.start();
  await settled(bridge, incident);
  expect(calls.filter((call) => !call.startsWith('post') && !call.startsWith('edit'))).toEqual([
    'thread 1 5 m',
    'thread 1 10 m',
    'channel 1 15 m',
  ]);
});
