import { DatabaseSync, StatementSync } from 'node:sqlite';

/** A poor disk, loaded before the bridge: each commit that writes blocks its thread for so long, as a slow flush does. */
const MS = 20;

const still = new Int32Array(new SharedArrayBuffer(4));
const commits = new WeakSet<StatementSync>(); // of connections that write: what only reads flushes nothing
const prepare = DatabaseSync.prototype.prepare;

DatabaseSync.prototype.prepare = new Proxy(prepare, {
  apply(target, database: DatabaseSync, given: Parameters<typeof prepare>) {
    const statement = Reflect.apply(target, database, given);
    if (given[0] === 'commit' && !onlyReads(database)) commits.add(statement);
    return statement;
  },
});

StatementSync.prototype.run = new Proxy(StatementSync.prototype.run, {
  apply(run, statement: StatementSync, values) {
    if (commits.has(statement)) Atomics.wait(still, 0, 0, MS);
    return Reflect.apply(run, statement, values);
  },
});

function onlyReads(database: DatabaseSync): boolean {
  return Reflect.apply(prepare, database, ['pragma query_only']).get()?.['query_only'] === 1;
}
