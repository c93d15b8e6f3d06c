import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { FaultsFound, StoreUnavailable } from '../../src/domain/errors.ts';
import { soon } from '../support/soon.ts';
import { incident } from './incidents.ts';
import { freshPath, openAt, put } from './samples.ts';

const PAGE_BYTES = 4_096;
const FRAME_BYTES = 24 + PAGE_BYTES; // https://www.sqlite.org/fileformat2.html#the_write_ahead_log
const WAL_HEADER_BYTES = 32;

/** A database whose process was killed while it wrote; answers what it had acknowledged, in order. */
async function killedAt(path: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'writes-until-killed.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const acknowledged: string[] = [];
  for await (const id of createInterface({ input: child.stdout })) {
    acknowledged.push(id);
    if (acknowledged.length === 400) child.kill('SIGKILL');
  }
  await ended;
  return acknowledged;
}

/** A database that was closed in order, with this many incidents. */
async function closedAt(path: string, incidents = 500): Promise<void> {
  const store = await openAt(path);
  await put(store, ...Array.from({ length: incidents }, () => ({ incident: incident() })));
  await store.close();
}

const frameStart = (bytes: Buffer, part: number): number => {
  const frames = Math.floor((bytes.length - WAL_HEADER_BYTES) / FRAME_BYTES);
  return WAL_HEADER_BYTES + Math.floor(frames * part) * FRAME_BYTES;
};

// F4: what a power loss leaves where the disk had not written all that it said.
test.for<readonly [string, (wal: Buffer) => Buffer]>([
  ['lost its end, in the middle of a frame', (wal) => wal.subarray(0, wal.length - 1_000)],
  ['lost its second half', (wal) => wal.subarray(0, frameStart(wal, 0.5))],
  ['ends with zeros', (wal) => wal.fill(0, frameStart(wal, 0.8))],
  ['has a garbled frame in its middle', (wal) => wal.fill(0x5a, frameStart(wal, 0.5), frameStart(wal, 0.5) + 500)],
])(
  'a -wal file that %s: all that was stored before that place is there, none of the rest, and it goes on',
  async ([, tear]) => {
    const path = await freshPath();
    const acknowledged = await killedAt(path);
    writeFileSync(`${path}-wal`, tear(readFileSync(`${path}-wal`)));

    const store = await openAt(path);
    const found: string[] = [];
    for (let at = 0; at < acknowledged.length; at += 100)
      for (const view of await store.views(acknowledged.slice(at, at + 100))) found.push(view.incident.id);
    expect(found.length).toBeGreaterThan(0);
    expect(found).toEqual(acknowledged.slice(0, found.length));

    const next = incident();
    await put(store, { incident: next });
    await store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare('pragma integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    expect(await (await openAt(path)).incident(next.id)).toBeDefined();
  },
);

// F17
test.for<readonly [string, 'killed' | 'closed', (path: string) => void]>([
  ['was cut in half', 'closed', (path) => truncateSync(path, Math.floor(statSync(path).size / 2))],
  ['lost its last page', 'closed', (path) => truncateSync(path, statSync(path).size - PAGE_BYTES)],
  ['lost its last bytes', 'closed', (path) => truncateSync(path, statSync(path).size - 1)],
  ['lost its first page', 'closed', (path) => writeFileSync(path, readFileSync(path).subarray(PAGE_BYTES))],
  ['is empty beside a full -wal file', 'killed', (path) => truncateSync(path, 0)],
  ['is gone beside a full -wal file', 'killed', (path) => rmSync(path)],
])('a database that %s is refused with the cure, and left as it is', async ([, end, damage]) => {
  const path = await freshPath();
  await (end === 'killed' ? killedAt(path) : closedAt(path));
  damage(path);
  const files = [path, `${path}-wal`];
  const sizes = () => files.map((file) => statSync(file, { throwIfNoEntry: false })?.size);
  const before = sizes();
  const error = await openAt(path).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof FaultsFound)) throw new Error('it was opened', { cause: error });
  expect(error.faults).toMatchObject([
    { message: expect.stringContaining(path) as string, cure: expect.stringMatching(/backup/) as string },
  ]);
  expect(sizes()).toEqual(before);
});

/** Overwrites a table or an index, its root page at least. */
function garble(path: string, name: string): void {
  const database = new DatabaseSync(path);
  const { rootpage } = database.prepare('select rootpage from sqlite_master where name = ?').get(name) ?? {};
  database.close();
  const bytes = readFileSync(path);
  bytes.fill(0xff, (Number(rootpage) - 1) * PAGE_BYTES, Number(rootpage) * PAGE_BYTES);
  writeFileSync(path, bytes);
}

test('damage that shows while it runs: nothing that meets it is acknowledged, health says so for good though the rest goes on, and the next start refuses the file', async () => {
  const path = await freshPath();
  await closedAt(path);
  garble(path, 'runs_incident');
  const store = await openAt(path);
  const answer = put(store, {}); // looks for the incident's runs
  await expect(answer).rejects.toThrow(StoreUnavailable);
  await expect(answer).rejects.toThrow('the database is damaged');
  const damaged = { writable: false, reason: 'the database is damaged' };
  expect(await store.health()).toEqual(damaged);

  const opened = { incident: incident(), timeline: [] };
  await store.change({ decide: () => ({ changes: [opened], answer: undefined }) });
  expect(await store.health()).toEqual(damaged);
  await store.close();
  await expect(openAt(path)).rejects.toThrow('is damaged');
});

/** As after SIGKILL, and too large to be read first; `more`: what else is in it. */
function uncleanAndLarge(path: string, more = ''): void {
  const database = new DatabaseSync(path, { defensive: false });
  database.exec("insert into settings values ('large', zeroblob(40000000))");
  database.exec("delete from settings where name = 'store.clean'");
  database.exec(more);
  database.exec('pragma wal_checkpoint(truncate)');
  database.close();
}

test('damage in a file too large to be read first: it is used at once, and health says so for good once it shows', async () => {
  const path = await freshPath();
  await closedAt(path);
  uncleanAndLarge(path);
  garble(path, 'runs_incident');
  const store = await openAt(path);
  await soon(async () => expect(await store.health()).toEqual({ writable: false, reason: 'the database is damaged' }));
  await store.close();
});

/** A check that goes on for minutes: it calculates a value of each row, which was none when the rows were made. */
const SLOW = `
  create table slow (n integer);
  with recursive rows (n) as (select 1 union all select n + 1 from rows where n < 20000) insert into slow select 2000000 from rows;
  pragma writable_schema = 1;
  update sqlite_master set sql = 'create table slow (n integer, g as (length(hex(zeroblob(n)))) not null)' where name = 'slow';`;

test('a file that is still being looked through is closed at once, and looked through at the next start', async () => {
  const path = await freshPath();
  await closedAt(path);
  uncleanAndLarge(path, SLOW);
  for (const one of [incident(), incident()]) {
    const store = await openAt(path);
    await put(store, { incident: one });
    await wait(2_000); // until it is in the middle of the file: nothing tells that it is
    await store.close();
    const database = new DatabaseSync(path);
    expect(database.prepare("select 1 from settings where name = 'store.clean'").get()).toBeUndefined();
    database.close();
  }
});
