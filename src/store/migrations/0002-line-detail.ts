import type { Kysely } from 'kysely';

/** What belongs to a line and was not written by a person: the last lines that a runbook printed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('lines').addColumn('detail', 'text').execute();
}
