import { sql, type Transaction } from 'kysely';
import type { Clock, Log } from '../domain/ports.ts';
import type { Write, Writer } from './commit.ts';
import type { Tables } from './tables.ts';

const RECEIPTS_MS = 96 * 3_600_000; // promised: 72 h
const EVERY_MS = 60_000;
const PAUSE_MS = 1_000; // between two parts
const INCIDENTS_AT_ONCE = 25; // with their lines: some 2 ms of the event loop
const RECEIPTS_AT_ONCE = 500;

/** Forgets what is older than it need be, a little at a time, never an open incident. Ends with the returned function. */
export function startPruning(options: {
  readonly writer: Writer;
  readonly retention: () => number;
  readonly clock: Clock;
  readonly log: Log;
}): () => void {
  const { writer, retention, clock, log } = options;
  const stopping = new AbortController();
  let receipt = ''; // where the walk along the receipts stands; empty: at the start

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const isMore = await writer.write(part).catch((err: unknown) => {
        if (!stopping.signal.aborted) log.warn({ err }, 'old rows could not be deleted');
        return false;
      });
      await clock.wait(isMore ? PAUSE_MS : EVERY_MS, stopping.signal).catch(() => {});
    }
  }

  const part: Write<boolean> = async (trx) => {
    const now = clock.now();
    const areMore = await pruneIncidents(trx, now - retention());
    await trx
      .deleteFrom('silences')
      .where('until', '<', now - retention())
      .execute();
    receipt = await pruneReceipts(trx, now - RECEIPTS_MS, receipt);
    return areMore || receipt !== '';
  };

  void run();
  return () => stopping.abort();
}

async function pruneIncidents(trx: Transaction<Tables>, before: number): Promise<boolean> {
  const rows = await trx
    .selectFrom('incidents')
    .select('id')
    .where('resolved_at', '<', before)
    .where('status', '=', sql.lit('resolved'))
    // What is still to be shown somewhere stays until it is, or until it is given up.
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('deliveries')
            .select('id')
            .whereRef('incident', '=', 'incidents.id')
            .where('due_at', 'is not', null),
        ),
      ),
    )
    .orderBy('resolved_at')
    .limit(INCIDENTS_AT_ONCE)
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return false;
  await trx
    .deleteFrom('messages')
    .where('id', 'in', (old) => old.selectFrom('deliveries').select('message').where('incident', 'in', ids))
    .execute();
  for (const table of ['lines', 'deliveries', 'runs', 'timers'] as const)
    await trx.deleteFrom(table).where('incident', 'in', ids).execute();
  await trx.deleteFrom('incidents').where('id', 'in', ids).execute();
  return ids.length === INCIDENTS_AT_ONCE;
}

/** A slow walk along the keys, so that no index by time is needed. Answers where to go on. */
async function pruneReceipts(trx: Transaction<Tables>, before: number, from: string): Promise<string> {
  const rows = await trx
    .selectFrom('receipts')
    .selectAll()
    .where('key', '>', from)
    .orderBy('key')
    .limit(RECEIPTS_AT_ONCE)
    .execute();
  const old = rows.filter(({ at }) => at < before).map(({ key }) => key);
  if (old.length > 0) await trx.deleteFrom('receipts').where('key', 'in', old).execute();
  return rows.length === RECEIPTS_AT_ONCE ? (rows.at(-1)?.key ?? '') : '';
}
