import { setTimeout as wait } from 'node:timers/promises';
import type { BigQuery, Table } from '@google-cloud/bigquery';
import { z } from 'zod';
import type { RunbookKind, RunContext, RunResult, SpecFault } from '../domain/ports.ts';
import { fixedEndpoint, fixedText } from './fixed.ts';
import { isInstalled, missingSdk } from './sdk.ts';

const SDK = '@google-cloud/bigquery';
const CREDENTIALS = 'GOOGLE_CREDENTIALS';

// https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types
const TYPES = [
  ...['STRING', 'BYTES', 'JSON', 'GEOGRAPHY', 'BOOL', 'BOOLEAN', 'INT64', 'INTEGER', 'FLOAT64', 'FLOAT'],
  ...['NUMERIC', 'BIGNUMERIC', 'TIMESTAMP', 'DATETIME', 'DATE', 'TIME'],
] as const;
const COLUMN = z.string().regex(/^[A-Za-z_]\w{0,299}$/);
const SPEC = z.strictObject({
  project: fixedText('the project', /^[a-z0-9][a-z0-9.:-]{0,98}$/, 'written like my-project'),
  dataset: fixedText('the dataset', /^\w{1,1024}$/, 'named by letters, digits and _'),
  table: fixedText('the table', /^[\w-]{1,1024}$/, 'named by letters, digits, _ and -'),
  row: z
    .record(COLUMN, z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .refine((row) => Object.keys(row).length > 0, 'a row has a column'),
  create: z.record(COLUMN, z.enum(TYPES)).optional(),
  endpoint: fixedEndpoint.optional(),
});
type Spec = z.infer<typeof SPEC>;

/** Inserts one row. Its insertId is the run's, so that what is sent twice is stored once. */
export const bigquery: RunbookKind<Spec> = {
  name: 'bigquery',
  spec: SPEC,
  encode: () => ({ row: 'argument' }),
  faults: async (spec) => [...missingSdk(SDK), ...columnFaults(spec)],
  run,
};

const REQUEST_WITHIN_MS = 30_000;
const AGAIN_WAITS_MS = [500, 1_500, 4_000]; // under one insertId, for which BigQuery keeps one row
/** A new table is known everywhere only after a while: https://cloud.google.com/bigquery/docs/streaming-data-into-bigquery#metadata-changes */
const NEW_TABLE_WAITS_MS = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000, 30_000];

function columnFaults({ row, create }: Spec): readonly SpecFault[] {
  if (create === undefined) return [];
  return Object.keys(row)
    .filter((name) => !Object.hasOwn(create, name))
    .map((name) => {
      const cure = `Add "${name}: STRING", or its type.`;
      return { path: ['row', name], message: `The column ${name} is not in "create".`, cure };
    });
}

async function run(spec: Spec, context: RunContext): Promise<RunResult> {
  if (!isInstalled(SDK)) return failed(`not run: the package ${SDK} is not installed`);
  const { secrets, signal } = context;
  const credentials = credentialsOf(secrets[CREDENTIALS]);
  if (typeof credentials === 'string') return failed(`not run: ${credentials}`);
  const { BigQuery } = await import('@google-cloud/bigquery');
  const client: BigQuery = new BigQuery({
    projectId: spec.project,
    autoRetry: false, // it would go on after the run was stopped
    ...(spec.endpoint === undefined ? {} : { apiEndpoint: spec.endpoint }),
  });
  client.timeout = REQUEST_WITHIN_MS;
  const { authClient } = client;
  authClient.jsonContent = credentials ?? null; // the option of that name warns on stderr at each run
  authClient.useJWTAccessWithScope = true; // no service is asked for a token: https://google.aip.dev/auth/4111

  const sending = { row: false, mayBeThere: false };
  const authorize = authClient.authorizeRequest.bind(authClient);
  authClient.authorizeRequest = async (request) => {
    const authorized = await authorize(request);
    if (signal.aborted) throw new Error(STOPPED); // the last step before it is sent
    if (sending.row) sending.mayBeThere = true;
    return authorized;
  };
  const stopped = Promise.withResolvers<RunResult>();
  const stop = () =>
    stopped.resolve(sending.mayBeThere ? unknown(STOPPED) : failed('it was stopped before the row was sent'));
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const table = client.dataset(spec.dataset).table(spec.table);
    return await Promise.race([stopped.promise, insert(table, spec, context, sending)]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

interface Sending {
  row: boolean; // what is sent from now on is the row
  mayBeThere: boolean;
}

async function insert(table: Table, spec: Spec, context: RunContext, sending: Sending): Promise<RunResult> {
  const { run, signal, output } = context;
  const name = `${spec.project}.${spec.dataset}.${spec.table}`;
  let isNew = false;
  try {
    if (spec.create !== undefined) isNew = await created(table, spec.create);
  } catch (error) {
    return failed(`the table could not be looked at or created: ${wordsOf(error)}`);
  }
  if (isNew) output(Buffer.from(`${name}: created\n`));
  sending.row = true;
  const rows = [{ insertId: run, json: rowOf(spec.row) }];
  const waits = { new: isNew ? [...NEW_TABLE_WAITS_MS] : [], again: [...AGAIN_WAITS_MS] };
  for (;;) {
    try {
      await table.insert(rows, { raw: true, partialRetries: 0 });
      output(Buffer.from(`${name}: 1 row, insertId ${run}\n`));
      const response = { table: name, insertId: run, created: isNew };
      return { kind: 'succeeded', summary: `1 row in ${spec.table}`, response };
    } catch (error) {
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

/** Whether it had to be created. */
async function created(table: Table, columns: NonNullable<Spec['create']>): Promise<boolean> {
  const [exists] = await table.exists();
  if (exists) return false;
  try {
    await table.create({ schema: Object.entries(columns).map(([name, type]) => ({ name, type })) });
  } catch (error) {
    if (codeOf(error) !== 409) throw error; // another run was faster
  }
  return true;
}

/** What is not known yet, such as when an incident was resolved, is no text. */
function rowOf(row: Spec['row']): Spec['row'] {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === '' ? null : value]));
}

const KEY = z.looseObject({ type: z.literal('service_account'), client_email: z.string(), private_key: z.string() });

/** Undefined: what the SDK finds by itself. A text: why it cannot be used, without what it holds. */
function credentialsOf(secret: string | undefined): z.infer<typeof KEY> | string | undefined {
  if (secret === undefined) return undefined;
  const why = `${CREDENTIALS} is not the JSON key of a service account`;
  try {
    return KEY.safeParse(JSON.parse(secret)).data ?? why;
  } catch {
    return why;
  }
}

const STOPPED = 'it was stopped before an answer came';
const failed = (summary: string): RunResult => ({ kind: 'failed', summary });
const unknown = (why: string): RunResult => ({ kind: 'unknown', summary: `${why}; the row may be there` });

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
  const inner = (
    first as { readonly errors?: readonly { readonly message?: string; readonly reason?: string }[] } | undefined
  )?.errors?.[0];
  const text = inner === undefined ? message : `${inner.reason}: ${inner.message}`;
  return (text.split('\n', 1)[0] as string).slice(0, 200);
}
