import { createVerify, generateKeyPairSync } from 'node:crypto';
import { startWire, type WireAnswer, type WireRequest, type WireServer } from './server.ts';

type Row = Readonly<Record<string, unknown>>;
export interface Stored {
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: Map<string, Row>; // by insertId: what comes again under one is stored once
}

/** The key of a service account, whose signature the server checks. */
export function serviceAccount(name = 'tocsin') {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const email = `${name}@acme.iam.gserviceaccount.com`;
  const key = {
    type: 'service_account',
    project_id: 'acme',
    private_key_id: `key-of-${name}`,
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    client_email: email,
    client_id: '1',
  };
  return { email, publicKey, json: JSON.stringify(key) };
}

/**
 * BigQuery's tables and streaming inserts. `trouble`: what comes in place of the answer, after the request was done.
 * https://cloud.google.com/bigquery/docs/reference/rest/v2/tabledata/insertAll
 */
export async function startBigquery(
  accounts: readonly Pick<ReturnType<typeof serviceAccount>, 'email' | 'publicKey'>[],
  trouble: (request: WireRequest) => WireAnswer | undefined = () => undefined,
): Promise<
  WireServer & { readonly tables: ReadonlyMap<string, Stored>; put(name: string, columns: Stored['columns']): void }
> {
  const tables = new Map<string, Stored>();
  const server = await startWire((request) => {
    const answer = isSigned(request) ? answerTo(request) : fault(401, 'authError', 'Invalid Credentials');
    return trouble(request) ?? answer;
  });

  function isSigned({ headers }: WireRequest): boolean {
    const [head = '', claims = '', signature = ''] = (headers.authorization ?? '').replace(/^Bearer /, '').split('.');
    if (signature === '') return false;
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as Readonly<Record<string, string | number>>;
    const account = accounts.find(({ email }) => email === said['iss']);
    const isCurrent = Number(said['exp']) * 1_000 > Date.now();
    if (account === undefined || !isCurrent || !String(said['scope']).includes('auth/bigquery')) return false;
    const verify = createVerify('RSA-SHA256').update(`${head}.${claims}`);
    return verify.verify(account.publicKey, signature, 'base64url');
  }

  function answerTo({ method, path, body }: WireRequest): WireAnswer {
    const [, project, dataset, table, call] =
      /^\/bigquery\/v2\/projects\/([^/]+)\/datasets\/([^/]+)\/tables(?:\/([^/]+)(\/insertAll)?)?$/.exec(path) ?? [];
    if (project === undefined) return fault(404, 'notFound', 'Not found');
    if (dataset !== 'alerts') return fault(404, 'notFound', `Not found: Dataset ${project}:${dataset}`);
    if (table === undefined) return create(`${project}.${dataset}`, body);
    const name = `${project}.${dataset}.${table}`;
    const stored = tables.get(name);
    if (stored === undefined) return fault(404, 'notFound', `Not found: Table ${name}`);
    if (method === 'GET') return { status: 200, json: { kind: 'bigquery#table', id: name } };
    return call === '/insertAll' ? insert(stored, body) : fault(400, 'invalid', 'Bad Request');
  }

  function create(dataset: string, body: string): WireAnswer {
    const { tableReference, schema } = JSON.parse(body) as {
      readonly tableReference: { readonly tableId: string };
      readonly schema: { readonly fields: readonly { readonly name: string; readonly type: string }[] };
    };
    const name = `${dataset}.${tableReference.tableId}`;
    if (tables.has(name)) return fault(409, 'duplicate', `Already Exists: Table ${name}`);
    put(name, Object.fromEntries(schema.fields.map((field) => [field.name, field.type])));
    return { status: 200, json: { kind: 'bigquery#table', id: name, tableReference, schema } };
  }

  function put(name: string, columns: Stored['columns']): void {
    tables.set(name, { columns, rows: new Map() });
  }

  function insert({ columns, rows }: Stored, body: string): WireAnswer {
    const sent = JSON.parse(body) as { readonly rows: readonly { readonly insertId: string; readonly json: Row }[] };
    const insertErrors = sent.rows.flatMap(({ json }, index) => {
      const errors = Object.entries(json).flatMap(([name, value]) => wrongIn(name, value, columns[name]));
      return errors.length === 0 ? [] : [{ index, errors }];
    });
    const kind = 'bigquery#tableDataInsertAllResponse';
    if (insertErrors.length > 0) return { status: 200, json: { kind, insertErrors } };
    for (const { insertId, json } of sent.rows) rows.set(insertId, json);
    return { status: 200, json: { kind } };
  }

  return { ...server, tables, put };
}

function wrongIn(location: string, value: unknown, type: string | undefined): readonly object[] {
  const one = (message: string) => [{ reason: 'invalid', location, debugInfo: '', message }];
  if (type === undefined) return one(`no such field: ${location}.`);
  if (value === null) return [];
  if (type === 'TIMESTAMP' && Number.isNaN(Date.parse(String(value)))) return one(`Invalid timestamp: '${value}'`);
  if (type === 'INT64' && !/^-?\d+$/.test(String(value))) return one(`Cannot convert value to integer: ${value}`);
  return [];
}

function fault(code: number, reason: string, message: string): WireAnswer {
  return {
    status: code,
    json: { error: { code, message, errors: [{ message, domain: 'global', reason }], status: reason } },
  };
}
