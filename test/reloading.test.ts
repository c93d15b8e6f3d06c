import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { consolePlatform } from '../src/adapters/console.ts';
import { readConfig } from '../src/config/config.ts';
import { createLiveSettings } from '../src/live-settings.ts';
import { startReloading } from '../src/reloading.ts';
import type { Ready, Templates } from '../src/setup.ts';
import { loadCards } from '../src/templates/cards.ts';
import { soon } from './support/soon.ts';

const { templates } = await loadCards('no/such/folder');

/** Templates that are known by the name of a secret that one of their runbooks asks for. */
const read = (name: string, faults: Templates['faults'] = []): Templates => ({
  templates,
  runbooks: [],
  claims: [{ name, place: 'a.md' }],
  faults,
});

async function ready(env: Readonly<Record<string, string>> = {}, name = 'first'): Promise<Ready> {
  const { config, faults } = readConfig({
    env,
    platforms: [consolePlatform],
    monitors: [],
    actions: [],
    readFile: () => '',
  });
  if (config === undefined) throw new Error(faults.map(({ message }) => message).join('\n'));
  return { ...read(name), config };
}

/** Readings that end when the test says so, and a folder that changes when it says so. */
async function started(accept = () => {}) {
  const live = createLiveSettings(await ready());
  const readings: PromiseWithResolvers<Templates>[] = [];
  const watched = new Map<string, () => void>();
  const taken = vi.fn();
  const reloading = startReloading({
    live,
    log: pino({ level: 'silent' }),
    readTemplates() {
      const reading = Promise.withResolvers<Templates>();
      readings.push(reading);
      return reading.promise;
    },
    watchFolder(folder, changed) {
      watched.set(folder, changed);
      return { close: () => void watched.delete(folder) };
    },
    accept,
    taken,
  });
  const change = (folder: string) => watched.get(folder)?.();
  return { live, reloading, readings, watched, change, taken, name: () => live.taken.claims[0]?.name };
}

test('two folders that change together are read one after the other, and what was read last stays', async () => {
  const { readings, change, name } = await started();
  change('templates/cards');
  change('templates/runbooks');
  await soon(() => expect(readings).toHaveLength(1));
  readings[0]?.resolve(read('second'));
  await soon(() => expect(readings).toHaveLength(2));
  expect(name()).toBe('second');
  readings[1]?.resolve(read('third'));
  await soon(() => expect(name()).toBe('third'));
});

test('a configuration that is read slowly does not undo templates that changed meanwhile', async () => {
  const { reloading, readings, change, name, live } = await started();
  const slow = Promise.withResolvers<Ready>();
  const reloaded = reloading.reload(() => slow.promise);
  change('templates/cards');
  const older = await ready({ RETENTION: '1h' }, 'older');
  expect(readings).toEqual([]); // not begun: it waits
  slow.resolve(older);
  await reloaded;
  await soon(() => expect(readings).toHaveLength(1));
  readings[0]?.resolve(read('newer'));
  await soon(() => expect(name()).toBe('newer'));
  expect(live.config.retention).toBe(3_600_000);
});

test('a configuration is read only after the templates that were being read were taken', async () => {
  const { reloading, readings, change, name } = await started();
  change('templates/cards');
  const reloaded = reloading.reload(() => ready({}, 'newer'));
  await soon(() => expect(readings).toHaveLength(1));
  readings[0]?.resolve(read('older'));
  await reloaded;
  expect(name()).toBe('newer');
});

test('templates with a fault are not taken, and what comes after them is', async () => {
  const { readings, change, name, taken } = await started();
  change('templates/cards');
  await soon(() => expect(readings).toHaveLength(1));
  readings[0]?.resolve(read('broken', [{ place: 'a.md:1', message: 'it is broken', cure: 'mend it' }]));
  change('templates/cards');
  await soon(() => expect(readings).toHaveLength(2));
  expect(name()).toBe('first');
  readings[1]?.resolve(read('mended'));
  await soon(() => expect(name()).toBe('mended'));
  expect(taken).toHaveBeenCalledOnce();
});

test('a reading that fails is told to whoever asked for it, and stops nothing that comes after it', async () => {
  const { reloading, name } = await started();
  await expect(reloading.reload(() => Promise.reject(new Error('no such file')))).rejects.toThrow('no such file');
  await reloading.reload(() => ready({}, 'second'));
  expect(name()).toBe('second');
});

test('a configuration that cannot be used is not taken in any part', async () => {
  const { reloading, live, watched } = await started(() => {
    throw new Error('the certificate does not fit');
  });
  const before = live.taken;
  const next = ready({ TEMPLATES_DIR: 'elsewhere' }, 'second');
  await expect(reloading.reload(() => next)).rejects.toThrow('the certificate does not fit');
  expect(live.taken).toBe(before);
  expect([...watched.keys()]).toEqual(['templates/cards', 'templates/runbooks']);
});

test('another folder of templates is watched in the place of the one before', async () => {
  const { reloading, watched } = await started();
  await reloading.reload(() => ready({ TEMPLATES_DIR: 'elsewhere' }));
  expect([...watched.keys()]).toEqual(['elsewhere/cards', 'elsewhere/runbooks']);
});

test('after the end nothing is watched, and what was still being read is not taken', async () => {
  const { reloading, watched, name } = await started();
  const slow = Promise.withResolvers<Ready>();
  const reloaded = reloading.reload(() => slow.promise);
  reloading.close();
  slow.resolve(await ready({ TEMPLATES_DIR: 'elsewhere' }, 'late'));
  await reloaded;
  expect(name()).toBe('first');
  expect(watched.size).toBe(0);
});
