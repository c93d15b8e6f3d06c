import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunContext } from '../../src/domain/ports.ts';
import { bigquery } from '../../src/runbooks/bigquery/bigquery.ts';
import { runbookKindContract, runOnce } from '../contracts/runbook-kind.ts';
import { serviceAccount, startBigquery } from '../support/wire/bigquery.ts';
import type { WireAnswer, WireRequest } from '../support/wire/server.ts';
import { read, rendered } from './rendered.ts';

const [one, two] = [serviceAccount('one'), serviceAccount('two')];
let trouble: (request: WireRequest) => WireAnswer | undefined = () => undefined;
const server = await startBigquery([one, two], (request) => trouble(request));
afterAll(server.close);
const NAME = 'acme.alerts.events';
beforeEach(() => {
  trouble = () => undefined;
  server.put(NAME, { incident: 'STRING', at: 'TIMESTAMP', count: 'INT64' });
});

const secrets = { GOOGLE_CREDENTIALS: one.json };
const AT = '2026-11-26T10:00:00Z';
const spec = (more: object = {}) => ({
  ...{ project: 'acme', dataset: 'alerts', table: 'events', endpoint: server.url },
  row: { incident: '01inc', at: AT },
  ...more,
});
const run = (more: object = {}, context: Partial<RunContext> = {}) =>
  runOnce(bigquery, spec(more), { folder: '.', secrets, ...context });
const rows = () => [...(server.tables.get(NAME)?.rows ?? [])];
const isInsert = ({ path }: WireRequest) => path.endsWith('/insertAll');
const inserts = () => server.requests.filter(isInsert).length;
const once = (answer: WireAnswer) => {
  let left = 1;
  trouble = (request) => (isInsert(request) && left-- > 0 ? answer : undefined);
};

runbookKindContract({
  kind: bigquery,
  folder: '.',
  secrets,
  succeeds: () => spec(),
  gives: { output: `${NAME}: 1 row, insertId `, response: { table: NAME, created: false } },
  fails: () => spec({ table: 'nowhere' }),
  endless: () => {
    trouble = () => 'silence';
    return spec({ table: 'stalled' });
  },
});

test('a run that was stopped before it began sends nothing, then or later', async () => {
  const before = server.requests.length;
  const result = await run({}, { run: 'stopped', signal: AbortSignal.abort('cancelled') });
  expect(result).toMatchObject({ kind: 'failed', summary: 'it was stopped before the row was sent' });
  await run({}, { run: 'another' });
  const sent = server.requests.slice(before).map(({ body }) => JSON.parse(body).rows[0].insertId);
  expect(sent).toContain('another');
  expect(sent).not.toContain('stopped');
});

test('a row is inserted under the id of its run', async () => {
  expect(await run({}, { run: '01run' })).toMatchObject({
    kind: 'succeeded',
    summary: '1 row in events',
    response: { table: NAME, insertId: '01run', created: false },
  });
  expect(rows()).toEqual([['01run', { incident: '01inc', at: AT }]]);
});

describe('a lost answer', () => {
  test.each<[string, WireAnswer]>([
    ['a broken connection', 'reset'],
    [
      'an overload',
      { status: 503, json: { error: { code: 503, message: 'try again', errors: [{ reason: 'backendError' }] } } },
    ],
  ])('by %s stores the row once', { timeout: 30_000 }, async (_what, answer) => {
    const before = inserts();
    once(answer);
    expect(await run({}, { run: '01run' })).toMatchObject({ kind: 'succeeded' });
    expect(inserts() - before).toBe(2);
    expect(rows()).toHaveLength(1);
  });

  test('at the end of its time is an outcome that nobody knows', async () => {
    const control = new AbortController();
    trouble = (request) => {
      if (!isInsert(request)) return undefined;
      setTimeout(() => control.abort('timed_out'), 20);
      return 'silence';
    };
    expect(await run({}, { signal: control.signal })).toMatchObject({
      kind: 'unknown',
      summary: 'it was stopped before an answer came; the row may be there',
    });
  });
});

describe('a table that is not there', () => {
  const fresh = { table: 'fresh', create: { incident: 'STRING', at: 'TIMESTAMP' } };

  test('is created where the runbook says so', async () => {
    const result = await run(fresh, { run: '01run' });
    expect(result).toMatchObject({ kind: 'succeeded', response: { created: true } });
    expect(result.output).toContain('acme.alerts.fresh: created\n');
    expect(server.tables.get('acme.alerts.fresh')).toEqual({
      columns: { incident: 'STRING', at: 'TIMESTAMP' },
      rows: new Map([['01run', { incident: '01inc', at: AT }]]),
    });
    expect(await run(fresh)).toMatchObject({ kind: 'succeeded', response: { created: false } });
  });

  test('is waited for, as a new one is not known everywhere at once', { timeout: 30_000 }, async () => {
    once({
      status: 404,
      json: { error: { code: 404, message: 'Not found: Table', errors: [{ reason: 'notFound' }] } },
    });
    expect(await run({ ...fresh, table: 'slow' })).toMatchObject({ kind: 'succeeded', response: { created: true } });
  });

  test('is a failure where it does not', async () => {
    expect(await run({ table: 'nowhere' })).toMatchObject({
      kind: 'failed',
      summary: 'BigQuery: Not found: Table acme.alerts.nowhere',
    });
  });

  test('in no dataset is told', async () => {
    expect(await run({ ...fresh, dataset: 'nowhere' })).toMatchObject({
      kind: 'failed',
      summary: 'the table could not be looked at or created: Not found: Dataset acme:nowhere',
    });
  });
});

test('values are data, whatever stands in them', async () => {
  const nasty = [
    `'; DROP TABLE events; --`,
    '"}]}',
    '\u0000\r\n',
    '😀',
    '\\',
    '{{ monitor }}',
    '{{projectId}}',
    '$(x)',
    '__proto__',
  ];
  const lines = `run: bigquery\nproject: acme\ndataset: alerts\ntable: events\nrow: { incident: "{{ monitor }}" }`;
  for (const monitor of nasty) {
    const keys = (await rendered(lines, { monitor })) as object;
    await run({ ...keys, endpoint: server.url });
  }
  expect(rows().map(([, row]) => row)).toEqual(nasty.map((incident) => ({ incident })));
});

test('what is not known yet is no value', async () => {
  await run({ row: { incident: '01inc', at: '', count: 3 } });
  expect(rows()[0]?.[1]).toEqual({ incident: '01inc', at: null, count: 3 });
});

test('a row that does not fit is told, and nothing of it is stored', async () => {
  expect(await run({ row: { incident: '01inc', at: 'soon' } })).toMatchObject({
    kind: 'failed',
    summary: "BigQuery: invalid: Invalid timestamp: 'soon'",
  });
  expect(await run({ row: { nowhere: 'x' } })).toMatchObject({ summary: 'BigQuery: invalid: no such field: nowhere.' });
  expect(rows()).toEqual([]);
});

describe('credentials', () => {
  test('of two runs at once are not mixed up', async () => {
    const before = server.requests.length;
    const secretsOf = ({ json }: typeof one) => ({ secrets: { GOOGLE_CREDENTIALS: json } });
    await Promise.all([run({}, { run: 'one', ...secretsOf(one) }), run({}, { run: 'two', ...secretsOf(two) })]);
    const sent = server.requests
      .slice(before)
      .filter(isInsert)
      .map(({ headers, body }) => {
        const claims = Buffer.from(String(headers.authorization).split('.')[1] ?? '', 'base64url').toString();
        return [JSON.parse(body).rows[0].insertId, JSON.parse(claims).iss];
      });
    expect(Object.fromEntries(sent)).toMatchObject({ one: one.email, two: two.email });
  });

  test.each([
    ['of nobody that is known', serviceAccount('three').json, 'BigQuery: Invalid Credentials'],
    [
      'signed with the key of another',
      JSON.stringify({ ...JSON.parse(one.json), private_key: JSON.parse(two.json).private_key }),
      'BigQuery: Invalid Credentials',
    ],
    [
      'that cannot sign',
      JSON.stringify({ ...JSON.parse(one.json), private_key: 'no key' }),
      'not sent: GOOGLE_CREDENTIALS holds no key that can sign',
    ],
    ['that are no JSON', 'hunter2', 'not run: GOOGLE_CREDENTIALS is not the JSON key of a service account'],
    [
      'of another kind',
      '{"type":"external_account"}',
      'not run: GOOGLE_CREDENTIALS is not the JSON key of a service account',
    ],
  ])('%s are refused', async (_what, GOOGLE_CREDENTIALS, summary) => {
    expect(await run({}, { secrets: { GOOGLE_CREDENTIALS } })).toMatchObject({ kind: 'failed', summary });
  });
});

describe('a fault is told at the start', () => {
  const GOOD = `project: acme\ndataset: alerts\ntable: events\nrow: { a: "{{ monitor }}" }\ncreate: { a: STRING }`;
  test.each([
    [
      'a value as the table',
      'table: events',
      'table: "{{ monitor }}"',
      'the table is fixed, so no value may stand in it',
    ],
    ['a value as the dataset', 'dataset: alerts', 'dataset: "{{ monitor }}"', 'the dataset is fixed'],
    ['a name of a column', 'row: { a:', 'row: { "a b": x, a:', 'tried.md:8:15 "row.a b": Invalid key'],
    ['an unknown type', 'a: STRING', 'a: TEXT', '"create.a"'],
    [
      'a column that is not created',
      'row: {',
      'row: { b: x,',
      'The column b is not in "create". Add "b: STRING", or its type.',
    ],
    ['an empty row', 'row: { a: "{{ monitor }}" }', 'row: {}', 'a row has a column'],
  ])('%s', async (_what, from, to, told) => {
    const { faults } = await read(`run: bigquery\n${GOOD.replace(from, to)}`);
    expect(faults.join('\n')).toContain(told);
  });

  test('none where all is well', async () => {
    expect((await read(`run: bigquery\n${GOOD}`)).faults).toEqual([]);
  });
});
