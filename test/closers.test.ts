import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { builtWhole, createClosers } from '../src/closers.ts';

const log = pino({ level: 'silent' });

test('what was started last ends first, and each waits for the one before it', async () => {
  const ended: string[] = [];
  const closers = createClosers();
  closers.add(() => ended.push('store'));
  closers.add(async () => {
    await Promise.resolve();
    ended.push('adapter');
  });
  closers.add(() => ended.push('door'));
  await closers.close();
  expect(ended).toEqual(['door', 'adapter', 'store']);
});

test('what stands beside each other ends at the same time, in the place where that began', async () => {
  const ended: string[] = [];
  const closers = createClosers();
  closers.add(() => ended.push('store'));
  const add = closers.beside();
  const gate = Promise.withResolvers<void>();
  closers.add(() => ended.push('door'));
  add(() => gate.promise.then(() => ended.push('slow')));
  add(() => {
    ended.push('fast');
    gate.resolve();
  });
  await closers.close();
  expect(ended).toEqual(['door', 'fast', 'slow', 'store']);
});

test('each ends once, however often that is asked, and it is known that it began', async () => {
  const end = vi.fn();
  const closers = createClosers();
  closers.add(end);
  expect(closers.isClosing).toBe(false);
  const both = [closers.close(), closers.close()];
  expect(closers.isClosing).toBe(true);
  await Promise.all(both);
  expect(end).toHaveBeenCalledOnce();
});

test('all end, whatever one of them throws, and then that is told', async () => {
  const end = vi.fn();
  const closers = createClosers();
  closers.add(end);
  closers.add(() => Promise.reject(new Error('stuck')));
  await expect(closers.close()).rejects.toThrow('stuck');
  expect(end).toHaveBeenCalledOnce();
});

test('what could be built only in part ends, and the reason is told, not what the end threw', async () => {
  const end = vi.fn();
  const building = builtWhole(log, async (closers) => {
    closers.add(end);
    closers.add(() => Promise.reject(new Error('stuck')));
    throw new Error('no room');
  });
  await expect(building).rejects.toThrow('no room');
  expect(end).toHaveBeenCalledOnce();
});

test('what was built whole goes on', async () => {
  const end = vi.fn();
  expect(
    await builtWhole(log, async (closers) => {
      closers.add(end);
      return 'built';
    }),
  ).toBe('built');
  expect(end).not.toHaveBeenCalled();
});
