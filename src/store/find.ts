import { type Selectable, sql, type Transaction } from 'kysely';
import { bySize } from './by-size.ts';
import type { Tables } from './tables.ts';

/** Those of the once-keys that were stored before. */
export async function findOnce(trx: Transaction<Tables>, keys: readonly string[]): Promise<readonly string[]> {
  return (await receiptsOf(trx, keys)).map(({ key }) => key);
}

const receiptsOf = bySize<string, Pick<Selectable<Tables['receipts']>, 'key'>>(
  (trx, keys) => trx.selectFrom('receipts').select('key').where('key', 'in', keys).compile(),
  (key) => [key],
);

/** The open incident of each key, or its last one. One index step each, however many incidents a key had. */
export const findNewest = bySize<string, Selectable<Tables['incidents']>>(
  (trx, keys) => {
    const values = sql.join(keys.map((key) => sql`(${key})`));
    return sql<Selectable<Tables['incidents']>>`
      with asked (key) as (values ${values})
      select incidents.* from asked
      join incidents on incidents.id = coalesce(
        (select id from incidents as o where o.key = asked.key and o.status != 'resolved'),
        (select id from incidents as l where l.key = asked.key and l.status = 'resolved' order by l.id desc limit 1))`.compile(
      trx,
    );
  },
  (key) => [key],
);
