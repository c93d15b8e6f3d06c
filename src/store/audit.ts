import { createHash } from 'node:crypto';
import type { Kysely, Selectable, Transaction } from 'kysely';
import type { AuditEntry, AuditRow } from '../domain/ports.ts';
import { inParts } from './in-parts.ts';
import type { Seen } from './seen.ts';
import type { Tables } from './tables.ts';

export type Row = Selectable<Tables['audit']>;
export type NewEntry = AuditEntry & { readonly incident?: string };

/** How far the trail goes, beside the rows themselves: so that one which was taken from its end is missed. */
const WRITTEN = 'audit.written';
/** How far it is chained: `{"seq":1,"chain":"…"}`. */
const HEAD = 'audit.head';
/** The first row that another hand than this one put behind the last. */
const FOREIGN = 'audit.foreign';

export interface Marks {
  readonly written: number;
  readonly head: { readonly seq: number; readonly chain: string };
  readonly foreign?: number;
}

/** Rows for the trail, in the same commit as what they tell of. They are chained after it. */
export async function appendAudit(trx: Transaction<Tables>, entries: readonly NewEntry[], seen: Seen): Promise<void> {
  if (entries.length === 0) return;
  const { written, foreign } = await readMarks(trx);
  const highest = await trx
    .selectFrom('audit')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst();
  const last = Math.max(written, highest?.seq ?? 0);
  if (last > written && foreign === undefined) await put(trx, FOREIGN, String(written + 1));
  const rows = entries.map(({ at, what, actor: { platform, tenant, id, name }, incident, digest, outcome }, index) => ({
    seq: last + 1 + index,
    at,
    what,
    actor: JSON.stringify({ platform, tenant, id, name }),
    incident: incident ?? null,
    digest: digest ?? null,
    outcome,
    chain: null,
  }));
  await inParts(rows, (part) => trx.insertInto('audit').values(part).execute());
  await put(trx, WRITTEN, String(last + rows.length));
  seen.audited = true;
}

export async function readMarks(db: Kysely<Tables>): Promise<Marks> {
  const rows = await db.selectFrom('settings').selectAll().where('name', 'in', [WRITTEN, HEAD, FOREIGN]).execute();
  const of = new Map(rows.map(({ name, value }) => [name, value]));
  const foreign = of.get(FOREIGN);
  return {
    written: Number(of.get(WRITTEN) ?? 0),
    head: JSON.parse(of.get(HEAD) ?? '{"seq":0,"chain":""}'),
    ...(foreign !== undefined && { foreign: Number(foreign) }),
  };
}

export const putHead = (trx: Transaction<Tables>, head: Marks['head']): Promise<void> =>
  put(trx, HEAD, JSON.stringify(head));

/** Ties a row to the one before it: SHA-256 over that one's link and all that the row says, in hex. */
export function linkOf(before: string, { seq, at, what, actor, incident, digest, outcome }: Row): string {
  const said = JSON.stringify([before, seq, at, what, actor, incident, digest, outcome]);
  return createHash('sha256').update(said).digest('hex');
}

/** Oldest first, behind `after`. */
export async function auditRows(
  db: Kysely<Tables>,
  query: { readonly after: number; readonly limit: number; readonly since?: number; readonly incident?: string },
): Promise<readonly Row[]> {
  const { after, limit, since, incident } = query;
  return db
    .selectFrom('audit')
    .selectAll()
    .where('seq', '>', after)
    .$if(since !== undefined, (rows) => rows.where('at', '>=', since ?? 0))
    .$if(incident !== undefined, (rows) => rows.where('incident', '=', incident ?? ''))
    .orderBy('seq')
    .limit(limit)
    .execute();
}

export function auditRowOf({ seq, at, what, actor, incident, digest, outcome, chain }: Row): AuditRow {
  return {
    seq,
    at,
    what,
    actor: JSON.parse(actor),
    ...(incident !== null && { incident }),
    ...(digest !== null && { digest }),
    outcome,
    ...(chain !== null && { chain }),
  };
}

async function put(trx: Transaction<Tables>, name: string, value: string): Promise<void> {
  await trx
    .insertInto('settings')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute();
}
