import { setImmediate as turn } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Verified } from '../domain/ports.ts';
import { auditRows, linkOf, type Marks, type Row, readMarks } from './audit.ts';
import { snapshot } from './database.ts';
import type { Tables } from './tables.ts';

const AT_ONCE = 500;

/** Walks along the whole trail. Answers the first row that is not as it was written, or not there. */
export function verifyAudit(read: Kysely<Tables>): Promise<Verified> {
  return snapshot(read, async (db) => {
    const marks = await readMarks(db);
    let before = '';
    let last = 0;
    for (;;) {
      const rows = await auditRows(db, { after: last === 0 ? Number.MIN_SAFE_INTEGER : last, limit: AT_ONCE });
      for (const row of rows) {
        const why = whyBroken(row, last + 1, before, marks);
        if (why !== undefined) return { ok: false, seq: Math.min(row.seq, last + 1), why };
        before = row.chain ?? before;
        last = row.seq;
      }
      if (rows.length < AT_ONCE) break;
      await turn();
    }
    if (last < marks.written) return { ok: false, seq: last + 1, why: 'is missing' };
    if (before !== marks.head.chain) return { ok: false, seq: last, why: 'does not end in the link that was kept' };
    return { ok: true, rows: last, unchained: last - marks.head.seq };
  });
}

function whyBroken(row: Row, expected: number, before: string, { written, head, foreign }: Marks): string | undefined {
  if (row.seq > expected) return 'is missing';
  if (row.seq < expected || row.seq > written || row.seq === foreign) return 'was inserted';
  if (row.seq > head.seq) return row.chain === null ? undefined : 'was chained by another hand';
  return row.chain === linkOf(before, row) ? undefined : 'was changed';
}
