import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { FaultsFound } from '../../src/domain/errors.ts';
import type { StoreChange } from '../../src/domain/ports.ts';
import { migrate, migrations } from '../../src/store/migrate.ts';
import { openSqlite } from '../../src/store/open-sqlite.ts';
import { sqliteDialect } from '../../src/store/sqlite.ts';
import type { Tables } from '../../src/store/tables.ts';
import { soon } from '../support/soon.ts';
import { delivery, incident } from './incidents.ts';
import { freshPath, openAt, put } from './samples.ts';

const LOG = pino({ level: 'silent' });

/** The one fault that opening answers with. */
async function faultOf(opening: Promise<unknown>) {
  const error = await opening.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(error instanceof FaultsFound)) throw new Error('it was opened', { cause: error });
  expect(error.faults).toHaveLength(1);
  expect(error.faults[0]?.place).toBe('DATABASE_URL');
  return error.faults[0];
}

/** A closed database with one incident; answers its id. */
async function written(path: string): Promise<string> {
  const store = await openAt(path);
  const one = incident();
  await put(store, { incident: one, deliveries: [delivery()] });
  await store.close();
  return one.id;
}

test('a new file and all that stands beside it are for their owner alone', async () => {
  const path = await freshPath();
  const umask = process.umask(0);
  try {
    await put(await openAt(path), {});
  } finally {
    process.umask(umask);
  }
  const modes = readdirSync(dirname(path)).map((name) => [name, statSync(join(dirname(path), name)).mode & 0o777]);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  expect(Object.fromEntries(modes)).toEqual({
    'tocsin.db': 0o600,
    'tocsin.db-wal': 0o600,
    'tocsin.db-shm': 0o600,
    'tocsin.db.lock': 0o600,
  });
});

test('a second server on a file is refused at once, with who may hold it', async () => {
  const path = await freshPath();
  await openAt(path);
  const began = performance.now();
  const fault = await faultOf(openAt(path));
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(fault?.message).toContain(`${path} is in use`);
  expect(fault?.cure).toContain('Stop the other one');
});

test('a file can be opened again after its server closed', async () => {
  const path = await freshPath();
  const id = await written(path);
  expect(await (await openAt(path)).incident(id)).toBeDefined();
});

test('a tool works beside a server, which notices what it wrote', async () => {
  const path = await freshPath();
  const server = await openAt(path);
  await put(server, { deliveries: [delivery()] });
  const [lane] = await server.lanes.claim(1);
  if (lane === undefined) throw new Error('no lane');
  const [due] = await server.lanes.due(lane, 1);
  if (due === undefined) throw new Error('nothing is due');
  const failure = { reason: 'forbidden', scope: 'channel', message: 'not invited' } as const;
  await server.lanes.settle(lane, [{ delivery: due.id, failure }]);

  const told: StoreChange[] = [];
  server.watch((what) => told.push(what));
  const tool = await openAt(path, { role: 'tool' });
  expect(await tool.replay('all')).toBe(1);
  await soon(() => expect(told).toMatchObject([{ lanes: ['slack:alerts'] }]));
  expect(await server.lanes.due(lane, 1)).toMatchObject([{ id: due.id }]);
});

test('a tool makes no file where there is none', async () => {
  const path = await freshPath();
  expect((await faultOf(openAt(path, { role: 'tool' })))?.message).toContain('does not exist yet');
  expect(existsSync(dirname(path))).toBe(false);
});

test('a schema that is newer than this version is refused, by a server and a tool', async () => {
  const path = await freshPath();
  await written(path);
  const database = new DatabaseSync(path);
  database.exec("insert into kysely_migration values ('0099-later', '2030-01-01T00:00:00.000Z')");
  database.close();
  for (const role of ['server', 'tool'] as const) {
    const fault = await faultOf(openAt(path, { role }));
    expect(fault?.message).toContain('was written by a newer Tocsin (0099-later)');
  }
});

function rawly(path: string): { readonly database: DatabaseSync; readonly db: Kysely<Tables> } {
  const database = new DatabaseSync(path);
  return { database, db: new Kysely<Tables>({ dialect: sqliteDialect(database) }) };
}

test('a file is copied before it is migrated, and the copy is whole', async () => {
  const path = await freshPath();
  const id = await written(path);
  const { database, db } = rawly(path);
  const next = { up: async (db: Kysely<unknown>) => db.schema.dropTable('incidents').execute() };
  await migrate(db, database, path, { ...migrations, '9999-next': next });
  await db.destroy();

  const copy = `${path}.before-9999-next`;
  expect(statSync(copy).mode & 0o777).toBe(0o600);
  const kept = new DatabaseSync(copy);
  expect(kept.prepare('select id from incidents').all()).toEqual([{ id }]);
  kept.close();
});

test('a migration that fails leaves the file as it was', async () => {
  const path = await freshPath();
  const id = await written(path);
  const { database, db } = rawly(path);
  const next = {
    async up(db: Kysely<unknown>) {
      await db.schema.dropTable('incidents').execute();
      throw new Error('half way');
    },
  };
  const fault = await faultOf(migrate(db, database, path, { ...migrations, '9999-next': next }));
  expect(fault?.message).toContain('half way');
  await db.destroy();
  expect(await (await openAt(path)).incident(id)).toBeDefined();
});

test('a new file is not copied', async () => {
  const path = await freshPath();
  await written(path);
  expect(readdirSync(dirname(path)).filter((name) => name.includes('before'))).toEqual([]);
});

test('a file that is damaged is refused after an unclean end, and left as it is', async () => {
  const path = await freshPath();
  const store = await openAt(path);
  await put(store, ...Array.from({ length: 500 }, () => ({ incident: incident() })));
  await store.close();
  const database = new DatabaseSync(path);
  database.exec("delete from settings where name = 'store.clean'"); // as after SIGKILL
  database.exec('pragma wal_checkpoint(truncate)');
  const { rootpage } =
    database.prepare("select rootpage from sqlite_master where name = 'incidents_ended'").get() ?? {};
  database.close();
  const bytes = Buffer.from(await import('node:fs').then(({ readFileSync }) => readFileSync(path)));
  bytes.fill(0xff, (Number(rootpage) - 1) * 4_096, Number(rootpage) * 4_096);
  writeFileSync(path, bytes);

  const fault = await faultOf(openAt(path));
  expect(fault?.message).toContain(path);
  expect(fault?.cure).toContain('backup');
  expect(statSync(path).size).toBe(bytes.length);
});

test.for<readonly [string, (path: string) => void, RegExp]>([
  ['is a folder', (path) => mkdirSync(path, { recursive: true }), /it is a folder/],
  [
    'is no database',
    (path) => {
      mkdirSync(dirname(path));
      writeFileSync(path, 'dear diary, '.repeat(1_000));
    },
    /cannot be used as a database/,
  ],
  ['lies under a file', (path) => writeFileSync(dirname(path), ''), /cannot be opened: (ENOTDIR|EEXIST)/],
])('a path that %s is refused with the cause', async ([, prepare, message]) => {
  const path = await freshPath();
  prepare(path);
  const fault = await faultOf(openAt(path));
  expect(fault?.message).toContain(path);
  expect(fault?.message).toMatch(message);
  expect(fault?.cure).not.toBe('');
});

test('what was refused can be opened once it is put right', async () => {
  const path = await freshPath();
  const id = await written(path);
  const database = new DatabaseSync(path);
  database.exec("insert into kysely_migration values ('0099-later', '2030-01-01T00:00:00.000Z')");
  await faultOf(openAt(path));
  database.exec("delete from kysely_migration where name = '0099-later'");
  database.close();
  expect(await (await openAt(path)).incident(id)).toBeDefined();
});

test.for(['postgres://tocsin:secret@db/tocsin', 'postgresql://db', 'mysql://tocsin:secret@db', 'tocsin.db', ''])(
  '“%s” is refused with the cure, and without its password',
  async (url) => {
    const fault = await faultOf(openAt('', { url }));
    expect(fault?.cure).toContain('sqlite:');
    expect(`${fault?.message}${fault?.cure}`).not.toContain('secret');
  },
);

test('a mode that an admin chose is left alone', async () => {
  const path = await freshPath();
  await written(path);
  chmodSync(path, 0o640);
  await (await openSqlite(path, 'server', LOG)).close();
  expect(statSync(path).mode & 0o777).toBe(0o640);
});
