import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { soon } from '../support/soon.ts';
import { startConsole, type TestConsole, TOKEN } from './console.ts';
import { type Reader, readEvents } from './event-reader.ts';

const authorization = `Bearer ${TOKEN}`;
const read = (it: TestConsole, last?: string, url = it.url) =>
  readEvents(`${url}/api/events`, { authorization, ...(last === undefined ? {} : { 'last-event-id': last }) });
const named = (reader: Reader, name: string) => reader.events.filter(({ event }) => event === name);
const stepsOf = (reader: Reader) => named(reader, 'run').map(({ data }) => JSON.parse(data));
const placeOf = (reader: Reader) => reader.events.findLast(({ id }) => id !== undefined)?.id as string;

test('every change of an incident comes, as it is in the API', async () => {
  const it = await startConsole();
  const reader = await read(it);
  const id = await it.fire('API');
  await soon(() => expect(named(reader, 'incident')).toHaveLength(1));
  await it.app.inject({ method: 'POST', url: `/api/incidents/${id}/actions/acknowledge`, headers: { authorization } });
  await soon(() =>
    expect(JSON.parse(named(reader, 'incident').at(-1)?.data ?? '')).toMatchObject({ id, status: 'acknowledged' }),
  );
  const alone = await it.app.inject({ url: `/api/incidents/${id}`, headers: { authorization } });
  expect(JSON.parse(named(reader, 'incident').at(-1)?.data ?? '')).toEqual(alone.json());
});

test('a run is told step by step: asked for, begun, what it prints, its end', async () => {
  const it = await startConsole();
  const reader = await read(it);
  const { incident, run: id, prints, ends } = await it.begin();
  await prints('one\n');
  await prints('two\n');
  await ends('succeeded');
  await soon(() => expect(stepsOf(reader)).toHaveLength(5));
  expect(stepsOf(reader)).toEqual([
    { id, incident, state: 'queued', output: '' },
    { id, incident, state: 'running', output: '' },
    { id, incident, state: 'running', output: 'one\n' },
    { id, incident, state: 'running', output: 'two\n' },
    { id, incident, state: 'succeeded', output: '' },
  ]);
});

test('it ends when the token changed, and tells nothing more', async () => {
  const access = { token: TOKEN };
  const it = await startConsole({ options: { access } });
  const reader = await read(it);
  access.token = 'another token';
  await it.fire('API');
  await reader.over;
  expect(named(reader, 'incident')).toEqual([]);
});

describe('who was away while a run ended', () => {
  test.each(['succeeded', 'failed', 'timed_out', 'cancelled', 'unknown'] as const)(
    'is told what it printed meanwhile, that it %s, and the incident as it is now',
    async (state) => {
      const it = await startConsole();
      const first = await read(it);
      const { incident, run: id, prints, ends } = await it.begin();
      await prints('seen\n');
      await soon(() => expect(stepsOf(first)).toHaveLength(3));
      first.close();
      await prints('missed\n');
      await ends(state);

      const second = await read(it, named(first, 'run').at(-1)?.id);
      await soon(() => expect(named(second, 'incident')).toHaveLength(1));
      expect(stepsOf(second)).toEqual([
        { id, incident, state: 'running', output: 'missed\n' },
        { id, incident, state, output: '' },
      ]);
      expect(JSON.parse(named(second, 'incident')[0]?.data ?? '').runs).toMatchObject([{ id, state }]);
      expect(named(second, 'reset')).toEqual([]);
    },
  );

  test('can come back to each step', async () => {
    const it = await startConsole();
    const all = await read(it);
    const { prints, ends } = await it.begin();
    await prints('one\n');
    await ends('failed');
    await soon(() => expect(stepsOf(all).at(-1)).toMatchObject({ state: 'failed' }));
    for (const [index, { id }] of named(all, 'run').entries()) {
      const again = await read(it, id);
      await soon(() => expect(named(again, 'incident')).toHaveLength(1));
      expect(stepsOf(again)).toEqual(stepsOf(all).slice(index + 1));
    }
  });

  test('is told that it missed something where the log goes back no further', async () => {
    const it = await startConsole();
    const reader = await read(it);
    const { prints, ends } = await it.begin();
    await soon(() => expect(stepsOf(reader)).toHaveLength(2));
    reader.close();
    for (let n = 0; n < 4; n++) await prints('x'.repeat(400_000));
    await ends('succeeded');
    const later = await read(it, placeOf(reader));
    await soon(() => expect(named(later, 'reset')).toHaveLength(1));
    expect(stepsOf(later)).toEqual([]);
  });
});

test('who comes back with the last id misses nothing and sees nothing twice', async () => {
  const it = await startConsole();
  const first = await read(it);
  const seen = await it.fire('seen');
  await soon(() => expect(named(first, 'incident')).toHaveLength(1));
  first.close();
  const missed = await it.fire('missed');
  const second = await read(it, placeOf(first));
  await soon(() => expect(named(second, 'incident')).toHaveLength(1));
  expect(JSON.parse(named(second, 'incident')[0]?.data ?? '').id).toBe(missed);
  expect(seen).not.toBe(missed);
});

test('who broke off before anything happened can come back too', async () => {
  const it = await startConsole();
  const first = await read(it);
  await soon(() => expect(first.events).not.toHaveLength(0));
  first.close();
  await it.fire('missed');
  const second = await read(it, placeOf(first));
  await soon(() => expect(named(second, 'incident')).toHaveLength(1));
  expect(named(second, 'reset')).toEqual([]);
});

test.each(['1', '99999999999999999999', 'nonsense', '-1'])(
  'a place that is not known (%s) is told, and what follows comes',
  async (last) => {
    const it = await startConsole();
    const reader = await read(it, last);
    await soon(() => expect(named(reader, 'reset')).toHaveLength(1));
    await it.fire('API');
    await soon(() => expect(named(reader, 'incident')).toHaveLength(1));
  },
);

test('ids are numbers that rise, across a restart too', async () => {
  const it = await startConsole();
  const before = await read(it);
  for (const name of ['a', 'b', 'c']) await it.fire(name);
  await soon(() => expect(named(before, 'incident')).toHaveLength(3));
  const after = await read(it, placeOf(before), await it.restart());
  await soon(() => expect(after.events).not.toHaveLength(0));
  await it.fire('d');
  await soon(() => expect(named(after, 'incident').length).toBeGreaterThan(0));
  const ids = [...before.events, ...after.events].flatMap(({ id }) => (id === undefined ? [] : [Number(id)]));
  expect(ids.every(Number.isSafeInteger)).toBe(true);
  expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  expect(named(after, 'reset'), 'another process does not know the place').toHaveLength(1);
});

test('a reader that reads nothing delays no other', async () => {
  const it = await startConsole();
  const id = await it.fire('API');
  const stuck = connect(Number(new URL(it.url).port), '127.0.0.1');
  stuck.pause();
  stuck.write(`GET /api/events HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n\r\n`);
  const reader = await read(it);
  const part = 'x'.repeat(500_000); // twenty of them are more than sockets hold
  for (let n = 1; n <= 20; n++) {
    await it.store.runs.output('run1', id, '', part);
    await soon(() => expect(named(reader, 'run')).toHaveLength(n));
  }
  expect(named(reader, 'reset')).toEqual([]);
  stuck.destroy();
});

test('closing the console ends the streams', async () => {
  const it = await startConsole();
  const response = await fetch(`${it.url}/api/events`, { headers: { authorization } });
  const closed = it.app.close();
  await expect(response.text()).resolves.toBeTypeOf('string');
  await closed;
});
