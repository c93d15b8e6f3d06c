import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Kysely, sql } from 'kysely';
import type { Clock, Log, Metrics, Store } from '../domain/ports.ts';
import { createWriter } from './commit.ts';
import { checkIntegrity, connect, fault, lock, prepareFile } from './files.ts';
import { createLanes } from './lanes.ts';
import { migrate } from './migrate.ts';
import { startPruning } from './prune.ts';
import { createReads } from './reads.ts';
import { createRunQueue } from './runs.ts';
import { sqliteDialect } from './sqlite.ts';
import type { Tables } from './tables.ts';
import { createWatchers } from './watchers.ts';

const FOREIGN_POLL_MS = 300;
const CLEAN = 'store.clean'; // set by an orderly close; without it the file is checked at the next start

/**
 * Opens the store. `server` takes the lock of the file; `tool` works beside a server. Throws FaultsFound where the file
 * cannot be used.
 */
export async function openStore(options: {
  readonly url: string; // sqlite:data/tocsin.db
  readonly role: 'server' | 'tool';
  readonly retention: number; // milliseconds after its end that an incident is kept
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics?: Metrics;
}): Promise<Store> {
  const { role, clock, log } = options;
  const path = pathOf(options.url);
  const existed = existsSync(path) && statSync(path).isFile() && statSync(path).size > 0;
  prepareFile(path);
  const unlock = role === 'server' ? lock(path) : () => {};
  try {
    return await open();
  } catch (error) {
    unlock();
    throw error;
  }

  async function open(): Promise<Store> {
    const database = openFile(path);
    const db = new Kysely<Tables>({ dialect: sqliteDialect(database) });
    if (role === 'server') {
      if (existed && !stoppedCleanly(database)) checkIntegrity(database, path);
      await migrate(db, database, path);
      await db.deleteFrom('settings').where('name', '=', CLEAN).execute();
      // The lock says that no holder lives. A run that was running keeps its holder: it is an orphan.
      await db.updateTable('lanes').set({ holder: null, until: 0 }).execute();
      await db.updateTable('runs').set({ holder: null, until: 0 }).where('state', '=', 'queued').execute();
    } else if (!existed) {
      throw fault(`${path} does not exist yet`, 'Start the bridge once, or set DATABASE_URL to its file.');
    }
    const readDatabase = connect(path);
    readDatabase.exec('pragma query_only = 1');
    const read = new Kysely<Tables>({ dialect: sqliteDialect(readDatabase) });
    const holder = randomUUID();
    const watchers = createWatchers(log);
    const writer = createWriter({ ...options, db, watchers });
    const stopPruning = role === 'server' ? startPruning({ ...options, writer }) : () => {};
    const stopNoticing = role === 'server' ? noticeForeign(database) : () => {};

    /** Another process wrote (a replay): everything may be due. */
    function noticeForeign(own: typeof database): () => void {
      const version = own.prepare('pragma data_version');
      let seen = version.get()?.data_version;
      const timer = setInterval(async () => {
        const now = version.get()?.data_version;
        if (now === seen) return;
        seen = now;
        const due = await read
          .selectFrom('deliveries')
          .select('destination')
          .distinct()
          .where('due_at', 'is not', null)
          .execute();
        watchers.tell({ incidents: [], lanes: due.map(({ destination }) => destination), runs: true });
      }, FOREIGN_POLL_MS);
      timer.unref();
      return () => clearInterval(timer);
    }

    let closed: Promise<void> | undefined;
    async function close(): Promise<void> {
      stopPruning();
      stopNoticing();
      await writer.drain();
      if (role === 'server')
        await db
          .insertInto('settings')
          .values({ name: CLEAN, value: '1' })
          .onConflict((conflict) => conflict.column('name').doNothing())
          .execute()
          .catch((err) => log.warn({ err }, 'the clean end could not be noted'));
      await read.destroy();
      await db.destroy();
      unlock();
    }

    return {
      async change(what) {
        const answer = await writer.submit({ kind: 'change', ...what });
        return answer === 'duplicate' ? { duplicate: true } : { duplicate: false, answer };
      },
      lanes: createLanes({ read, writer, clock, holder }),
      runs: createRunQueue({ read, writer, clock, holder, watchers }),
      memory: {
        get: async (name) =>
          (await read.selectFrom('settings').select('value').where('name', '=', name).executeTakeFirst())?.value,
        put: (name, value) =>
          writer.submit({
            kind: 'write',
            async write(trx) {
              await trx
                .insertInto('settings')
                .values({ name, value })
                .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
                .execute();
            },
          }),
      },
      ...createReads(read),
      async replay(deliveries) {
        const lanes = await writer.submit({
          kind: 'write',
          write: (trx) =>
            trx
              .updateTable('deliveries')
              .set({
                dead: 0,
                attempt: 0,
                error: null,
                due_at: clock.now(),
                due_since: sql`coalesce(due_since, ${clock.now()})`,
              })
              .where('dead', '=', sql.lit(1))
              .$if(deliveries !== 'all', (rows) => rows.where('id', 'in', deliveries as readonly string[]))
              .returning('destination')
              .execute(),
        });
        watchers.tell({ incidents: [], lanes: [...new Set(lanes.map(({ destination }) => destination))], runs: false });
        return lanes.length;
      },
      watch: (changed) => watchers.add(changed),
      async health() {
        const reason = writer.trouble();
        return reason === undefined ? { writable: true } : { writable: false, reason };
      },
      close: () => (closed ??= close()),
    };
  }
}

function openFile(path: string): ReturnType<typeof connect> {
  try {
    return connect(path);
  } catch (cause) {
    throw fault(
      `${path} cannot be used as a database: ${(cause as Error).message}`,
      'Name another file, or restore this one from a backup.',
      cause,
    );
  }
}

function stoppedCleanly(database: ReturnType<typeof connect>): boolean {
  try {
    return database.prepare('select 1 from settings where name = ?').get(CLEAN) !== undefined;
  } catch {
    return false; // no such table yet, or a damaged file: look closer
  }
}

function pathOf(url: string): string {
  if (url.startsWith('sqlite:')) return resolve(url.slice('sqlite:'.length));
  throw fault(
    `“${url.split(':')[0]}:” is not a database that this version knows`,
    'Use sqlite:<file>, such as sqlite:data/tocsin.db.',
  );
}
