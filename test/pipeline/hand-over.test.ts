import { expect, test } from 'vitest';
import { routeOf, startBridge } from './bridge.ts';

const platforms = [
  { platform: { name: 'console' } },
  { platform: { name: 'slack', people: 'slack' } },
  { platform: { name: 'discord', people: 'discord' } },
  { platform: { name: 'teams-webhook', people: 'teams' } },
];
const people = new Map([['ben', [{ platform: 'slack', kind: 'person', id: 'U9' } as const]]]);

test.each([
  ['discord:1', 'slack:U8', 'slack:U8 would not be told: this incident has no card on slack.'],
  ['discord:1', 'person:ben', 'Ben would not be told: this incident has no card on slack.'],
  ['discord:1, slack:db', 'person:ben', 'Ben has it now.'],
  ['teams-webhook:ops', 'teams:a-1', 'teams:a-1 has it now.'],
  ['console', 'person:ben', 'Ben has it now. Nobody tells them: it stands in the console alone.'],
])('an incident at %s, handed to %s', async (destinations, argument, text) => {
  const { fire, press, set } = await startBridge({ routes: [routeOf('ROUTE_DEFAULT', destinations)] });
  set({ platforms, people });
  expect(await press(await fire(), 'assign', { argument })).toMatchObject({ text });
});

test('an incident whose card died on a platform tells nobody there', async () => {
  const { fire, press, set, store } = await startBridge({ routes: [routeOf('ROUTE_DEFAULT', 'slack:db, discord:1')] });
  set({ platforms, people });
  const id = await fire();
  const lanes = await store.lanes.claim(9);
  const lane = lanes.find(({ destination }) => destination === 'slack:db');
  if (lane === undefined) throw new Error('the lane has a holder');
  const [due] = await store.lanes.due(lane, 1);
  const failure = { reason: 'forbidden', scope: 'channel', message: 'not invited' } as const;
  await store.lanes.settle(lane, [{ delivery: due?.id ?? '', failure }]);
  expect(await press(id, 'assign', { argument: 'person:ben' })).toMatchObject({ code: 'invalid_input' });
});
