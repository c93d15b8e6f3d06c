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

/** A card that is there, and a worker that is not: what comes waits. */
async function stoppedAfterPost() {
  const { adapter, calls, letGo } = chatty();
  const bridge = await startBridge({ adapters: { chat: { adapter } } });
  const delivering = bridge.start();
  letGo();
  const incident = await bridge.open('chat:ops');
  await settled(bridge, incident);
  await delivering.stop();
  return { bridge, incident, calls };
}

const settled = (bridge: Bridge, incident: string) =>
  soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'delivered' }));

test('a new card and the change of another wait for a line of a busy thread, not for all of them', async () => {
  const { adapter, calls, letGo } = chatty();
  await using bridge = await startBridge({ adapters: { chat: { adapter } } });
  bridge.start();
  const [busy, other] = [await bridge.open('chat:ops', 'Busy'), await bridge.open('chat:ops', 'Other')];
  for (const incident of [busy, other]) await settled(bridge, incident);
  const lines = Array.from({ length: 30 }, (_, index) => String(index + 1));
  const longAgo = bridge.clock.now() - 60_000; // older than any card
  for (const text of lines) await bridge.change(busy, {}, { ...lineOf('noted', 'thread', text), at: longAgo });
  await soon(() => expect(calls).toContain('thread 1 1'));
  calls.length = 0;
  await bridge.change(other, { status: 'acknowledged' });
  const fresh = await bridge.open('chat:ops', 'Fresh');
  letGo();
  for (const incident of [busy, other, fresh]) await settled(bridge, incident);
  expect(calls.slice(0, 6)).toEqual(expect.arrayContaining(['edit 2', 'post 3']));
  expect(calls.filter((call) => call.startsWith('thread'))).toEqual(lines.slice(1).map((text) => `thread 1 ${text}`));
});

test('a channel is told of one incident before the threads of twenty others have said all', async () => {
  const { adapter, calls, letGo } = chatty();
  await using bridge = await startBridge({ adapters: { chat: { adapter } } });
  bridge.start();
  const incidents = [];
  for (let n = 1; n <= 21; n++) incidents.push(await bridge.open('chat:ops', `Number ${n}`));
  for (const incident of incidents) await settled(bridge, incident);
  const longAgo = bridge.clock.now() - 60_000;
  const [last, ...others] = incidents.toReversed() as [string, ...string[]];
  for (const incident of others) await bridge.change(incident, {}, { ...lineOf('noted', 'thread'), at: longAgo });
  await soon(() => expect(calls.filter((call) => call.startsWith('thread'))).toHaveLength(1));
  await bridge.change(last, {}, lineOf('reminded', 'channel'));
  letGo();
  for (const incident of incidents) await settled(bridge, incident);
  const told = calls.filter((call) => !call.startsWith('post') && !call.startsWith('edit'));
  expect(told).toHaveLength(21);
  expect(told.slice(0, 4).some((call) => call.startsWith('channel 21'))).toBe(true);
});

test('a line is told though its card changes faster than it can be edited', async () => {
  const calls: string[] = [];
  const adapter: Adapter = {
    ...chatty().adapter,
    async edit() {
      await new Promise((resolve) => setTimeout(resolve, 20));
      calls.push('edit');
    },
    reply: async (_target, _message, { text }) => void calls.push(text),
  };
  await using bridge = await startBridge({ speed: 20, adapters: { chat: { adapter } } });
  bridge.start();
  const incident = await bridge.open('chat:ops');
  await settled(bridge, incident);
  await bridge.change(incident, {}, lineOf('run', 'channel', 'asked for'));
  await soon(async () => {
    await bridge.change(incident, { count: calls.length }, lineOf('repeated', 'edit'));
    expect(calls).toContain('asked for');
  });
  await bridge.change(incident, { count: 9 }, lineOf('repeated', 'edit'));
});

test('of the reminders that waited the channel is told the newest, and the thread has all', async () => {
  const { bridge: started, incident, calls } = await stoppedAfterPost();
  await using bridge = started;
  for (const text of ['5 m', '10 m', '15 m']) await bridge.change(incident, {}, lineOf('reminded', 'channel', text));
  bridge.start();
  await settled(bridge, incident);
  expect(calls.filter((call) => !call.startsWith('post') && !call.startsWith('edit'))).toEqual([
    'thread 1 5 m',
    'thread 1 10 m',
    'channel 1 15 m',
  ]);
});

test('a reminder that waited until somebody has it wakes nobody', async () => {
  const { bridge: started, incident, calls } = await stoppedAfterPost();
  await using bridge = started;
  await bridge.change(incident, {}, lineOf('reminded', 'channel', 'reminds'));
  await bridge.change(incident, { status: 'acknowledged' }, lineOf('acknowledged', 'thread'));
  bridge.start();
  await settled(bridge, incident);
  expect(calls).toEqual(['post 1', 'edit 1', 'thread 1 reminds', 'thread 1 acknowledged']);
});

test('what would wake a channel stands in the thread where it comes with the first post', async () => {
  const { adapter, calls, letGo } = chatty();
  await using bridge = await startBridge({ adapters: { chat: { adapter } } });
  letGo();
  const [first, second] = [await bridge.open('chat:ops', 'One'), await bridge.open('chat:ops', 'Two')];
  for (const text of ['10 m', '20 m']) await bridge.change(first, {}, lineOf('reminded', 'channel', text));
  await bridge.change(second, {}, lineOf('noted', 'thread', 'a note'));
  bridge.start();
  for (const incident of [first, second]) await settled(bridge, incident);
  expect(calls).toEqual(['post 1', 'thread 1 10 m', 'thread 1 20 m', 'post 2', 'thread 2 a note']);
});
