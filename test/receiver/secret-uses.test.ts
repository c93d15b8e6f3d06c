import { hash } from 'node:crypto';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Log, Memory } from '../../src/domain/ports.ts';
import { loadSecretUses } from '../../src/receiver/secret-uses.ts';
import type { OpenSource } from '../../src/receiver/webhooks.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { freshPath, openAt } from '../store/samples.ts';
import { soon } from '../support/soon.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const NAME = 'secret.uses';
const silent = pino({ level: 'silent' });

const wiz = (...secrets: readonly string[]): readonly OpenSource[] => [{ source: wizstatus, secrets }];
const load = (memory: Memory, sources: readonly OpenSource[], log: Log = silent) =>
  loadSecretUses({ memory, sources: () => sources, log });
const newMemory = async () => (await openAt(await freshPath())).memory;

test('a time stays with its secret when it rotates, across restarts', async () => {
  const memory = await newMemory();
  const uses = await load(memory, wiz('new', 'old'));
  uses.used('wizstatus', 'old', NOW);
  await uses.save();
  expect((await load(memory, wiz('newest', 'new', 'old'))).lastUsed()).toEqual([
    { source: 'wizstatus', secret: 0 },
    { source: 'wizstatus', secret: 1 },
    { source: 'wizstatus', secret: 2, at: NOW },
  ]);
});

test('one text is a secret of each source for itself', async () => {
  const sources = [...wiz('same'), { source: alertmanager, secrets: ['same'] }];
  const uses = await load(await newMemory(), sources);
  uses.used('alertmanager', 'same', NOW);
  expect(uses.lastUsed()).toEqual([
    { source: 'wizstatus', secret: 0 },
    { source: 'alertmanager', secret: 0, at: NOW },
  ]);
});

test('each secret is stored at its first use, and then once a minute at most', async () => {
  const { memory, puts } = counting(await newMemory());
  const uses = await load(memory, wiz('new', 'old'));
  for (let second = 0; second < 60; second++) uses.used('wizstatus', 'old', NOW + second * 1_000);
  expect(puts).toHaveLength(1);
  uses.used('wizstatus', 'new', NOW + 59_000);
  expect(puts).toHaveLength(2);
  uses.used('wizstatus', 'old', NOW + 118_999);
  expect(puts).toHaveLength(2);
  uses.used('wizstatus', 'old', NOW + 119_000);
  expect(puts).toHaveLength(3);
});

test('what was not stored yet is at the end, and nothing where nothing is new', async () => {
  const { memory, puts } = counting(await newMemory());
  const uses = await load(memory, wiz('one'));
  uses.used('wizstatus', 'one', NOW);
  uses.used('wizstatus', 'one', NOW + 1_000);
  await uses.save();
  await uses.save();
  expect(puts).toHaveLength(2);
  expect((await load(memory, wiz('one'))).lastUsed()).toMatchObject([{ at: NOW + 1_000 }]);
});

test('a secret that is retired is forgotten', async () => {
  const memory = await newMemory();
  const uses = await load(memory, wiz('new', 'old'));
  uses.used('wizstatus', 'old', NOW);
  uses.used('wizstatus', 'new', NOW);
  await uses.save();
  const later = await load(memory, wiz('new'));
  later.used('wizstatus', 'new', NOW + 1_000);
  await later.save();
  expect((await load(memory, wiz('new', 'old'))).lastUsed()).toMatchObject([{ at: NOW + 1_000 }, { secret: 1 }]);
  expect(Object.keys((JSON.parse((await memory.get(NAME)) ?? '') as { at: object }).at)).toHaveLength(1);
});

test('what is stored holds no secret and no plain hash of one, and differs from store to store', async () => {
  const stored = async () => {
    const memory = await newMemory();
    const uses = await load(memory, wiz('canary'));
    uses.used('wizstatus', 'canary', NOW);
    await uses.save();
    return (await memory.get(NAME)) ?? '';
  };
  const [one, other] = [await stored(), await stored()];
  for (const text of ['canary', hash('sha256', 'canary').slice(0, 12), hash('sha256', 'wizstatus:canary').slice(0, 12)])
    expect(one).not.toContain(text);
  const digests = [one, other].map((text) => Object.keys((JSON.parse(text) as { at: object }).at)[0]);
  expect(digests[0]).not.toBe(digests[1]);
});

test('while the store is away uses are counted, told in the log, and stored when it is back', async () => {
  const lines: string[] = [];
  const real = await newMemory();
  let isAway = true;
  const memory: Memory = {
    get: real.get,
    put: (name, value) => (isAway ? Promise.reject(new Error('away')) : real.put(name, value)),
  };
  const uses = await load(memory, wiz('one'), pino({}, { write: (line) => void lines.push(line) }));
  uses.used('wizstatus', 'one', NOW);
  await soon(() => expect(lines).toHaveLength(1));
  expect(uses.lastUsed()).toMatchObject([{ at: NOW }]);
  isAway = false;
  await uses.save();
  expect((await load(memory, wiz('one'))).lastUsed()).toMatchObject([{ at: NOW }]);
});

test.each([
  ['nothing', ''],
  ['cut off', '{"salt":"abc","at":{"0123'],
  ['null', 'null'],
  ['without its salt', '{"at":{}}'],
  ['without its times', '{"salt":"abc"}'],
  ['with a time that is none', '{"salt":"abc","at":{"0123456789ab":"yesterday"}}'],
  ['with a time beyond all dates', '{"salt":"abc","at":{"0123456789ab":1e300}}'],
])('what is stored and damaged (%s) is forgotten, told in the log, and counted anew', async (_how, stored) => {
  const lines: string[] = [];
  const memory = await newMemory();
  await memory.put(NAME, stored);
  const uses = await load(memory, wiz('one'), pino({}, { write: (line) => void lines.push(line) }));
  expect(uses.lastUsed()).toEqual([{ source: 'wizstatus', secret: 0 }]);
  expect(lines).toEqual([expect.stringMatching(/"setting":"secret\.uses".*damaged.*forgotten/)]);
  uses.used('wizstatus', 'one', NOW);
  await uses.save();
  expect((await load(memory, wiz('one'))).lastUsed()).toMatchObject([{ at: NOW }]);
});

/** The memory, and what is put into it. */
function counting(memory: Memory): { readonly memory: Memory; readonly puts: readonly string[] } {
  const puts: string[] = [];
  return {
    puts,
    memory: {
      get: memory.get,
      put(name, value) {
        puts.push(value);
        return memory.put(name, value);
      },
    },
  };
}
