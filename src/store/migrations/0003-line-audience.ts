import type { Kysely } from 'kysely';

/** Whom a line is meant for, and in which channels it is told: a reminder, a handover. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('lines').addColumn('audience', 'text').execute();
}
