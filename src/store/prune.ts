import type { Clock, Log } from '../domain/ports.ts';
import type { Writer } from './commit.ts';

const RECEIPTS_MS = 96 * 3_600_000; // promised: 72 h
const EVERY_MS = 60_000;
const ROWS_AT_ONCE = 500;

/** Forgets what is older than it need be, a little at a time, never an open incident. */
export function startPruning(options: {
  readonly writer: Writer;
  readonly retention: number;
  readonly clock: Clock;
  readonly log: Log;
}): () => void {
  const { writer, retention, clock, log } = options;
  const stopping = new AbortController();

  async function run(): Promise<void> {
    let cursor = '';
    while (!stopping.signal.aborted) {
      const more = await Promise.all([incidents(), receipts(cursor)]).catch((err) => {
        log.warn({ err }, 'old rows could not be deleted');
        return [false, undefined] as const;
      });
      cursor = more[1] ?? '';
      await clock.wait(more[0] || cursor !== '' ? 1_000 : EVERY_MS, stopping.signal).catch(() => {});
    }
  }

  const incidents = () =>
    writer.submit({
      kind: 'write',
      async write(trx) {
        const rows = await trx
          .selectFrom('incidents')
          .select('id')
          .where('resolved_at', '<', clock.now() - retention)
          .where('status', '=', 'resolved')
          .limit(ROWS_AT_ONCE)
          .execute();
        const ids = rows.map(({ id }) => id);
        if (ids.length === 0) return false;
        await trx
          .deleteFrom('messages')
          .where('id', 'in', (old) => old.selectFrom('deliveries').select('id').where('incident', 'in', ids))
          .execute();
        for (const table of ['lines', 'deliveries', 'runs', 'timers'] as const)
          await trx.deleteFrom(table).where('incident', 'in', ids).execute();
        await trx.deleteFrom('incidents').where('id', 'in', ids).execute();
        return ids.length === ROWS_AT_ONCE;
      },
    });

  /** A slow walk along the keys, so that no index by time is needed. Answers where to go on. */
  const receipts = (from: string) =>
    writer.submit({
      kind: 'write',
      async write(trx) {
        const rows = await trx
          .selectFrom('receipts')
          .selectAll()
          .where('key', '>', from)
          .orderBy('key')
          .limit(ROWS_AT_ONCE)
          .execute();
        const old = rows.filter(({ at }) => at < clock.now() - RECEIPTS_MS).map(({ key }) => key);
        if (old.length > 0) await trx.deleteFrom('receipts').where('key', 'in', old).execute();
        return rows.length === ROWS_AT_ONCE ? rows.at(-1)?.key : undefined;
      },
    });

  void run();
  return () => stopping.abort();
}
