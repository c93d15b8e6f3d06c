import { type Kysely, sql } from 'kysely';

/** A key's open incident is found by `incidents_open`: the other index is for those that ended, and a new one costs one index less. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.dropIndex('incidents_key').execute();
  await db.schema
    .createIndex('incidents_ended')
    .on('incidents')
    .columns(['key', 'id'])
    .where(sql.ref('status'), '=', sql.lit('resolved'))
    .execute();
}
