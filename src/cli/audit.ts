import { parseDuration } from '../domain/duration.ts';
import type { AuditRow, Store } from '../domain/ports.ts';
import { command, type Io, WrongUse } from './command.ts';
import { needConfig } from './need-config.ts';
import { withStore } from './with-store.ts';

const AT_ONCE = 500;

/** `tocsin audit`: who did what, and whether the trail is as it was written. */
export const audit = command({
  summary: 'Prints who did what, as JSON lines; audit verify says whether the trail is whole.',
  usage: 'audit [--since TIME] [--incident ID] | audit verify',
  details: `  --since TIME     from then on: a time like 2026-11-24T12:00:00Z, or how long ago, like 2h
  --incident ID    of one incident

verify walks along the whole trail, and exits 1 with the first row that was changed, deleted or inserted by another hand.
Both may be called while the bridge runs.

Examples:
  npm run tocsin -- audit --since 1d
  npm run tocsin -- audit verify`,
  options: { since: { type: 'string' }, incident: { type: 'string' } },
  async run({ values, positionals, json, io }) {
    const [what, ...more] = positionals;
    if (more.length > 0 || (what !== undefined && what !== 'verify'))
      throw new WrongUse('audit takes verify, or nothing.');
    if (what === 'verify') {
      if (values.since !== undefined || values.incident !== undefined)
        throw new WrongUse('verify looks at the whole trail.');
      return withStore(needConfig(io), io, (store) => verify(store, json, io.print));
    }
    const since = values.since === undefined ? {} : { since: timeOf(values.since) };
    const incident = values.incident === undefined ? {} : { incident: values.incident };
    return withStore(needConfig(io), io, async (store) => {
      const printed = await print(store, { ...since, ...incident }, io);
      if (printed === 0) io.note('The trail has no such row.');
      return 0;
    });
  },
});

/** How many rows there were. */
async function print(
  store: Store,
  query: { readonly since?: number; readonly incident?: string },
  io: Pick<Io, 'print' | 'isRead'>,
): Promise<number> {
  for (let after = 0, printed = 0; ; ) {
    const rows = await store.audit.rows({ ...query, after, limit: AT_ONCE });
    for (const row of rows) io.print(JSON.stringify(shown(row)));
    printed += rows.length;
    const last = rows.at(-1);
    if (last === undefined || rows.length < AT_ONCE || !io.isRead()) return printed;
    after = last.seq;
  }
}

async function verify(store: Store, json: boolean, show: (text: string) => void): Promise<number> {
  const found = await store.audit.verify();
  if (json) show(JSON.stringify(found));
  else if (found.ok) {
    const waiting = found.unchained === 0 ? '' : `, the last ${found.unchained} not chained yet`;
    show(`The audit trail is whole: ${found.rows} rows${waiting}.`);
  } else show(`The audit trail is broken: row ${found.seq} ${found.why}.`);
  return found.ok ? 0 : 1;
}

const shown = ({ seq, at, actor, what, incident, digest, outcome, chain }: AuditRow) => ({
  seq,
  at: new Date(at).toISOString(),
  actor: { platform: actor.platform, tenant: actor.tenant ?? null, id: actor.id, name: actor.name },
  what,
  incident: incident ?? null,
  digest: digest ?? null,
  outcome,
  chain: chain ?? null,
});

function timeOf(written: string): number {
  const ago = parseDuration(written);
  if (ago !== undefined) return Date.now() - ago;
  const time = /^\d{4}-\d\d-\d\d/.test(written) ? Date.parse(written) : Number.NaN;
  if (Number.isNaN(time))
    throw new WrongUse(`"${written}" is no time: write 2026-11-24T12:00:00Z, or 2h for two hours ago.`);
  return time;
}
