import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { bySize, inserting } from '../../src/store/by-size.ts';
import { sqliteDialect } from '../../src/store/sqlite.ts';
import type { Tables } from '../../src/store/tables.ts';

function opened(): Kysely<Tables> {
  const database = new DatabaseSync(':memory:');
  database.exec('create table settings (name text primary key, value text not null)');
  const db = new Kysely<Tables>({ dialect: sqliteDialect(database) });
  onTestFinished(() => db.destroy());
  return db;
}

const rowsOf = (count: number) => Array.from({ length: count }, (_, n) => ({ name: `name ${n}`, value: `value ${n}` }));

test.for([0, 1, 9, 31, 127, 128, 129, 300, 1_000])('%i rows are inserted and found, each as it is', async (count) => {
  const db = opened();
  const insert = inserting('settings');
  const find = bySize<string, Tables['settings']>(
    (trx, names) => trx.selectFrom('settings').selectAll().where('name', 'in', names).compile(),
    (name) => [name],
  );
  const rows = rowsOf(count);
  await db.transaction().execute(async (trx) => {
    await insert(trx, rows);
    expect(await find(trx, rows.map(({ name }) => name).toReversed())).toHaveLength(count);
  });
  const stored = await db.selectFrom('settings').selectAll().execute();
  expect(stored).toEqual(rows);
});

test('what the text says is done for each row, also for the second lot of a size', async () => {
  const db = opened();
  const put = inserting('settings', (insert) =>
    insert.onConflict((conflict) =>
      conflict.column('name').doUpdateSet((row) => ({ value: row.ref('excluded.value') })),
    ),
  );
  await db.transaction().execute(async (trx) => {
    await put(trx, rowsOf(40));
    await put(
      trx,
      rowsOf(40).map((row) => ({ ...row, value: 'changed' })),
    );
  });
  const values = await db.selectFrom('settings').select('value').distinct().execute();
  expect(values).toEqual([{ value: 'changed' }]);
});

test('a text that has values of its own is refused: they would be lost among those of the rows', async () => {
  const db = opened();
  const put = inserting('settings', (insert) =>
    insert.onConflict((conflict) => conflict.column('name').doUpdateSet({ value: 'fixed' })),
  );
  await expect(db.transaction().execute((trx) => put(trx, rowsOf(1)))).rejects.toThrow('values of its own');
});
