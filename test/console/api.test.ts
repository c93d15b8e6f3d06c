import { describe, expect, test } from 'vitest';
import { startConsole, type TestConsole, TOKEN } from './console.ts';

const authorization = `Bearer ${TOKEN}`;
const get = ({ app }: TestConsole, url: string) => app.inject({ url, headers: { authorization } });
const post = ({ app }: TestConsole, url: string, payload: object = {}, headers: Record<string, string> = {}) =>
  app.inject({ method: 'POST', url, headers: { authorization, ...headers }, payload });

const A_TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

test('an incident is shown whole, its times in RFC 3339, what is not there null', async () => {
  const it = await startConsole();
  const id = await it.fire('Production API', { url: 'https://api.example.com/', labels: { team: 'payments' } });
  const answer = await get(it, `/api/incidents/${id}`);
  expect(answer.json()).toEqual({
    id,
    key: 'wizstatus:tocsin-demo-Production API',
    source: 'wizstatus',
    status: 'firing',
    severity: 'critical',
    title: 'Production API is down',
    brief: 'us-east, HTTP 500',
    text: 'HTTP 500 after 2,500 ms.',
    monitor: 'Production API',
    labels: { team: 'payments' },
    url: 'https://api.example.com/',
    owner: null,
    openedAt: A_TIME,
    resolvedAt: null,
    count: 1,
    flapping: false,
    revision: 1,
    snoozedUntil: null,
    timeline: [
      {
        at: A_TIME,
        kind: 'opened',
        actor: { platform: 'monitor', tenant: null, id: 'wizstatus', name: 'WizStatus' },
        text: expect.any(String),
      },
    ],
    deliveries: [
      { destination: 'console', state: 'delivered', wanted: 1, delivered: 1, attempt: 0, message: null, error: null },
    ],
    runs: [],
  });
  expect((await get(it, '/api/incidents/unknown')).statusCode).toBe(404);
});

test('an incident that flaps says so', async () => {
  const it = await startConsole();
  for (const kind of ['firing', 'resolved', 'firing', 'resolved'] as const) await it.fire('API', { kind });
  const answer = await get(it, `/api/incidents/${await it.fire('API')}`);
  expect(answer.json()).toMatchObject({ status: 'firing', flapping: true });
});

describe('what a run printed', () => {
  const outputs: readonly [string, string, string][] = [
    ['short', 'draining api-1\n', 'draining api-1\n'],
    ['4,000 characters', 'x'.repeat(4_000), 'x'.repeat(4_000)],
    ['one more', `a${'x'.repeat(4_000)}`, `…${'x'.repeat(3_999)}`],
    ['64 KB', `${'x'.repeat(65_532)}end\n`, `…${'x'.repeat(3_995)}end\n`],
    ['cut through a pair', `${'x'.repeat(1_000)}😀${'x'.repeat(3_998)}`, `…${'x'.repeat(3_998)}`],
  ];
  test.each(outputs)('%s: whole with its incident, the end of it in the list', async (_what, output, listed) => {
    const it = await startConsole();
    const { incident, prints } = await it.begin();
    await prints(output);
    expect((await get(it, `/api/incidents/${incident}`)).json().runs[0].output).toBe(output);
    expect((await get(it, '/api/incidents')).json().incidents[0].runs[0].output).toBe(listed);
  });
});

describe('the list', () => {
  test('is read newest first in pages', async () => {
    const it = await startConsole();
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) ids.unshift(await it.fire(name));
    const seen: string[] = [];
    for (let next: string | null = '', pages = 0; next !== null; pages++) {
      expect(pages).toBeLessThan(3);
      const page: { incidents: { id: string }[]; next: string | null } = (
        await get(it, `/api/incidents?limit=2${next && `&before=${next}`}`)
      ).json();
      seen.push(...page.incidents.map((incident) => incident.id));
      next = page.next;
    }
    expect(seen).toEqual(ids);
  });

  test('is of the states and words that were asked for', async () => {
    const it = await startConsole();
    const api = await it.fire('Production API');
    const db = await it.fire('Database');
    await post(it, `/api/incidents/${db}/actions/resolve`);
    const ids = async (query: string) =>
      (await get(it, `/api/incidents?${query}`)).json().incidents.map((incident: { id: string }) => incident.id);
    expect(await ids('status=firing,acknowledged')).toEqual([api]);
    expect(await ids('status=resolved')).toEqual([db]);
    expect(await ids('status=firing&status=resolved')).toEqual([db, api]);
    expect(await ids('q=production')).toEqual([api]);
  });

  const newer = 'z'.repeat(16); // in some far year
  test.each([
    ['status', 'status=burning'],
    ['status', 'status=firing,burning'],
    ['status', 'status='],
    ['limit', 'limit=201'],
    ['limit', 'limit=0'],
    ['limit', 'limit=x'],
    ['limit', 'limit='],
    ['limit', 'limit=1e2'],
    ['limit', 'limit=1&limit=2'],
    ['q', `q=${'x'.repeat(201)}`],
    ['before', 'before=nonsense'],
    ['before', 'before='],
    ['before', 'before=0&before=1'],
    ['before', `before=${newer}`],
    ['before', `before=${newer}&q=api`],
    ['state', 'state=firing'],
  ])('says what is wrong with %s: %s', async (path, query) => {
    const it = await startConsole();
    await it.fire('API');
    const answer = await get(it, `/api/incidents?${query}`);
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toEqual({
      code: 'invalid_input',
      error: expect.stringContaining(path),
      details: [{ path, message: expect.stringContaining(path) }],
    });
  });

  test('ends after the oldest', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    expect((await get(it, `/api/incidents?before=${id}`)).json()).toEqual({ incidents: [], next: null });
  });
});

describe('an action', () => {
  test('answers with the incident as it is then', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const answer = await post(it, `/api/incidents/${id}/actions/acknowledge`);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      id,
      status: 'acknowledged',
      owner: { platform: 'console', tenant: null, id: 'console', name: 'Console' },
    });
  });

  test('may come without a body', async () => {
    const it = await startConsole();
    const url = `/api/incidents/${await it.fire('API')}/actions/acknowledge`;
    const headers = { authorization, 'content-type': 'application/json' };
    expect((await it.app.inject({ method: 'POST', url, headers })).statusCode).toBe(200);
  });

  test('that was sent twice under one Idempotency-Key is done once', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    for (let n = 0; n < 2; n++)
      expect(
        (await post(it, `/api/incidents/${id}/actions/note`, { inputs: { text: 'once' } }, { 'idempotency-key': 'k1' }))
          .statusCode,
      ).toBe(200);
    const { timeline } = (await get(it, `/api/incidents/${id}`)).json();
    expect(timeline.filter(({ kind }: { kind: string }) => kind === 'noted')).toHaveLength(1);
  });

  test('that comes too late says who was first, and when', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    await post(it, `/api/incidents/${id}/actions/resolve`);
    const answer = await post(it, `/api/incidents/${id}/actions/acknowledge`);
    expect(answer.statusCode).toBe(409);
    expect(answer.json()).toEqual({
      code: 'too_late',
      error: expect.any(String),
      by: { platform: 'console', tenant: null, id: 'console', name: 'Console' },
      at: A_TIME,
    });
  });

  test('that is told only changes nothing, and carries the answer', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const answer = await post(it, `/api/incidents/${id}/actions/why`);
    expect(answer.json()).toMatchObject({ id, revision: 1, answer: expect.stringContaining('WIZSTATUS_SECRETS') });
  });

  test('that is not allowed is 403', async () => {
    const it = await startConsole({ responders: new Map([['*', []]]) });
    const answer = await post(it, `/api/incidents/${await it.fire('API')}/actions/resolve`);
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ code: 'not_allowed', error: expect.any(String) });
  });

  const rows: readonly [string, string, object, number, string][] = [
    ['with inputs that cannot be used', 'note', { inputs: { text: ' ' } }, 422, 'invalid_input'],
    ['without inputs that it needs', 'note', {}, 422, 'invalid_input'],
    ['with a body of another shape', 'note', { inputs: { text: 1 } }, 422, 'invalid_input'],
    ['with a field that nobody knows', 'resolve', { confirmed: false }, 422, 'invalid_input'],
    ['that does not exist', 'explode', {}, 404, 'unknown_action'],
  ];
  test.each(rows)('%s', async (_what, action, body, status, code) => {
    const it = await startConsole();
    const answer = await post(it, `/api/incidents/${await it.fire('API')}/actions/${action}`, body);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, error: expect.any(String) });
  });

  test.each([
    ['GET', '/api/incidents/x/actions/resolve', 'POST'],
    ['HEAD', '/api/incidents/x/actions/resolve', 'POST'],
    ['POST', '/api/incidents', 'GET, HEAD'],
    ['DELETE', '/api/incidents/x', 'GET, HEAD'],
    ['PUT', '/api/events', 'GET, HEAD'],
  ] as const)('by %s %s is told which method it takes', async (method, url, allow) => {
    const { app } = await startConsole();
    const answer = await app.inject({ method, url, headers: { authorization } });
    expect([answer.statusCode, answer.headers['allow']]).toEqual([405, allow]);
    if (method !== 'HEAD') expect(answer.json()).toMatchObject({ code: 'method_not_allowed' });
    expect((await app.inject({ method, url })).statusCode).toBe(401);
  });

  test('on an incident that does not exist is 404', async () => {
    const it = await startConsole();
    expect((await post(it, '/api/incidents/unknown/actions/resolve')).json()).toMatchObject({ code: 'not_found' });
  });

  test('when nothing can be stored is 503, to be tried again', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    await it.store.close();
    const answer = await post(it, `/api/incidents/${id}/actions/resolve`);
    expect([500, 503]).toContain(answer.statusCode);
    expect(answer.json()).toMatchObject({ error: expect.any(String), code: expect.any(String) });
  });

  const bodies: readonly [string, string, string, number, object][] = [
    ['cut off', '{"inputs":', 'application/json', 422, { path: 'body', message: expect.stringContaining('JSON') }],
    ['no JSON', '{"inputs": x}', 'application/json', 422, { path: 'body', message: expect.stringContaining("'x'") }],
    ['a list', '[]', 'application/json', 422, { path: 'body', message: expect.stringContaining('object') }],
    ['a prototype', '{"__proto__":{"a":1}}', 'application/json', 422, { path: '__proto__' }],
    [
      'an input of another type',
      '{"inputs":{"text":1}}',
      'application/json',
      422,
      { path: 'inputs.text', message: expect.stringContaining('texts') },
    ],
    [
      'inputs of another type',
      '{"inputs":"a"}',
      'application/json',
      422,
      { path: 'inputs', message: expect.stringContaining('object of texts') },
    ],
    [
      'an argument of another type',
      '{"argument":2}',
      'application/json',
      422,
      { path: 'argument', message: expect.stringContaining('argument is a text') },
    ],
  ];
  test.each(bodies)(
    'with a body that is %s says what is wrong, and where',
    async (_what, payload, type, status, detail) => {
      const answer = await note(payload, type);
      expect(answer.statusCode).toBe(status);
      expect(answer.json()).toMatchObject({ code: 'invalid_input', error: expect.any(String), details: [detail] });
    },
  );

  test.each([
    ['larger than it may be', `{"inputs":{"text":"${'x'.repeat(70_000)}"}}`, 'application/json', 413, 'too_large'],
    ['no JSON by its type', 'a=b', 'application/x-www-form-urlencoded', 415, 'unreadable_body'],
  ])('with a body that is %s', async (_what, payload, type, status, code) => {
    const answer = await note(payload, type);
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toEqual({ code, error: expect.any(String) });
  });

  async function note(payload: string, type: string) {
    const it = await startConsole();
    const url = `/api/incidents/${await it.fire('API')}/actions/note`;
    const headers = { authorization, 'content-type': type };
    return it.app.inject({ method: 'POST', url, payload, headers });
  }
});
