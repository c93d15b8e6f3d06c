import { connect } from 'node:net';
import { expect, test, vi } from 'vitest';
import { startConsole, type TestConsole, TOKEN } from './console.ts';
import { type Reader, readEvents } from './event-reader.ts';

const authorization = `Bearer ${TOKEN}`;
const read = (it: TestConsole, last?: string, url = it.url) =>
  readEvents(`${url}/api/events`, { authorization, ...(last === undefined ? {} : { 'last-event-id': last }) });
const named = (reader: Reader, name: string) => reader.events.filter(({ event }) => event === name);
const placeOf = (reader: Reader) => reader.events.findLast(({ id }) => id !== undefined)?.id as string;

test('every change of an incident comes, as it is in the API', async () => {
  const it = await startConsole();
  const reader = await read(it);
  const id = await it.fire('API');
  await vi.waitFor(() => expect(named(reader, 'incident')).toHaveLength(1));
  await it.app.inject({ method: 'POST', url: `/api/incidents/${id}/actions/acknowledge`, headers: { authorization } });
  await vi.waitFor(() =>
    expect(JSON.parse(named(reader, 'incident').at(-1)?.data ?? '')).toMatchObject({ id, status: 'acknowledged' }),
  );
  const alone = await it.app.inject({ url: `/api/incidents/${id}`, headers: { authorization } });
  expect(JSON.parse(named(reader, 'incident').at(-1)?.data ?? '')).toEqual(alone.json());
});

test('what a run prints comes in parts', async () => {
  const it = await startConsole();
  const id = await it.fire('API');
  const reader = await read(it);
  await it.store.runs.output('run1', id, 'one\n', 'one\n');
  await it.store.runs.output('run1', id, 'one\ntwo\n', 'two\n');
  await vi.waitFor(() => expect(named(reader, 'run')).toHaveLength(2));
  expect(named(reader, 'run').map(({ data }) => JSON.parse(data))).toEqual([
    { id: 'run1', incident: id, state: 'running', output: 'one\n' },
    { id: 'run1', incident: id, state: 'running', output: 'two\n' },
  ]);
});

test('who comes back with the last id misses nothing and sees nothing twice', async () => {
  const it = await startConsole();
  const first = await read(it);
  const seen = await it.fire('seen');
  await vi.waitFor(() => expect(named(first, 'incident')).toHaveLength(1));
  first.close();
  const missed = await it.fire('missed');
  const second = await read(it, placeOf(first));
  await vi.waitFor(() => expect(named(second, 'incident')).toHaveLength(1));
  expect(JSON.parse(named(second, 'incident')[0]?.data ?? '').id).toBe(missed);
  expect(seen).not.toBe(missed);
});

test('who broke off before anything happened can come back too', async () => {
  const it = await startConsole();
  const first = await read(it);
  await vi.waitFor(() => expect(first.events).not.toHaveLength(0));
  first.close();
  await it.fire('missed');
  const second = await read(it, placeOf(first));
  await vi.waitFor(() => expect(named(second, 'incident')).toHaveLength(1));
  expect(named(second, 'reset')).toEqual([]);
});

test.each(['1', '99999999999999999999', 'nonsense', '-1'])(
  'a place that is not known (%s) is told, and what follows comes',
  async (last) => {
    const it = await startConsole();
    const reader = await read(it, last);
    await vi.waitFor(() => expect(named(reader, 'reset')).toHaveLength(1));
    await it.fire('API');
    await vi.waitFor(() => expect(named(reader, 'incident')).toHaveLength(1));
  },
);

test('ids are numbers that rise, across a restart too', async () => {
  const it = await startConsole();
  const before = await read(it);
  for (const name of ['a', 'b', 'c']) await it.fire(name);
  await vi.waitFor(() => expect(named(before, 'incident')).toHaveLength(3));
  const after = await read(it, placeOf(before), await it.restart());
  await vi.waitFor(() => expect(after.events).not.toHaveLength(0));
  await it.fire('d');
  await vi.waitFor(() => expect(named(after, 'incident').length).toBeGreaterThan(0));
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
    await vi.waitFor(() => expect(named(reader, 'run')).toHaveLength(n), { interval: 5 });
  }
  expect(named(reader, 'reset')).toEqual([]);
  stuck.destroy();
});

test('a reader that fell too far behind is told that it missed something', async () => {
  const it = await startConsole();
  const id = await it.fire('API');
  const reader = await read(it);
  await vi.waitFor(() => expect(reader.events).not.toHaveLength(0));
  reader.close();
  for (let n = 0; n < 4; n++) await it.store.runs.output('run1', id, '', 'x'.repeat(400_000));
  const later = await read(it, placeOf(reader));
  await vi.waitFor(() => expect(named(later, 'reset')).toHaveLength(1));
});

test('closing the console ends the streams', async () => {
  const it = await startConsole();
  const response = await fetch(`${it.url}/api/events`, { headers: { authorization } });
  const closed = it.app.close();
  await expect(response.text()).resolves.toBeTypeOf('string');
  await closed;
});
