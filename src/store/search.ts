import { setImmediate as turn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Incident } from '../domain/model.ts';
import type { Store } from '../domain/ports.ts';
import { incidentOf } from './rows.ts';
import type { Tables } from './tables.ts';

const SEARCHED_INCIDENTS = 5_000; // the newest before the cursor: older ones are found by paging on
const ROWS_AT_ONCE = 200; // some 2 ms of the event loop

type Query = Parameters<Store['incidents']>[0] & { readonly text: string };

/** The newest incidents that hold a text in what people read of them, in any case of letters, among the newest SEARCHED_INCIDENTS. */
export async function search(read: Kysely<Tables>, query: Query): Promise<readonly Incident[]> {
  const { status, limit } = query;
  const text = query.text.toLowerCase();
  const hits: Incident[] = [];
  let before = query.before;
  for (let searched = 0; searched < SEARCHED_INCIDENTS; searched += ROWS_AT_ONCE) {
    const from = before;
    const rows = await read
      .selectFrom('incidents')
      .select(['id', 'data', 'revision'])
      .$if(from !== undefined, (rows) => rows.where('id', '<', from ?? ''))
      .orderBy('id', 'desc')
      .limit(ROWS_AT_ONCE)
      .execute();
    for (const row of rows) {
      const incident = incidentOf(row);
      if (status?.includes(incident.status) === false || !holds(incident, text)) continue;
      hits.push(incident);
      if (hits.length === limit) return hits;
    }
    if (rows.length < ROWS_AT_ONCE) return hits;
    before = rows.at(-1)?.id;
    await turn();
  }
  return hits;
}

function holds(incident: Incident, text: string): boolean {
  const { id, key, title, brief, text: body, monitor, url, labels, owner } = incident;
  const read = [id, key, title, brief, body, monitor, url ?? '', owner?.name ?? '', ...Object.values(labels)];
  return read.some((one) => one.toLowerCase().includes(text));
}
