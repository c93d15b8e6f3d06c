import { copyFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { soon } from '../support/soon.ts';
import { incident } from './incidents.ts';
import { freshPath, openAt, put } from './samples.ts';

const AWAY: readonly (readonly [string, (path: string) => void, string])[] = [
  ['is deleted', (path) => rmSync(path), 'the database file was moved or deleted while it was open'],
  [
    'is replaced',
    (path) => {
      copyFileSync(path, `${path}.other`);
      renameSync(`${path}.other`, path);
    },
    'the database file was replaced while it was open',
  ],
  [
    'is moved with its folder',
    (path) => renameSync(dirname(path), `${dirname(path)}.old`),
    'the database file was moved or deleted while it was open',
  ],
  [
    'loses its newest commits',
    (path) => rmSync(`${path}-wal`),
    "the database's -wal file was moved or deleted while it was open",
  ],
  [
    'is in a folder that cannot be looked into',
    (path) => {
      renameSync(dirname(path), `${dirname(path)}.old`);
      symlinkSync(dirname(path), dirname(path)); // a loop, which stops even root
    },
    'the database file can no longer be reached (ELOOP)',
  ],
];

test.for(AWAY)('a database that %s while it is open stores nothing more, and says why', async ([, away, reason]) => {
  const path = await freshPath();
  const store = await openAt(path);
  await put(store, {});
  away(path);
  const answer = put(store, {});
  await expect(answer).rejects.toThrow(StoreUnavailable);
  await expect(answer).rejects.toThrow(reason);
  expect(await store.health()).toEqual({ writable: false, reason });
});

test('health finds out by itself that the file is gone', async () => {
  const path = await freshPath();
  const store = await openAt(path);
  await store.memory.put('a', '1');
  rmSync(path);
  expect(await store.health()).toMatchObject({ writable: false });
});

test('the log has the file and the cure, once, though nobody asks', async () => {
  const lines: string[] = [];
  const path = await freshPath();
  await openAt(path, { log: pino({}, { write: (line) => void lines.push(line) }) });
  rmSync(path);
  await soon(() => expect(lines.join('')).toContain('nothing can be stored'));
  const told = lines
    .filter((line) => line.includes('nothing can be stored'))
    .map((line) => JSON.parse(line) as unknown);
  expect(told).toMatchObject([{ err: { file: path }, cure: expect.stringContaining('restart Tocsin') as string }]);
});

test('the same file, put back, goes on with all that was stored', async () => {
  const path = await freshPath();
  const store = await openAt(path);
  const [before, after] = [incident(), incident()];
  await put(store, { incident: before });
  renameSync(path, `${path}.old`);
  await expect(put(store, {})).rejects.toThrow(StoreUnavailable);
  renameSync(`${path}.old`, path);
  await soon(async () => expect(await store.health()).toEqual({ writable: true }));
  await put(store, { incident: after });
  await store.close();
  const again = await openAt(path);
  expect(await again.views([before.id, after.id])).toHaveLength(2);
});

test('a file that is deleted in the middle of a flood: what was answered before stands, and nothing is answered after', async () => {
  const path = await freshPath();
  const store = await openAt(path);
  let isGone = false;
  const answeredAfter: string[] = [];
  const flood = Array.from({ length: 2_000 }, (_, n) => {
    const one = incident();
    return put(store, { incident: one }).then(() => {
      if (isGone) answeredAfter.push(one.id);
      if (n !== 500) return;
      isGone = true;
      rmSync(path);
    });
  });
  const results = await Promise.allSettled(flood);
  // Those of one commit are answered together, whichever of them deleted it.
  expect(results.at(-1)).toMatchObject({
    status: 'rejected',
    reason: expect.any(StoreUnavailable) as StoreUnavailable,
  });
  expect(answeredAfter.length).toBeLessThan(128);
});
