import { expect, test, vi } from 'vitest';
import { folderWith, tocsin } from './run.ts';
import { laneOf, serving } from './store.ts';

const env = { DATABASE_URL: 'sqlite:tocsin.db' };
const slack = { ...env, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' };
const CHANNEL = 'slack:C0ALERTS';

test('send --to puts a card on a destination through the store and the lane, and resolves it again', async () => {
  const folder = folderWith();
  const store = await serving(folder);
  const sending = tocsin(folder, ['send', '--to', CHANNEL, '--json'], { env: slack });

  const lane = await vi.waitUntil(() => laneOf(store, CHANNEL));
  const [delivery] = await store.lanes.due(lane, 10);
  expect(delivery?.incident).toMatchObject({ title: 'Test card from tocsin send', status: 'firing', severity: 'info' });
  const { id = '', incident } = delivery ?? {};
  await store.lanes.settle(lane, [
    { delivery: id, shown: incident?.revision ?? 0, message: { id: '1', channel: 'C0ALERTS' } },
  ]);
  await store.lanes.release(lane);

  const { code, out } = await sending;
  expect({ code, out: JSON.parse(out) as object }).toEqual({
    code: 0,
    out: { destination: CHANNEL, incident: incident?.id, state: 'delivered' },
  });
  expect((await store.incident(incident?.id ?? ''))?.incident.status).toBe('resolved');
});

test('send --to says why a card could not be delivered', async () => {
  const folder = folderWith();
  const store = await serving(folder);
  const sending = tocsin(folder, ['send', '--to', CHANNEL], { env: slack });

  const lane = await vi.waitUntil(() => laneOf(store, CHANNEL));
  const [delivery] = await store.lanes.due(lane, 10);
  const failure = { reason: 'forbidden', scope: 'channel', message: 'not invited', cure: 'Invite it.' } as const;
  await store.lanes.settle(lane, [{ delivery: delivery?.id ?? '', failure }]);

  const { code, out } = await sending;
  expect(code).toBe(1);
  expect(out).toContain(`${CHANNEL}: dead. not invited`);
});

test('send --to console is there as soon as it is stored', async () => {
  const folder = folderWith();
  await serving(folder);
  const { code, out } = await tocsin(folder, ['send', '--to', 'console'], { env });
  expect({ code, out }).toEqual({ code: 0, out: 'console: delivered' });
});

test('send --to refuses a destination that this bridge does not have', async () => {
  const { code, out } = await tocsin(folderWith(), ['send', '--to', 'consol'], { env });
  expect(code).toBe(1);
  expect(out).toContain('--to:1: ');
});
