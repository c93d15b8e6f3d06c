import { closeSync, cpSync, fsyncSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client } from 'undici';
import { newId } from '../src/domain/id.ts';
import { wizstatus } from '../src/sources/wizstatus.ts';
import { SECRET, start, TOCSIN } from './contender.ts';
import { dropFolder, newFolder } from './leftovers.ts';
import { send } from './load/connections.ts';
import { watch } from './load/seen.ts';

/** A bridge's folder with a history. */
export interface Seed {
  readonly count: number; // incidents
  readonly bytes: number; // of the database
  copy(): string;
  drop(): void;
}

const DAYS_MS = 60 * 86_400_000; // of history, all within the retention
const RECEIPTS_MS = 96 * 3_600_000; // how long the store keeps them
export const OPEN = 100; // of all incidents, the newest: what is open does not grow with the history
const DATABASE = join('data', 'tocsin.db');

/** `count` incidents: a running bridge makes one of each kind, the rest are copies of their rows. */
export async function seed(count: number): Promise<Seed> {
  const { folder, resolved, open } = await models();
  const path = join(folder, DATABASE);
  const database = new DatabaseSync(path);
  database.exec('pragma synchronous = off; begin');
  copyRows(database, count - 2, { resolved, open });
  database.exec('commit; pragma wal_checkpoint(truncate)');
  database.close();
  flush(path);
  return {
    count,
    bytes: statSync(path).size,
    copy() {
      const copied = newFolder();
      cpSync(join(folder, 'data'), join(copied, 'data'), { recursive: true });
      flush(join(copied, DATABASE));
      return copied;
    },
    drop: () => dropFolder(folder),
  };
}

async function models() {
  const running = await start(TOCSIN);
  const watching = await watch(running.url, 1);
  const client = new Client(running.url);
  const model = async (id: string, states: readonly ('firing' | 'resolved')[]) => {
    const key = `wizstatus:${id}`;
    for (const state of states) {
      const { headers, body } = wizstatus.sample(state, SECRET, Date.now(), { id, monitor: 'Model' });
      await send(client, { headers: headers as Record<string, string>, body: Buffer.from(body) });
      await watching.shown({ key, status: state });
    }
    return watching.idOf(key);
  };
  const resolved = await model('inc_resolved', ['firing', 'resolved']);
  const open = await model('inc_open', ['firing']);
  watching.close();
  await client.close();
  await running.stop();
  return { folder: running.folder, resolved, open };
}

function copyRows(database: DatabaseSync, count: number, models: { readonly resolved: string; readonly open: string }) {
  database.exec('create temp table copies (n integer primary key, model, id, delivery, key, at)');
  const add = database.prepare('insert into copies values (?, ?, ?, ?, ?, ?)');
  const now = Date.now();
  for (let n = 0; n < count; n++) {
    const at = Math.floor(now - DAYS_MS + (n / count) * (DAYS_MS - 60_000));
    add.run(n, n < count - OPEN ? models.resolved : models.open, newId(at), newId(at), `wizstatus:copy_${n}`, at);
  }
  // Times move with the incident's; whatever else a row has stays.
  const moved = (column: string) => `t.${column} + copies.at - json_extract(model.data, '$.openedAt')`;
  const inData = (name: string) => `json_extract(t.data, '$.${name}') + copies.at - json_extract(t.data, '$.openedAt')`;
  copy(database, 'incidents', 't.id = copies.model', {
    id: 'copies.id',
    key: 'copies.key',
    resolved_at: moved('resolved_at'),
    data: `json_replace(t.data, '$.id', copies.id, '$.key', copies.key, '$.openedAt', copies.at,
      '$.lastEventAt', ${inData('lastEventAt')}, '$.resolvedAt', ${inData('resolvedAt')}, '$.moved.at', ${inData('moved.at')},
      '$.monitor', 'Monitor ' || copies.n, '$.title', 'Monitor ' || copies.n || ' is down')`,
  });
  copy(database, 'lines', 't.incident = copies.model', { incident: 'copies.id', at: moved('at') });
  copy(database, 'deliveries', 't.incident = copies.model', {
    id: 'copies.delivery',
    incident: 'copies.id',
    message: 'copies.delivery',
  });
  copy(database, 'messages', 't.id = (select message from deliveries where incident = copies.model)', {
    id: 'copies.delivery',
  });
  database.exec(`insert into receipts select key, at from copies where at > ${now - RECEIPTS_MS}`);
}

/** Every row of the models once more for each copy, but for the columns that are told otherwise. */
function copy(database: DatabaseSync, table: string, which: string, changed: Readonly<Record<string, string>>): void {
  const columns = database
    .prepare(`select name from pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name));
  const values = columns.map((name) => changed[name] ?? `t."${name}"`);
  database.exec(`
    insert into ${table} select ${values.join(', ')}
    from copies join incidents model on model.id = copies.model join ${table} t on ${which}
    order by copies.n`);
}

/** What is still on its way to the disk would be paid for by who is measured next. */
function flush(path: string): void {
  const file = openSync(path, 'r+');
  fsyncSync(file);
  closeSync(file);
}
