import { expect, test } from 'vitest';
import { connect, send } from '../../bench/load/connections.ts';
import { flood } from '../../bench/load/flood.ts';
import { webhooks } from '../../bench/load/webhooks.ts';
import { SECRET, startReceiver } from '../receiver/start.ts';

test('the webhooks of the bench are taken by the receiver, each as a monitor of its own', async () => {
  const { url, received } = await startReceiver();
  const sent = webhooks(200, SECRET);
  expect(await flood(url, sent)).toBeGreaterThan(0);
  expect(new Set(received.flatMap(({ events }) => events.map(({ key }) => `wizstatus:${key}`)))).toEqual(
    new Set(sent.map(({ key }) => key)),
  );
  expect(new Set(received.map(({ id }) => id)).size).toBe(200);
  expect(new Set(received.map(({ digest }) => digest)).size).toBe(200);
});

test('a webhook that is refused stops the bench', async () => {
  const { url } = await startReceiver();
  const { all, close } = connect(url, 1);
  const [wrong] = webhooks(1, 'another secret');
  await expect(send(all[0]!, wrong!)).rejects.toThrow('A webhook got 401');
  await close();
});
