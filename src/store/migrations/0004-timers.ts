import type { Kysely } from 'kysely';

/** Whom a line is meant for, and in which channels it is told: a reminder, a handover. Silences are read with every commit. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('lines').addColumn('audience', 'text').execute();
  await db.schema.createIndex('silences_until').on('silences').column('until').execute();
}
