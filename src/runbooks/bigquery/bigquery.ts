import type { BigQuery } from '@google-cloud/bigquery';
import { z } from 'zod';
import type { RunbookKind, RunContext, RunResult, SpecFault } from '../../domain/ports.ts';
import { fixedEndpoint, fixedText } from '../fixed.ts';
import { isInstalled, missingSdk } from '../sdk.ts';
import { failed, insert, type Sending, unknown } from './insert.ts';

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
export type BigQuerySpec = z.infer<typeof SPEC>;

/** Inserts one row. Its insertId is the run's, so that what is sent twice is stored once. */
export const bigquery: RunbookKind<BigQuerySpec> = {
  name: 'bigquery',
  spec: SPEC,
  encode: () => ({ row: 'argument' }),
  faults: async (spec) => [...missingSdk(SDK), ...columnFaults(spec)],
  run,
};

const REQUEST_WITHIN_MS = 30_000;

function columnFaults({ row, create }: BigQuerySpec): readonly SpecFault[] {
  if (create === undefined) return [];
  return Object.keys(row)
    .filter((name) => !Object.hasOwn(create, name))
    .map((name) => {
      const cure = `Add "${name}: STRING", or its type.`;
      return { path: ['row', name], message: `The column ${name} is not in "create".`, cure };
    });
}

async function run(spec: BigQuerySpec, context: RunContext): Promise<RunResult> {
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

  const sending: Sending = { row: false, mayBeThere: false };
  const authorize = authClient.authorizeRequest.bind(authClient);
  authClient.authorizeRequest = async (request) => {
    const [authorized] = await Promise.allSettled([authorize(request)]);
    const isRejected = authorized.status === 'rejected';
    if (isRejected && credentials !== undefined) throw new Error(`${CREDENTIALS} holds no key that can sign`);
    if (signal.aborted) throw new Error(STOPPED); // the last step before it is sent
    if (sending.row) sending.mayBeThere = true;
    if (isRejected) throw authorized.reason; // the SDK then goes on without: an emulator needs no key
    return authorized.value;
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
