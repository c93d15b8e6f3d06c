import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DatabaseSync, StatementSync } from 'node:sqlite';

/** A poor disk, loaded before the bridge and in each of its threads: a flush takes so much longer, and stops whoever waits for it. */
const MS = 20;

const still = new Int32Array(new SharedArrayBuffer(4));
const waits = () => Atomics.wait(still, 0, 0, MS);

// In a thread of the pool, which stops instead of the one that asks.
const { fdatasync } = fs;
fs.fdatasync = ((file: number, done: fs.NoParamCallback) =>
  void setTimeout(() => fdatasync(file, done), MS)) as typeof fdatasync;
syncBuiltinESMExports();

// Within SQLite: in a commit that it flushes by itself, and before and after a checkpoint.
const FULL = 2; // https://www.sqlite.org/pragma.html#pragma_synchronous
const commits = new WeakMap<StatementSync, DatabaseSync>();
const { prepare, exec } = DatabaseSync.prototype;

DatabaseSync.prototype.prepare = new Proxy(prepare, {
  apply(target, database: DatabaseSync, given: Parameters<typeof prepare>) {
    const statement = Reflect.apply(target, database, given);
    if (given[0] === 'commit') commits.set(statement, database);
    return statement;
  },
});
DatabaseSync.prototype.exec = new Proxy(exec, {
  apply(target, database: DatabaseSync, given: Parameters<typeof exec>) {
    const isCheckpoint = given[0].includes('wal_checkpoint');
    if (isCheckpoint) waits();
    Reflect.apply(target, database, given);
    if (isCheckpoint) waits();
  },
});
StatementSync.prototype.run = new Proxy(StatementSync.prototype.run, {
  apply(run, statement: StatementSync, values) {
    const database = commits.get(statement);
    if (database !== undefined && flushes(database)) waits();
    return Reflect.apply(run, statement, values);
  },
});

/** Whether its commits do now: not where it only reads, nor where somebody else flushes for it. */
function flushes(database: DatabaseSync): boolean {
  const pragma = (name: string) => Reflect.apply(prepare, database, [`pragma ${name}`]).get()?.[name];
  return pragma('query_only') !== 1 && Number(pragma('synchronous')) >= FULL;
}
