import { expect, test } from 'vitest';
import type { Store } from '../../src/domain/ports.ts';
import { folderWith, tocsin } from './run.ts';
import { deliveries, laneOf, serving } from './store.ts';

const env = { DATABASE_URL: 'sqlite:tocsin.db' };

/** A bridge that runs, with two dead letters. */
async function withDeadLetters(
  title?: () => string,
): Promise<{ folder: string; store: Store; ids: readonly string[] }> {
  const folder = folderWith();
  const store = await serving(folder);
  const ids = await deliveries(store, 'slack:ops', 2, title);
  const lane = await laneOf(store, 'slack:ops');
  if (lane === undefined) throw new Error('nothing is due');
  const failure = { reason: 'forbidden', scope: 'channel', message: 'not_in_channel', cure: 'Invite it.' } as const;
  await store.lanes.settle(
    lane,
    ids.map((delivery) => ({ delivery, failure })),
  );
  await store.lanes.release(lane);
  return { folder, store, ids };
}

test('lists the dead letters while the bridge runs', async () => {
  const { folder, ids } = await withDeadLetters();
  const { code, out, err } = await tocsin(folder, ['replay'], { env });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const id of ids) expect(out).toContain(id);
  expect(out).toMatch(/slack:ops +API 0 is down \(firing\).+not_in_channel/);
});

test('a title steers no terminal and begins no line; for programs it is as it came', async () => {
  const title = 'a\u001B]0;x\u0007b\u009B31m\u202Ec\nID2  forged';
  const { folder } = await withDeadLetters(() => title);
  const { out } = await tocsin(folder, ['replay'], { env });
  expect(out).not.toMatch(STEERING);
  expect(out).toContain('a\uFFFD]0;x\uFFFDb\uFFFD31m\uFFFDc ID2 forged');
  expect(out.split('\n')).toHaveLength(3);
  const json = (await tocsin(folder, ['replay', '--json'], { env })).out;
  expect(json).not.toMatch(STEERING);
  expect(JSON.parse(json).deadLetters[0].incident.title).toBe(title);
});

const STEERING = /[[\p{Cc}\p{Bidi_Control}]--\n]/v;

test('queues one of them again, and the running bridge hears of it', async () => {
  const { folder, store, ids } = await withDeadLetters();
  const [id = ''] = ids;
  const heard = new Promise<readonly string[]>((told) => {
    store.watch(({ lanes }) => lanes.length > 0 && told(lanes));
  });
  const { code, out } = await tocsin(folder, ['replay', id], { env });
  expect({ code, out }).toEqual({ code: 0, out: 'Queued again: 1.' });
  expect(await heard).toEqual(['slack:ops']);
  expect((await store.deadLetters()).map(({ delivery }) => delivery.id)).toEqual([ids[1]]);
});

test('--all queues every one of them, for programs as JSON', async () => {
  const { folder, store } = await withDeadLetters();
  const { out } = await tocsin(folder, ['replay', '--all', '--json'], { env });
  expect(JSON.parse(out)).toEqual({ queued: 2 });
  expect(await store.deadLetters()).toEqual([]);
  expect((await tocsin(folder, ['replay'], { env })).out).toBe('There are no dead letters.');
});

test('an id that is no dead letter is said, and nothing is queued', async () => {
  const { folder, store, ids } = await withDeadLetters();
  const { code, err } = await tocsin(folder, ['replay', ids[0] ?? '', 'nonsense'], { env });
  expect(code).toBe(1);
  expect(err).toContain('nonsense');
  expect(await store.deadLetters()).toHaveLength(2);
});

test('without a database it says what to do', async () => {
  const { code, out } = await tocsin(folderWith(), ['replay'], { env });
  expect(code).toBe(1);
  expect(out).toContain('cure: ');
});
