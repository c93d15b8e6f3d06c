import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { RunContext } from '../../src/domain/ports.ts';
import { http, httpKind } from '../../src/runbooks/http/http.ts';
import { runbookKindContract, runOnce } from '../contracts/runbook-kind.ts';
import { anyCharacter } from '../support/any-character.ts';
import { startWire, type WireAnswer, type WireRequest } from '../support/wire/server.ts';
import { read, rendered } from './rendered.ts';

const OK: WireAnswer = { status: 200, json: { ok: true, says: 'hello' } };
let answer: (request: WireRequest) => WireAnswer = () => OK;
const server = await startWire((request) =>
  request.path === '/mine' ? { status: 200, body: `for ${request.headers.authorization}` } : answer(request),
);
afterAll(server.close);
beforeEach(() => {
  answer = () => OK;
});

const last = () => server.requests.at(-1) as WireRequest;
const run = (spec: object, context: Partial<RunContext> = {}) => runOnce(http, spec, { folder: '.', ...context });

/** A runbook run with these values in it. */
const runWith = async (lines: string, scope: object, context: Partial<RunContext> = {}) =>
  run((await rendered(`run: http\n${lines}`, scope)) as object, context);

/** Its secret comes by its Liquid. */
const mine = (secret: string) => ({
  spec: () => ({ url: `${server.url}/mine`, headers: { authorization: secret } }),
  secrets: { TOKEN: secret },
  output: `for ${secret}`,
});

runbookKindContract({
  kind: http,
  folder: '.',
  succeeds: () => ({ url: `${server.url}/` }),
  fails: () => {
    answer = () => ({ status: 500, json: { error: 'broken' } });
    return { url: `${server.url}/` };
  },
  endless: () => {
    answer = () => 'silence';
    return { url: `${server.url}/` };
  },
  shows: [mine('one'), mine('two')],
});

describe('a request', () => {
  test('is sent as the runbook says', async () => {
    const lines = `method: PUT
url: "${server.url}/monitors/{{ monitor }}?since={{ incident.openedAt }}"
headers: { X-Team: "{{ labels.team }}", Authorization: "Bearer {{ secrets.TOKEN }}" }
json: { text: "{{ monitor }} is {{ status }}", list: ["{{ severity }}", 7, true, null], deep: { at: "{{ monitor }}" } }
secrets: [TOKEN]`;
    const scope = {
      ...{ monitor: 'Prod "API"', status: 'firing', severity: 'critical', secrets: { TOKEN: 's3cret' } },
      ...{ labels: { team: 'Zürich 😀' }, incident: { openedAt: '2026-11-26T10:00:00Z' } },
    };
    expect(await runWith(lines, scope, { run: '01run' })).toMatchObject({ kind: 'succeeded', summary: 'HTTP 200' });
    expect(last()).toMatchObject({ method: 'PUT', path: '/monitors/Prod%20%22API%22' });
    expect(last().query.get('since')).toBe('2026-11-26T10:00:00Z');
    expect(JSON.parse(last().body)).toEqual({
      text: 'Prod "API" is firing',
      list: ['critical', 7, true, null],
      deep: { at: 'Prod "API"' },
    });
    expect(last().headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer s3cret' });
    expect(Buffer.from(String(last().headers['x-team']), 'latin1').toString()).toBe('Zürich 😀');
  });

  test.each([
    ['a change carries the id of its run', 'POST', '01run'],
    ['what changes nothing does not', 'GET', undefined],
  ])('%s as its idempotency key', async (_what, method, key) => {
    await run({ url: `${server.url}/`, method }, { run: '01run' });
    expect(last().headers['idempotency-key']).toBe(key);
  });

  test('keeps an idempotency key of the runbook', async () => {
    await run({ url: `${server.url}/`, headers: { 'Idempotency-Key': 'incident-7' } });
    expect(last().headers['idempotency-key']).toBe('incident-7');
  });

  test('may expect other answers than 2xx', async () => {
    answer = () => ({ status: 409, json: { id: 7 } });
    const spec = { url: `${server.url}/` };
    expect(await run(spec)).toMatchObject({ kind: 'failed', summary: 'HTTP 409' });
    expect(await run({ ...spec, expect: [200, 409] })).toMatchObject({ kind: 'succeeded', response: { id: 7 } });
    expect(await run({ ...spec, expect: 409 })).toMatchObject({ kind: 'succeeded' });
    answer = () => OK;
    expect(await run({ ...spec, expect: 409 })).toMatchObject({ kind: 'failed', summary: 'HTTP 200' });
  });
});

describe('hostile values', () => {
  const nasty = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.string({ unit: fc.constantFrom(...`/\\?#@:%.&=+;,"'<>{}[]\r\n\t\0 -`) }),
    fc.constantFrom('@evil.example/', '//evil.example', '\r\nX-Evil: 1', '%2e%2e/', '","admin":true,"', ']]><x/>'),
    fc.constantFrom('{{ secrets.TOKEN }}', '{% raw %}', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]', '①②⑦.⓪.⓪.①'),
  );
  const seen = (value: string) => value.toWellFormed();
  const each = (check: (value: string) => Promise<void>) =>
    fc.assert(fc.asyncProperty(nasty, check), {
      numRuns: 150,
      examples: [['.'], ['..'], ['\ud800'], ['..\\..'], ['a/../../b']],
    });

  test('in a path stay one step of it, at this host', async () => {
    await each(async (value) => {
      const { summary } = await runWith(`url: "${server.url}/a/{{ monitor }}/z"`, { monitor: value });
      if (value === '.' || value === '..') {
        expect(summary).toBe('not sent: the path goes upwards (. or ..)');
        return;
      }
      if (/^[\t-\r ]*$/.test(value)) return; // below
      expect(decodeURIComponent(last().path)).toBe(`/a/${seen(value)}/z`);
      expect(last().path.split('/')).toHaveLength(4);
      expect(last().headers.host).toBe(`127.0.0.1:${server.port}`);
    });
  });

  test.each([
    ['/tickets/{{ monitor }}', 'not sent: a value in the path is empty: /tickets/…'],
    ['/tickets/{{ monitor }}{{ monitor }}/close', 'not sent: a value in the path is empty: /tickets/……/close'],
    ['/tickets/{{ monitor }}?all=1', 'not sent: a value in the path is empty: /tickets/…'],
  ])('that are empty never lead from one thing to all of its kind: %s', async (path, told) => {
    const before = server.requests.length;
    expect(await runWith(`url: "${server.url}${path}"`, { monitor: '' })).toMatchObject({
      kind: 'failed',
      summary: told,
    });
    expect(server.requests).toHaveLength(before);
  });

  test.each([' ', '\t', ' \n '])('that are blank are as good as empty: %j', async (monitor) => {
    const before = server.requests.length;
    expect(await runWith(`url: "${server.url}/tickets/{{ monitor }}"`, { monitor })).toMatchObject({ kind: 'failed' });
    expect(server.requests).toHaveLength(before);
  });

  test('that are empty are left out where they are a part of a step, or of the query', async () => {
    await runWith(`url: "${server.url}/tickets/id-{{ monitor }}/?q={{ monitor }}"`, { monitor: '' });
    expect(last().path).toBe('/tickets/id-/');
    expect([...last().query]).toEqual([['q', '']]);
  });

  test('in a query stay one value of it', async () => {
    await each(async (value) => {
      await runWith(`url: "${server.url}/?q={{ monitor }}&z=1"`, { monitor: value });
      expect([...last().query]).toEqual([
        ['q', seen(value)],
        ['z', '1'],
      ]);
    });
  });

  test('in a header stay in its line', async () => {
    await each(async (value) => {
      await runWith(`url: "${server.url}/"\nheaders: { X-Monitor: "<{{ monitor }}>" }`, { monitor: value });
      const line = Buffer.from(String(last().headers['x-monitor']), 'latin1').toString();
      expect(line).toBe(`<${seen(value).replaceAll(/\p{Cc}+/gu, ' ')}>`);
      expect(Object.keys(last().headers)).not.toContain('x-evil');
    });
  });

  test('in JSON stay one string', async () => {
    await each(async (value) => {
      await runWith(`url: "${server.url}/"\njson: { a: "{{ monitor }}" }`, { monitor: value });
      expect(JSON.parse(last().body)).toEqual({ a: seen(value) });
    });
  });

  const bodies: readonly (readonly [string, string, (body: string) => string | null | undefined])[] = [
    ['application/json', '{"a":"{{ monitor }}"}', (body) => (JSON.parse(body) as { a: string }).a],
    ['application/x-www-form-urlencoded', 'a={{ monitor }}&z=1', (body) => new URLSearchParams(body).get('a')],
    ['text/plain', '{{ monitor }}', (body) => body],
  ];
  test.each(bodies)('in a body of %s stay one value', async (type, body, read) => {
    const lines = `url: "${server.url}/"\nheaders: { Content-Type: ${type} }\nbody: '${body}'`;
    await each(async (value) => {
      await runWith(lines, { monitor: value });
      expect(read(last().body)).toBe(seen(value));
    });
  });

  test('in XML are text', async () => {
    const lines = `url: "${server.url}/"\nheaders: { Content-Type: application/xml }\nbody: '<a b="{{ monitor }}"/>'`;
    await runWith(lines, { monitor: `"><x>&'` });
    expect(last().body).toBe('<a b="&#34;&#62;&#60;x&#62;&#38;&#39;"/>');
  });
});

describe('an answer', () => {
  test('is shown, and is there to keep of', async () => {
    answer = () => ({ status: 201, json: { ticket: { id: 35_436 } } });
    const { runbook } = await read(`run: http\nurl: "${server.url}/"\nkeep: { ticket: "{{ response.ticket.id }}" }`);
    const result = await run(runbook?.spec({}) as object);
    expect(result.output).toBe(`POST ${server.url}/\nHTTP 201\n{"ticket":{"id":35436}}\n`);
    expect(runbook?.kept('response' in result ? result.response : undefined)).toEqual({ ticket: '35436' });
  });

  test.each([
    ['is empty', { status: 204, body: '' }],
    ['is no JSON', { status: 200, body: '<p>done</p>' }],
  ])('that %s has nothing to keep of', async (_what, given) => {
    answer = () => given;
    const result = await run({ url: `${server.url}/` });
    expect(result).toMatchObject({ kind: 'succeeded', summary: `HTTP ${given.status}` });
    expect(result).not.toHaveProperty('response');
  });

  test('that is a redirect is not followed', async () => {
    answer = ({ path }) =>
      path === '/' ? { status: 302, headers: { location: `${server.url}/sentinel` }, body: '' } : OK;
    const result = await run({ url: `${server.url}/` });
    expect(result).toMatchObject({ kind: 'failed', summary: 'HTTP 302: redirects are not followed' });
    expect(result.output).toContain(`Location: ${server.url}/sentinel`);
    expect(server.requests.filter(({ path }) => path === '/sentinel')).toEqual([]);
  });

  const bomb = gzipSync(Buffer.alloc(400_000_000));
  test.each<[string, () => WireAnswer, string]>([
    ['goes on and on', () => ({ status: 201, body: Buffer.alloc(3_000_000, 'x') }), 'its answer was larger than 1 MB'],
    [
      'is a bomb',
      () => ({ status: 201, headers: { 'content-encoding': 'gzip' }, body: bomb }),
      'its answer was larger than 1 MB',
    ],
    [
      'is in an unknown encoding',
      () => ({ status: 201, headers: { 'content-encoding': 'rar' }, body: 'x' }),
      'its answer was in an encoding that was not asked for',
    ],
    [
      'breaks off',
      () => (response) => {
        response.writeHead(201, { 'content-length': '1000' });
        response.write('{"ok":', () => response.destroy());
      },
      'its answer did not come whole',
    ],
  ])('that %s still says how it went', { timeout: 30_000 }, async (_what, given, note) => {
    answer = given;
    const before = process.memoryUsage.rss();
    const result = await run({ url: `${server.url}/` });
    expect(result).toMatchObject({ kind: 'succeeded', summary: 'HTTP 201', note });
    expect(result).not.toHaveProperty('response');
    expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
  });

  test('that only drips is left', async () => {
    answer = () => (response) => {
      response.writeHead(201);
      const dripping = setInterval(() => response.write('x'), 50);
      response.once('close', () => clearInterval(dripping));
    };
    const impatient = httpKind({ resolve: async () => [], bodyWithinMs: 300 });
    const result = await runOnce(impatient, { url: `${server.url}/` }, { folder: '.' });
    expect(result).toMatchObject({ kind: 'succeeded', summary: 'HTTP 201', note: 'its answer did not come whole' });
  });

  test('that was compressed without being asked for is read', async () => {
    const body = gzipSync('{"ok":true}');
    answer = () => ({ status: 200, headers: { 'content-encoding': 'gzip' }, body });
    expect(await run({ url: `${server.url}/` })).toMatchObject({ kind: 'succeeded', response: { ok: true } });
  });
});

describe('an outcome that nobody knows', () => {
  const LOOK = 'it may have been done: look there before you run it again';

  test.each<[string, WireAnswer, string]>([
    ['the connection broke', 'reset', 'the connection to 127.0.0.1 failed (ECONNRESET)'],
    ['a gateway gave up', { status: 504, body: '' }, 'HTTP 504: what stands before it had no answer'],
  ])('is told where %s, and it is sent once', async (_what, given, why) => {
    answer = () => given;
    const before = server.requests.length;
    expect(await run({ url: `${server.url}/` })).toMatchObject({ kind: 'unknown', summary: `${why}; ${LOOK}` });
    expect(server.requests).toHaveLength(before + 1);
    expect((await run({ url: `${server.url}/`, method: 'GET' })).kind).toBe('failed');
  });

  test.each([
    ['no answer came before its end', () => 'silence' as const],
    [
      'it ended within the answer',
      () => (response: { writeHead(status: number): void; write(text: string): void }) => {
        response.writeHead(201);
        response.write('{');
      },
    ],
  ])('is told where %s', async (_what, given) => {
    const control = new AbortController();
    answer = () => {
      setTimeout(() => control.abort('timed_out'), 50);
      return given();
    };
    const result = await run({ url: `${server.url}/` }, { signal: control.signal });
    expect(result.kind).toBe('unknown');
    expect(result.summary).toContain(LOOK);
  });

  test.each([
    ['nobody listens', 'http://127.0.0.1:1/', 'not sent: nothing listens at 127.0.0.1 (ECONNREFUSED)'],
    ['it is no TLS', `https://127.0.0.1:${server.port}/`, /^not sent: the connection to 127.0.0.1 failed/],
  ])('is none where %s', async (_what, url, summary) => {
    const result = await run({ url });
    expect(result.kind).toBe('failed');
    expect(result.summary).toMatch(summary);
  });
});

describe('find', () => {
  const lines = `url: "${server.url}/tickets"
json: { id: "{{ incident.id }}" }
headers: { Authorization: "Bearer {{ secrets.TOKEN }}" }
find: { url: "${server.url}/tickets?id={{ incident.id }}", value: "{{ response.tickets[0].id }}" }
secrets: [TOKEN]`;
  const scope = { incident: { id: '01&inc' }, secrets: { TOKEN: 's3cret' } };
  const from = () => server.requests.length;

  test('is the result where there is something, and nothing is sent', async () => {
    const begin = from();
    answer = () => ({ status: 200, json: { tickets: [{ id: 7 }] } });
    expect(await runWith(lines, scope)).toMatchObject({
      kind: 'succeeded',
      summary: 'found 7, so nothing was sent',
      response: { tickets: [{ id: 7 }] },
    });
    expect(server.requests.slice(begin)).toMatchObject([
      { method: 'GET', headers: { authorization: 'Bearer s3cret' } },
    ]);
    expect(last().query.get('id')).toBe('01&inc');
    expect(last().headers).not.toHaveProperty('content-type');
  });

  test.each<[string, WireAnswer]>([
    ['nothing', { status: 200, json: { tickets: [] } }],
    ['no such thing', { status: 404, json: {} }],
  ])('of %s lets it be sent', async (_what, found) => {
    const begin = from();
    answer = ({ method }) => (method === 'GET' ? found : { status: 201, json: { id: 8 } });
    expect(await runWith(lines, scope)).toMatchObject({ kind: 'succeeded', response: { id: 8 } });
    expect(server.requests.slice(begin).map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  test.each<[string, WireAnswer, string]>([
    ['is refused', { status: 401, json: {} }, 'nothing sent: "find" was answered with HTTP 401'],
    ['is broken', { status: 503, json: {} }, 'nothing sent: "find" was answered with HTTP 503'],
    ['is no JSON', { status: 200, body: '<html>' }, 'nothing sent: the answer to "find" is no JSON'],
    [
      'is too much',
      { status: 200, body: Buffer.alloc(2_000_000, ' ') },
      'nothing sent: the answer to "find" was larger than 1 MB',
    ],
    ['never comes', 'reset', 'nothing sent: in "find", the connection to 127.0.0.1 failed (ECONNRESET)'],
  ])('that %s lets nothing be sent', async (_what, given, summary) => {
    const begin = from();
    answer = () => given;
    expect(await runWith(lines, scope)).toMatchObject({ kind: 'failed', summary });
    expect(server.requests.slice(begin).map(({ method }) => method)).toEqual(['GET']);
  });

  test('reads an answer that is made to hurt', async () => {
    answer = () => ({ status: 200, body: `{"tickets":[{"id":${'['.repeat(200_000)}${']'.repeat(200_000)}}]}` });
    const result = await runWith(lines, scope);
    expect(result.kind).toBe('failed');
    expect(result.summary).toContain('nothing sent: "find" could not read its answer');
  });
});

describe('a fault is told at the start', () => {
  test.each([
    ['a value as the host', 'url: "https://{{ labels.host }}/x"', 'tried.md:5:7 The host is not written out.'],
    ['a value in the host', 'url: "https://api.{{ labels.zone }}.example/x"', 'The host is not written out.'],
    ['a value behind the host', 'url: "https://api.example{{ labels.x }}"', 'The host is not written out.'],
    ['a value as the port', 'url: "https://api.example:{{ labels.x }}/"', 'The host is not written out.'],
    [
      'a tag behind the host',
      'url: "https://api.example{% if monitor %}.evil{% endif %}/"',
      'The host is not written out.',
    ],
    ['a backslash', 'url: "https://api.example\\\\@evil.example/"', 'A name or password stands before the host.'],
    [
      'a name before the host',
      'url: "https://{{ secrets.X }}@api.example/"',
      'A name or password stands before the host.',
    ],
    ['another protocol', 'url: "file:///etc/passwd"', 'The host is not written out.'],
    ['no protocol', 'url: "api.example/x"', 'The host is not written out.'],
    ['no address', 'url: "http://host:99999/"', 'The address cannot be read.'],
    ['a path upwards', 'url: "http://host/a/../{{ monitor }}"', 'The path goes upwards (. or ..).'],
    [
      'the host of find',
      'url: http://a.example/\nfind: { url: "http://{{ monitor }}/", value: x }',
      'The host is not written out.',
    ],
    [
      'a header of its own',
      'url: http://a.example/\nheaders: { Host: x }',
      'The header Host is set by the request itself.',
    ],
    ['a name of a header', 'url: http://a.example/\nheaders: { "a b": x }', '"a b" is no name of a header.'],
    ['two bodies', 'url: http://a.example/\nbody: x\njson: {}', 'There are both "json" and "body".'],
    ['a body of a GET', 'url: http://a.example/\nmethod: GET\nbody: x', 'A GET sends no body.'],
    ['a secret that it does not name', 'url: "http://a.example/{{ secrets.X }}"', '"secrets" has no "X".'],
    [
      'what is not in an answer',
      'url: http://a.example/\nfind: { url: http://a.example/, value: "{{ incident.id }}" }',
      'tried.md:6:44 Unknown variable "incident".',
    ],
    [
      'an unknown type with values',
      'url: http://a.example/\nheaders: { Content-Type: text/html }\nbody: "<b>{{ monitor }}</b>"',
      'How values are escaped in text/html is not known.',
    ],
    [
      'a type made of values',
      'url: http://a.example/\nheaders: { Content-Type: "{{ monitor }}" }\nbody: x',
      'The Content-Type is not fixed.',
    ],
  ])('%s', async (_what, lines, told) => {
    const { runbook, faults } = await read(`run: http\n${lines}`);
    expect(faults.join('\n')).toContain(told);
    expect(runbook).toBeUndefined();
  });

  test('secrets stand in the Liquid of http alone', async () => {
    const { faults } = await read('run: script\ncommand: [sh, "{{ secrets.TOKEN }}"]\nsecrets: [TOKEN]');
    expect(faults.join('\n')).toContain('Unknown variable "secrets"');
  });

  test.each([
    'http://10.0.0.7:8080/x',
    'http://jenkins:8080/job/{{ monitor }}',
    'https://[::1]/',
    'http://localhost?a={{ key }}',
  ])('none for %s: the host is the word of the admin', async (url) =>
    expect((await read(`run: http\nurl: "${url}"`)).faults).toEqual([]),
  );
});
