import { type Selectable, sql, type Transaction } from 'kysely';
import { inParts } from './in-parts.ts';
import type { Tables } from './tables.ts';

/** Those of the once-keys that were stored before. */
export async function findOnce(trx: Transaction<Tables>, keys: readonly string[]): Promise<readonly string[]> {
  const rows = await inParts(keys, (part) =>
    trx.selectFrom('receipts').select('key').where('key', 'in', part).execute(),
  );
  return rows.map(({ key }) => key);
}

/** The open incident of each key, or its last one. One index step each, however many incidents a key had. */
export function findNewest(
  trx: Transaction<Tables>,
  keys: readonly string[],
): Promise<readonly Selectable<Tables['incidents']>[]> {
  return inParts(keys, async (part) => {
    const values = sql.join(part.map((key) => sql`(${key})`));
    const { rows } = await sql<Selectable<Tables['incidents']>>`
      with asked (key) as (values ${values})
      select incidents.* from asked
      join incidents on incidents.id = coalesce(
        (select id from incidents as o where o.key = asked.key and o.status != 'resolved'),
        (select id from incidents as l where l.key = asked.key order by l.id desc limit 1))`.execute(trx);
    return rows;
  });
}
