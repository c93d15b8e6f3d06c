import { setImmediate as turn } from 'node:timers/promises';
import {
  CompiledQuery,
  type Insertable,
  type InsertQueryBuilder,
  type InsertResult,
  sql,
  type Transaction,
} from 'kysely';
import type { Tables } from './tables.ts';

type Value = string | number | null;

/** Few, so that each is made once and stays prepared; close enough that any number takes two or three. The last: some 1 ms of the event loop. */
const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 12, 16, 24, 32, 48, 64, 96, 128];
const MOST_AT_ONCE = 128;

/**
 * A statement for any number of items whose text depends on that number alone, such as an insert of many rows. Kysely makes a text in
 * more time than SQLite runs it, so it is made once for each size.
 * `build`: the statement for these items. `values`: of one item, in the order in which the text has them.
 */
export function bySize<Item, Row = unknown>(
  build: (trx: Transaction<Tables>, items: readonly Item[]) => CompiledQuery<Row>,
  values: (item: Item) => readonly Value[],
): (trx: Transaction<Tables>, items: readonly Item[]) => Promise<readonly Row[]> {
  const texts = new WeakMap<object, Map<number, string>>(); // by the dialect that they are in

  function textFor(trx: Transaction<Tables>, items: readonly Item[]): string {
    const dialect = trx.getExecutor().adapter;
    const made = texts.get(dialect) ?? new Map<number, string>();
    texts.set(dialect, made);
    let text = made.get(items.length);
    if (text === undefined) {
      const { sql, parameters } = build(trx, items);
      if (parameters.length !== items.flatMap(values).length) throw new Error(`The text has values of its own: ${sql}`);
      text = sql;
      made.set(items.length, text);
    }
    return text;
  }

  return async (trx, items) => {
    const found: Row[] = [];
    for (let at = 0, size = 0; at < items.length; at += size) {
      if (size === MOST_AT_ONCE) await turn();
      const left = items.length - at;
      size = SIZES.findLast((one) => one <= left) ?? 1;
      const part = size === items.length ? items : items.slice(at, at + size);
      const { rows } = await trx.executeQuery<Row>(CompiledQuery.raw(textFor(trx, part), part.flatMap(values)));
      for (const row of rows) found.push(row);
    }
    return found;
  };
}

/** Inserts rows, all of one literal: their keys are in one order. `also`: what else the statement says, without values. */
export function inserting<T extends keyof Tables, Row = InsertResult>(
  table: T,
  also?: (insert: InsertQueryBuilder<Tables, T, InsertResult>) => InsertQueryBuilder<Tables, T, Row>,
) {
  return bySize<Insertable<Tables[T]>, Row>(
    (trx, rows) => {
      const insert = trx.insertInto(table).values(rows);
      return also === undefined ? (insert.compile() as CompiledQuery<never>) : also(insert).compile();
    },
    Object.values<Value>,
  );
}

/** The same; of a row that is there already, by its id, these columns are taken from the new one. */
export function upserting<T extends 'incidents' | 'deliveries' | 'messages' | 'runs'>(
  table: T,
  columns: readonly (keyof Tables[T] & string)[],
) {
  return inserting(table, (insert) =>
    insert.onConflict((conflict) =>
      conflict
        .column('id' as never)
        .doUpdateSet(Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)])) as never),
    ),
  );
}
