import { type Kysely, sql } from 'kysely';

/** The whole schema. Text and 64-bit integers only, so that SQLite and PostgreSQL share it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('incidents')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('revision', 'bigint', (column) => column.notNull())
    .addColumn('lines', 'bigint', (column) => column.notNull())
    .addColumn('to_tell', 'bigint', (column) => column.notNull())
    .addColumn('resolved_at', 'bigint')
    .addColumn('data', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('incidents_key').on('incidents').columns(['key', 'id']).execute();
  await db.schema
    .createIndex('incidents_open')
    .unique()
    .on('incidents')
    .column('key')
    .where(sql.ref('status'), '!=', sql.lit('resolved'))
    .execute();
  await db.schema
    .createIndex('incidents_listed')
    .on('incidents')
    .columns(['id', 'status'])
    .where(sql.ref('status'), '!=', sql.lit('resolved'))
    .execute();
  await db.schema
    .createIndex('incidents_resolved')
    .on('incidents')
    .column('resolved_at')
    .where(sql.ref('resolved_at'), 'is not', null)
    .execute();

  await db.schema
    .createTable('lines')
    .addColumn('incident', 'text', (column) => column.notNull())
    .addColumn('seq', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('tell', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('lines_pk', ['incident', 'seq'])
    .execute();

  await db.schema
    .createTable('deliveries')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incident', 'text', (column) => column.notNull())
    .addColumn('destination', 'text', (column) => column.notNull())
    .addColumn('route', 'text', (column) => column.notNull())
    .addColumn('options', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .addColumn('wanted', 'bigint', (column) => column.notNull())
    .addColumn('shown', 'bigint', (column) => column.notNull())
    .addColumn('told', 'bigint', (column) => column.notNull())
    .addColumn('attempt', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('due_since', 'bigint')
    .addColumn('dead', 'bigint', (column) => column.notNull())
    .addColumn('error', 'text')
    .execute();
  await db.schema
    .createIndex('deliveries_incident')
    .unique()
    .on('deliveries')
    .columns(['incident', 'destination'])
    .execute();
  await db.schema
    .createIndex('deliveries_due')
    .on('deliveries')
    .columns(['destination', 'due_since', 'id'])
    .where(sql.ref('due_at'), 'is not', null)
    .execute();
  await db.schema
    .createIndex('deliveries_dead')
    .on('deliveries')
    .columns(['id', 'destination'])
    .where(sql.ref('dead'), '=', sql.lit(1))
    .execute();

  await db.schema
    .createTable('messages')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('destination', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('generation', 'bigint', (column) => column.notNull())
    .addColumn('sending_since', 'bigint')
    .addColumn('remote', 'text')
    .execute();

  await db.schema
    .createTable('lanes')
    .addColumn('destination', 'text', (column) => column.primaryKey())
    .addColumn('holder', 'text')
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addColumn('paused_until', 'bigint', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incident', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('holder', 'text')
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addColumn('data', 'text', (column) => column.notNull())
    .addColumn('output', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('runs_incident').on('runs').columns(['incident', 'id']).execute();
  await db.schema.createIndex('runs_state').on('runs').columns(['state', 'id']).execute();

  await db.schema
    .createTable('timers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('incident', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('argument', 'text')
    .addColumn('holder', 'text')
    .addColumn('fence', 'bigint', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('timers_at').on('timers').column('at').execute();
  await db.schema.createIndex('timers_incident').on('timers').column('incident').execute();

  await db.schema
    .createTable('silences')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('matchers', 'text', (column) => column.notNull())
    .addColumn('until', 'bigint', (column) => column.notNull())
    .addColumn('why', 'text', (column) => column.notNull())
    .addColumn('by', 'text', (column) => column.notNull())
    .addColumn('made_at', 'bigint', (column) => column.notNull())
    .addColumn('ended_at', 'bigint')
    .execute();

  await db.schema
    .createTable('settings')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('receipts')
    .addColumn('key', 'text', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('audit')
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('incident', 'text')
    .addColumn('digest', 'text')
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('chain', 'text')
    .execute();
}
