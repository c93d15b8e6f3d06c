import { setTimeout as wait } from 'node:timers/promises';
import type { Table } from '@google-cloud/bigquery';
import type { RunContext, RunResult } from '../../domain/ports.ts';
import type { BigQuerySpec } from './bigquery.ts';

/** How far it is, for who stops it. */
export interface Sending {
  row: boolean; // what is sent from now on is the row
  mayBeThere: boolean;
}

const AGAIN_WAITS_MS = [500, 1_500, 4_000]; // under one insertId, for which BigQuery keeps one row
/** A new table is known everywhere only after a while: https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery#metadata-changes */
const NEW_TABLE_WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000];

/** Creates the table where that is asked for, and inserts the row. Never rejects. */
export async function insert(
  table: Table,
  spec: BigQuerySpec,
  { run, signal, output }: RunContext,
  sending: Sending,
): Promise<RunResult> {
  const name = `${spec.project}.${spec.dataset}.${spec.table}`;
  let isNew = false;
  try {
    if (spec.create !== undefined) isNew = await created(table, spec.create);
  } catch (error) {
    return failed(`the table could not be looked at or created: ${wordsOf(error)}`);
  }
  if (isNew) output(Buffer.from(`${name}: created\n`));
  sending.row = true;
  const rows = [{ insertId: run, json: new Row(spec.row) }];
  const waits = { new: isNew ? [...NEW_TABLE_WAITS_MS] : [], again: [...AGAIN_WAITS_MS] };
  for (;;) {
    try {
      await table.insert(rows, { raw: true, partialRetries: 0 });
      output(Buffer.from(`${name}: 1 row, insertId ${run}\n`));
      const response = { table: name, insertId: run, created: isNew };
      return { kind: 'succeeded', summary: `1 row in ${spec.table}`, response };
    } catch (error) {
      if (!sending.mayBeThere) return failed(`not sent: ${wordsOf(error)}`);
      const isRefused = isAnswer(error);
      if (isRefused) sending.mayBeThere = false;
      const next = !isRefused ? waits.again.shift() : codeOf(error) === 404 ? waits.new.shift() : undefined;
      if (next === undefined || signal.aborted) {
        return isRefused
          ? failed(`BigQuery: ${wordsOf(error)}`)
          : unknown(`no answer from BigQuery (${wordsOf(error)})`);
      }
      await wait(next, undefined, { signal }).catch(() => {});
    }
  }
}

export const failed = (summary: string): RunResult => ({ kind: 'failed', summary });
export const unknown = (why: string): RunResult => ({ kind: 'unknown', summary: `${why}; the row may be there` });

/** Whether it had to be created. */
async function created(table: Table, columns: NonNullable<BigQuerySpec['create']>): Promise<boolean> {
  const [exists] = await table.exists();
  if (exists) return false;
  try {
    await table.create({ schema: Object.entries(columns).map(([name, type]) => ({ name, type })) });
  } catch (error) {
    if (codeOf(error) !== 409) throw error; // another run was faster
  }
  return true;
}

/** Closed to the SDK, which writes the project's name for `{{projectId}}` in whatever it is given. */
class Row {
  readonly #values: BigQuerySpec['row'];

  constructor(values: BigQuerySpec['row']) {
    this.#values = values;
  }

  /** What is not known yet, such as when an incident was resolved, is no text. */
  toJSON(): BigQuerySpec['row'] {
    return Object.fromEntries(Object.entries(this.#values).map(([name, value]) => [name, value === '' ? null : value]));
  }
}

function codeOf(error: unknown): unknown {
  return (error as { readonly code?: unknown }).code;
}

/** Whether BigQuery refused, or was never reached. */
function isAnswer(error: unknown): boolean {
  const code = codeOf(error);
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND') return true;
  return (error as Error).name === 'PartialFailureError' || (typeof code === 'number' && code < 500);
}

/** One line of what it says, first of a row's own faults. */
function wordsOf(error: unknown): string {
  const { errors, message } = error as { readonly errors?: readonly unknown[]; readonly message: string };
  const [first] = errors ?? [];
  const inner = (first as { readonly errors?: readonly { readonly message?: string; readonly reason?: string }[] })
    ?.errors?.[0];
  const text = inner === undefined ? message : `${inner.reason}: ${inner.message}`;
  return (text.split('\n', 1)[0] as string).slice(0, 200);
}
