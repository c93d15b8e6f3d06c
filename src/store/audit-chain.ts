import type { Kysely } from 'kysely';
import type { Clock, Log } from '../domain/ports.ts';
import { auditRows, linkOf, putHead, type Row, readMarks } from './audit.ts';
import type { Write, Writer } from './commit.ts';
import { inParts } from './in-parts.ts';
import type { Watchers } from './seen.ts';
import type { Tables } from './tables.ts';

const AT_ONCE = 250;
const AGAIN_MS = 1_000; // after a fault

/**
 * Chains the rows of the trail after the commit that wrote them, so that no commit waits for another. The server alone does it:
 * what a tool wrote, and what a killed server left, is chained by the next one.
 */
export function startChaining(options: {
  readonly read: Kysely<Tables>;
  readonly writer: Writer;
  readonly watchers: Watchers;
  readonly clock: Clock;
  readonly log: Log;
}): { stop(): Promise<void> } {
  const { read, writer, watchers, clock, log } = options;
  const stopping = new AbortController();
  let nudge = Promise.withResolvers<void>();
  const unwatch = watchers.add(({ audited }) => audited && nudge.resolve());

  async function run(): Promise<void> {
    let isWell = true;
    for (;;) {
      const isLast = stopping.signal.aborted;
      nudge = Promise.withResolvers();
      try {
        while ((await isUnchained(read)) && (await writer.write(chainPart)));
        isWell = true;
      } catch (err) {
        if (isWell) log.warn({ err }, 'the audit trail cannot be chained now'); // once: a full disk must not fill with this
        isWell = false;
        await clock.wait(AGAIN_MS, stopping.signal).catch(() => {});
      }
      if (isLast) return;
      if (isWell) await nudge.promise;
    }
  }

  const running = run();
  return {
    /** Chains what is left. */
    async stop() {
      unwatch();
      stopping.abort();
      nudge.resolve();
      await running;
    },
  };
}

/** Most often nothing is: no need for a commit. */
async function isUnchained(read: Kysely<Tables>): Promise<boolean> {
  const { written, head } = await readMarks(read);
  return head.seq < written;
}

/** Answers whether there may be more. */
const chainPart: Write<boolean> = async (trx) => {
  const { head } = await readMarks(trx);
  const rows = await auditRows(trx, { after: head.seq, limit: AT_ONCE });
  if (rows.length === 0) return false;
  let { seq, chain } = head;
  const chained = rows.map((row): Row => {
    chain = linkOf(chain, row);
    seq = row.seq;
    return { ...row, chain };
  });
  await inParts(chained, (part) =>
    trx
      .insertInto('audit')
      .values(part)
      .onConflict((conflict) => conflict.column('seq').doUpdateSet((row) => ({ chain: row.ref('excluded.chain') })))
      .execute(),
  );
  await putHead(trx, { seq, chain });
  return rows.length === AT_ONCE;
};
