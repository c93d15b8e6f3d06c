import { type Kysely, sql } from 'kysely';
import type { Tables } from '../tables.ts';

/** What is drawn from the store itself is never due. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await (db as Kysely<Tables>)
    .updateTable('deliveries')
    .set({ due_at: null, due_since: null, attempt: 0, dead: 0, error: null })
    .where(sql.ref('destination'), 'not like', '%:%')
    .execute();
}
