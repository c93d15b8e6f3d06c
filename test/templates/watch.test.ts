import { chmod, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { loadCards } from '../../src/templates/cards.ts';
import { watchFolder } from '../../src/templates/watch.ts';

const SOON = { timeout: 5_000 };
const card = (title: string) => `---\ntitle: "${title}"\n---\n`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tocsin-watch-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Watches as the bridge does: loads whole, or keeps the last good one. */
async function watched(at = folder) {
  const titles: string[][] = [];
  const load = async () => {
    const { templates, faults } = await loadCards(at);
    if (faults.length === 0)
      titles.push(templates.names.map((name) => `${name}: ${templates.render(name, {})?.title}`));
    return faults;
  };
  const faults = vi.fn();
  await load();
  const ready = Promise.withResolvers<void>();
  const watcher = watchFolder(at, () => void load().then(faults), { lookEveryMs: 50, ready: ready.resolve });
  await ready.promise;
  return { titles, faults, [Symbol.dispose]: () => watcher.close() };
}

describe('a change of the folder is told', () => {
  test.each([
    ['an edit', () => writeFile(join(folder, 'a.md'), card('two')), ['a: two']],
    [
      'an edit by replacing the file',
      async () => {
        await writeFile(join(folder, '.a.md.swp'), card('two'));
        await rename(join(folder, '.a.md.swp'), join(folder, 'a.md'));
      },
      ['a: two'],
    ],
    ['a new file', () => writeFile(join(folder, 'b.md'), card('two')), ['a: one', 'b: two']],
    ['a removed file', () => rm(join(folder, 'a.md')), []],
  ])('%s', async (_, change, expected) => {
    await writeFile(join(folder, 'a.md'), card('one'));
    using watch = await watched();
    expect(watch.titles).toEqual([['a: one']]);
    await change();
    await expect.poll(() => watch.titles.at(-1), SOON).toEqual(expected);
  });

  test('the swap of a ConfigMap\u2019s link', async () => {
    for (const [version, title] of [
      ['..1', 'one'],
      ['..2', 'two'],
    ] as const) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, 'a.md'), card(title));
    }
    await symlink('..1', join(folder, '..data'));
    await symlink('..data/a.md', join(folder, 'a.md'));
    using watch = await watched();
    expect(watch.titles).toEqual([['a: one']]);
    await symlink('..2', join(folder, '..data_tmp'));
    await rename(join(folder, '..data_tmp'), join(folder, '..data'));
    await expect.poll(() => watch.titles.at(-1), SOON).toEqual(['a: two']);
  });

  test('a folder that comes later', async () => {
    using watch = await watched(join(folder, 'later'));
    expect(watch.titles).toEqual([]);
    await mkdir(join(folder, 'later'));
    await writeFile(join(folder, 'later', 'a.md'), card('one'));
    await expect.poll(() => watch.titles.at(-1), SOON).toEqual(['a: one']);
  });
});

describe('of a file beside the templates', () => {
  test.each([
    ['that it came is told', () => writeFile(join(folder, 'b.sh'), '')],
    ['that it went is told', () => rm(join(folder, 'a.sh'))],
    ['that it may be executed now is told', () => chmod(join(folder, 'a.sh'), 0o755)],
  ])('%s', async (_, change) => {
    await writeFile(join(folder, 'a.sh'), '');
    using watch = await watched();
    await change();
    await expect.poll(() => watch.faults.mock.calls.length, SOON).toBe(1);
  });
});

test('a broken edit is told with its place, and the last good one stays until it is mended', async () => {
  await writeFile(join(folder, 'a.md'), card('one'));
  using watch = await watched();
  await writeFile(join(folder, 'a.md'), card('{{ nope }}'));
  await expect
    .poll(() => watch.faults.mock.lastCall?.[0], SOON)
    .toMatchObject([{ place: `${join(folder, 'a.md')}:2:12` }]);
  expect(watch.titles).toEqual([['a: one']]);
  await writeFile(join(folder, 'a.md'), card('mended'));
  await expect.poll(() => watch.titles.at(-1), SOON).toEqual(['a: mended']);
});
