import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { type Bridge, startBridge } from '../support/bridge.ts';
import { startHttpChat } from '../support/http-chat/server.ts';
import { soon } from '../support/soon.ts';
import { cardsIn, entries, incidentOn, startChat } from './chat.ts';

const COMMANDS = join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

test('a webhook becomes one card; what people and monitors do edits it and is told in its thread', async () => {
  const chat = await startChat();
  const bridge = await startBridge({ env: { HTTP_CHAT_URL: chat.url, ROUTE_DEFAULT: 'http-chat:ops' } });

  const down = await bridge.send('Production API', 'firing');
  expect(down).toMatchObject({ status: 200, body: { status: 'ok' } });
  const [id] = down.body.incidents as [string];
  await soon(() => expect(entries(chat, 'created')).toHaveLength(1));
  expect(entries(chat, 'created')[0]).toMatchObject({
    channel: 'ops',
    content: { incident: id, title: 'Production API is down', tone: 'critical' },
  });

  expect(await bridge.press(id, 'acknowledge')).toMatchObject({ status: 200, body: { status: 'acknowledged' } });
  await soon(() => expect(entries(chat, 'replied').at(-1)?.content).toMatchObject({ kind: 'acknowledged' }));
  expect(cardsIn(chat, 'ops').get(id)?.tone).toBe('acknowledged');

  expect(await bridge.send('Production API', 'resolved')).toMatchObject({ body: { status: 'ok', incidents: [id] } });
  await soon(() => expect(entries(chat, 'replied').at(-1)?.content).toMatchObject({ kind: 'resolved' }));
  expect(cardsIn(chat, 'ops').get(id)?.tone).toBe('resolved');
  expect(entries(chat, 'created')).toHaveLength(1);
  await delivered(bridge, [id]);
});

test('a channel that hangs delays no other', async () => {
  const chat = await startChat();
  const bridge = await startBridge({
    env: { HTTP_CHAT_URL: chat.url, ROUTE_DEFAULT: 'http-chat:hangs, http-chat:ops' },
  });
  chat.script({ channel: 'hangs', times: Number.POSITIVE_INFINITY, trouble: { kind: 'stall' } });

  const began = performance.now();
  await Promise.all(names(20).map((name) => bridge.send(name, 'firing')));
  await soon(() => expect(entries(chat, 'created', 'ops')).toHaveLength(20));
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(entries(chat, 'created', 'hangs')).toHaveLength(0);
});

test('a channel that asks to wait is left alone for as long as it asks, and the others are served meanwhile', async () => {
  const chat = await startChat();
  const bridge = await startBridge({
    env: { HTTP_CHAT_URL: chat.url, ROUTE_DEFAULT: 'http-chat:busy, http-chat:ops' },
  });
  chat.script({ channel: 'busy', times: 1, trouble: { kind: 'status', status: 429, retryAfter: '2.5' } });

  await Promise.all(names(5).map((name) => bridge.send(name, 'firing')));
  await soon(() => expect(entries(chat, 'created', 'busy')).toHaveLength(5));
  const [refused] = entries(chat, 'troubled', 'busy');
  const calls = chat.log.filter(({ channel }) => channel === 'busy');
  expect(calls[1]!.at - refused!.at).toBeGreaterThanOrEqual(2_490); // the two clocks are read in two processes
  expect(calls[1]!.at - refused!.at).toBeLessThan(4_500);
  expect(entries(chat, 'created', 'ops').every(({ at }) => at < refused!.at + 2_000)).toBe(true);
});

test('a platform that was away shows every card right, once, when it is back', async () => {
  const chat = await startChat();
  const bridge = await startBridge({ env: { HTTP_CHAT_URL: chat.url, ROUTE_DEFAULT: 'http-chat:ops' } });
  const before = await fire(bridge, names(4));
  await soon(() => expect(entries(chat, 'created')).toHaveLength(4));

  chat.script({ times: Number.POSITIVE_INFINITY, trouble: { kind: 'drop' } }); // done, but never answered
  const meanwhile = await fire(bridge, ['while away']);
  await bridge.press(before[0]!, 'acknowledge');
  await bridge.press(before[1]!, 'acknowledge');
  await bridge.press(before[1]!, 'resolve');
  await bridge.send(names(4)[2]!, 'resolved');
  await soon(() => expect(entries(chat, 'troubled').length).toBeGreaterThan(1));
  const ready = await fetch(`${bridge.url}/readyz`);
  expect(ready.status).toBe(200);
  expect(await ready.json()).toMatchObject({ status: 'ready', platforms: { 'http-chat': { connected: false } } });
  chat.heal();

  await delivered(bridge, [...before, ...meanwhile]);
  expect(before.map((id) => cardsIn(chat, 'ops').get(id)?.tone)).toEqual([
    'acknowledged',
    'resolved',
    'resolved',
    'critical',
  ]);
  const created = entries(chat, 'created').map(incidentOn);
  expect(created.toSorted()).toEqual([...before, ...meanwhile].toSorted());
});

test('webhooks are accepted before a platform can be reached, and shown as soon as it can', async () => {
  const reserved = await startHttpChat();
  await reserved.close();
  const bridge = await startBridge({ env: { HTTP_CHAT_URL: reserved.url, ROUTE_DEFAULT: 'http-chat:ops' } });
  const ids = await fire(bridge, names(3));
  await soon(async () =>
    expect(await bridge.api(`/incidents/${ids[0]}`)).toMatchObject({ deliveries: [{ state: 'retrying' }] }),
  );

  const chat = await startChat(Number(new URL(reserved.url).port));
  await delivered(bridge, ids);
  expect(entries(chat, 'created')).toHaveLength(3);
});

test('a misconfigured destination is a dead letter that says the cure, and a replay beside the bridge delivers it', async () => {
  const chat = await startChat();
  const bridge = await startBridge({
    env: { HTTP_CHAT_URL: chat.url, ROUTE_DEFAULT: 'http-chat:typo', FALLBACK_DESTINATION: 'http-chat:admins' },
  });
  chat.script({ channel: 'typo', times: Number.POSITIVE_INFINITY, trouble: { kind: 'status', status: 404 } });

  const [id] = await fire(bridge, ['Production API']);
  await soon(async () => {
    const { deliveries, timeline } = await bridge.api(`/incidents/${id}`);
    expect(deliveries.find(({ destination }) => destination === 'http-chat:typo')).toMatchObject({
      state: 'dead',
      error: expect.stringContaining('Name a channel that exists.'),
    });
    expect(timeline).toContainEqual(
      expect.objectContaining({ kind: 'delivery', text: expect.stringContaining('could not reach http-chat:typo') }),
    );
  });
  await soon(() => expect(entries(chat, 'created', 'admins')).toHaveLength(1));
  expect(entries(chat, 'troubled')).toHaveLength(1);

  chat.heal();
  const replayed = await execa(process.execPath, [COMMANDS, 'replay', '--all'], {
    cwd: bridge.folder,
    env: { WIZSTATUS_SECRETS: bridge.secret },
    extendEnv: false,
  });
  expect(replayed.stdout).toBe('Queued again: 1.');
  await delivered(bridge, [id!]);
  expect(entries(chat, 'created', 'typo').map(incidentOn)).toEqual([id]);
});

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `monitor ${index}`);
}

/** Every one of them is down: their incidents. */
async function fire(bridge: Bridge, monitors: readonly string[]): Promise<readonly string[]> {
  const answers = await Promise.all(monitors.map((monitor) => bridge.send(monitor, 'firing')));
  return answers.map(({ body }) => body.incidents![0]!);
}

async function delivered(bridge: Bridge, incidents: readonly string[]): Promise<void> {
  for (const id of incidents)
    await soon(async () => {
      const { deliveries, revision } = await bridge.api(`/incidents/${id}`);
      for (const delivery of deliveries) expect(delivery).toMatchObject({ state: 'delivered', delivered: revision });
    }, 30_000);
}
