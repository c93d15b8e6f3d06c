import { randomInt, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { anyCharacter } from '../support/any-character.ts';
import { bridgeOfFile, MAIN } from '../support/bridge.ts';
import { storesNothing } from './stored.ts';

const TOKEN = 'the-alertmanager-secret-of-the-tests';
const SEED = Number(process.env['SEED'] ?? randomInt(2 ** 31));
const SHARE_MS = 3_500; // of each property
const ANSWERED_WITHIN_MS = 10_000;
const MOST_QUERY = 12_000; // a request's line and headers may be 16 KB: beyond is 431, whatever the signature

/** What a webhook may be answered. 408: it did not come in time; 431: its headers are too large. */
const ANSWERS = [200, 400, 401, 403, 404, 405, 408, 413, 415, 431];
/** What the console and its API may be answered beside these. */
const TO_PEOPLE = [...ANSWERS, 202, 303, 409, 422, 429];

const bridge = bridgeOfFile({
  main: MAIN,
  env: { ALERTMANAGER_SECRETS: TOKEN },
  files: {
    'templates/runbooks/echo.md':
      '---\nlabel: Echo\nrun: script\ncommand: [./echo.sh, "{{ monitor }}"]\nallow: [console]\ninputs: { why: { label: Why } }\n---\nEchoes.\n',
    'templates/runbooks/echo.sh': '#!/bin/sh\necho "$1"\n',
  },
});

/** Holds for as many inputs as there is time for; a failure prints its seed, and SEED repeats it. */
function holds<T>(input: fc.Arbitrary<T>, check: (input: T) => Promise<void>): Promise<void> {
  return fc.assert(fc.asyncProperty(input, check), {
    seed: SEED,
    numRuns: 100_000,
    interruptAfterTimeLimit: SHARE_MS,
    markInterruptAsFailure: false,
    endOnFailure: true, // a shrunk request over the wire would take minutes
  });
}

/** It goes on, and nothing of what came made it say that something is wrong with it. */
async function isWell(): Promise<void> {
  const answer = await fetch(`${bridge().url}/healthz`, { signal: AbortSignal.timeout(ANSWERED_WITHIN_MS) });
  expect(answer.status).toBe(200);
  expect(bridge().child.exitCode).toBeNull();
  expect(
    bridge()
      .output()
      .split('\n')
      .filter((line) => /"level":[56]0/.test(line)),
  ).toEqual([]);
  expect(bridge().output()).not.toMatch(/^(?:Error|\w+Error:|node:internal)/m);
}

describe(`seed ${SEED}`, () => {
  const bytes = fc.uint8Array({ maxLength: 400 });
  const mostly = (usual: string, ...others: readonly string[]) =>
    fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
  const word = fc.oneof(
    fc.constantFrom(
      'webhook',
      'webhooks/wizstatus',
      'webhooks/alertmanager',
      'healthz',
      'readyz',
      'metrics',
      'sign-in',
      'live',
      'api/events',
      '',
    ),
    fc.string({ maxLength: 30 }),
  );
  const line = fc
    .tuple(
      fc.constantFrom('POST', 'GET', 'PUT', 'HEAD', 'OPTIONS', 'TRACE', 'CONNECT', 'PRI', 'post', ''),
      word,
      mostly('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/9', ''),
    )
    .map(([method, path, version]) => `${method} /${path} ${version}`);
  const header = fc.oneof(
    fc.constantFrom(
      'Connection: close',
      'Connection: upgrade',
      'Upgrade: websocket',
      'Upgrade: h2c',
      'Expect: 100-continue',
      'Expect: x',
      'Content-Length: 5',
      'Content-Length: 99999999999999999999',
      'Content-Length: -1',
      'Transfer-Encoding: chunked',
      'Transfer-Encoding: gzip, chunked',
      'Content-Encoding: gzip',
      'Content-Type: application/json',
      'Content-Type: \u00ff/',
      'Authorization: Bearer',
      'Cookie: tocsin=a.b; tz=%zz',
      'X-Signature: x',
      'X-Forwarded-For: ::1',
      'Trailer: x',
      'Accept-Encoding: br',
      'Last-Event-ID: 9',
      'HX-Request: true',
      'If-None-Match: *',
      'Range: bytes=0-',
    ),
    fc
      .tuple(fc.stringMatching(/^[a-zA-Z-]{1,20}$/), fc.string({ unit: anyCharacter, maxLength: 60 }))
      .map(([name, value]) => `${name}: ${value}`),
  );
  const message = fc
    .tuple(
      line,
      fc.array(header, { maxLength: 6 }),
      mostly('\r\n', '\n', '\r'),
      fc.constantFrom('', '5\r\nhello\r\n0\r\n\r\n', '{}', 'x'.repeat(70)),
      bytes,
    )
    .map(([first, headers, end, body, rest]) =>
      Buffer.concat([Buffer.from(`${[first, 'Host: a', ...headers].join(end)}${end}${end}${body}`, 'latin1'), rest]),
    );
  /** A webhook rightly signed, with some of its bytes replaced, left out or twice there. */
  const mutated = fc
    .array(fc.record({ at: fc.nat(2_000), remove: fc.nat(3), insert: fc.uint8Array({ maxLength: 3 }) }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((changes) =>
      changes.reduce<Buffer>((sent, { at, remove, insert }) => {
        const from = at % sent.length;
        return Buffer.concat([sent.subarray(0, from), insert, sent.subarray(from + remove)]);
      }, signed()),
    );

  function signed(): Buffer {
    const { body, headers } = wizstatus.sample('firing', 'not the secret', 0);
    const head = [
      'POST /webhook HTTP/1.1',
      'Host: a',
      `Content-Length: ${body.length}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ];
    return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
  }

  test('any bytes on a connection end in answers of the table, and nothing is stored', {
    timeout: 60_000,
  }, async () => {
    await storesNothing(bridge(), async () => {
      await holds(
        fc.oneof(bytes, { weight: 4, arbitrary: message }, { weight: 2, arbitrary: mutated }),
        async (sent) => {
          for (const status of await statusesOf(sent)) expect(TO_PEOPLE).toContain(status);
        },
      );
      await isWell();
    });
  });

  const value = fc.jsonValue({ maxDepth: 3 });
  const name = fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 40 }),
    fc.constantFrom('toString', 'id', '<b>', '@everyone', '\u0000', '\ud800', '{{ x }}', 'a'.repeat(5_000)),
  );
  const some = <T>(expected: fc.Arbitrary<T>) =>
    fc.option(fc.oneof({ weight: 4, arbitrary: expected }, { weight: 1, arbitrary: value }), { nil: undefined });
  const time = fc.oneof(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.double(),
    fc.constantFrom('0001-01-01T00:00:00Z', '275760-09-13T00:00:00Z', '-1', '1e999'),
  );
  const ofWizstatus = fc.record({
    event_type: some(fc.oneof(fc.constantFrom('monitor.down', 'monitor.up', 'ping', '__proto__'), name)),
    timestamp: some(time),
    monitor: some(
      fc.record({
        id: some(fc.oneof(name, fc.double())),
        name: some(name),
        url: some(fc.oneof(fc.webUrl(), name)),
        type: some(name),
      }),
    ),
    check: some(
      fc.record({
        response_code: some(fc.oneof(fc.integer(), fc.double())),
        response_time_ms: some(fc.double()),
        location: some(name),
      }),
    ),
    incident: some(fc.record({ id: some(fc.oneof(name, fc.double())) })),
  });
  const texts = some(fc.dictionary(name, fc.oneof(name, value), { maxKeys: 8 }));
  const ofAlertmanager = fc.record({
    alerts: some(
      fc.array(
        fc.record({
          status: fc.constantFrom('firing', 'resolved'),
          labels: texts,
          annotations: texts,
          startsAt: some(time),
          endsAt: some(time),
          generatorURL: some(name),
          fingerprint: some(name),
        }),
        { maxLength: 5 },
      ),
    ),
    groupKey: some(name),
    truncatedAlerts: some(fc.double()),
  });
  const webhook = fc.oneof(
    ofWizstatus.map((body) => ({ source: 'wizstatus' as const, body: Buffer.from(JSON.stringify(body)) })),
    ofAlertmanager.map((body) => ({ source: 'alertmanager' as const, body: Buffer.from(JSON.stringify(body)) })),
    fc
      .oneof(
        value.map((body) => JSON.stringify(body)),
        fc.string({ unit: anyCharacter }),
      )
      .map((body) => ({ source: 'wizstatus' as const, body: Buffer.from(body) })),
    bytes.map((body) => ({ source: 'alertmanager' as const, body: Buffer.from(body) })),
  );
  const query = fc.oneof(
    fc.constant(''),
    fc
      .array(fc.tuple(fc.constantFrom('labels.env', 'labels.__proto__', 'labels.', 'key', 'x'), name), { maxLength: 5 })
      .map(
        (pairs) =>
          `?${pairs.map(([key, text]) => `${encodeURIComponent(key)}=${encodeURIComponent(text.toWellFormed())}`).join('&')}`,
      )
      .filter(({ length }) => length < MOST_QUERY),
  );

  test('any body that is not signed is 401, whatever it holds', { timeout: 60_000 }, async () => {
    const signature = fc.oneof(
      fc.constant(undefined),
      fc.stringMatching(/^[0-9a-f]{64}$/),
      fc.string({ maxLength: 80 }).map((text) => text.replaceAll(/[^ -~]/g, '')),
    );
    await storesNothing(bridge(), async () => {
      await holds(fc.tuple(webhook, signature, query), async ([{ source, body }, forged, asked]) => {
        const headers: Record<string, string> =
          forged === undefined ? {} : { 'x-signature': forged, authorization: `Bearer ${forged}` };
        const answer = await bridge().post(`/webhooks/${source}${asked}`, { headers, body });
        expect(answer).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
      });
      await isWell();
    });
  });

  test('any body that is signed is 200 or 400, and what came of it can be seen everywhere', {
    timeout: 60_000,
  }, async () => {
    const signIn = await fetch(`${bridge().url}/?token=${bridge().token}`, { redirect: 'manual' });
    const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] as string;
    const seen = async (path: string) => {
      const answer = await fetch(bridge().url + path, {
        headers: { cookie },
        signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
      });
      expect([path, answer.status]).toEqual([path, 200]);
      await answer.arrayBuffer();
    };
    await holds(fc.tuple(webhook, query), async ([{ source, body }, asked]) => {
      const how =
        source === 'wizstatus'
          ? wizstatus.sign(body, bridge().secret, Date.now())
          : alertmanager.sign(body, TOKEN, Date.now());
      const { status, body: told } = await bridge().post(`/webhooks/${source}${asked}`, { headers: how.headers, body });
      expect([200, 400]).toContain(status);
      if (status === 400) expect(told).toMatchObject({ code: 'invalid_payload', details: expect.any(Array) });
      for (const id of told.incidents ?? []) {
        await seen(`/api/incidents/${id}`);
        for (const look of ['', '?as=slack', '?as=discord', '?as=teams']) await seen(`/incidents/${id}${look}`);
      }
    });
    for (const path of ['/', '/api/incidents?limit=200', '/deliveries', '/routes']) await seen(path);
    await isWell();
  });

  test('any query, path or body of somebody who is signed in is answered, and never with an error of ours', {
    timeout: 60_000,
  }, async () => {
    const [id] = (await bridge().send('Fuzzed', 'firing')).body.incidents as [string];
    const authorization = `Bearer ${bridge().token}`;
    const signIn = await fetch(`${bridge().url}/?token=${bridge().token}`, { redirect: 'manual' });
    const cookie = signIn.headers.getSetCookie()[0]?.split(';')[0] as string;
    const part = fc.oneof(
      fc.constantFrom(id, 'run', 'note', 'cancel', 'why', 'reopen', 'acknowledge', '%00', '..%2f', '%ff'),
      name.map((text) => encodeURIComponent(text.slice(0, 200).toWellFormed())),
    );
    const pairs = fc
      .array(
        fc.tuple(
          fc.constantFrom(
            'status',
            'q',
            'limit',
            'before',
            'as',
            'at',
            'to',
            'token',
            'argument',
            'inputs.text',
            'inputs.why',
            'confirmed',
            'press',
            'delivery',
            'name',
            'x',
          ),
          name,
        ),
        { maxLength: 4 },
      )
      .map((list) =>
        list.map(([key, text]) => `${encodeURIComponent(key)}=${encodeURIComponent(text.toWellFormed())}`).join('&'),
      );
    const read = fc
      .tuple(
        fc.oneof(
          fc.constantFrom('', 'incidents/', 'api/incidents/', 'api/incidents', 'deliveries', 'routes', 'sign-in'),
          part,
        ),
        part,
        pairs,
      )
      .map(([first, second, asked]) => ({
        method: 'GET' as const,
        path: `/${first}${first.endsWith('/') ? second : ''}?${asked}`,
        type: undefined,
        body: undefined,
      }));
    const pressed = fc
      .tuple(
        fc.constantFrom('api/', ''),
        part,
        part,
        fc.oneof(
          value.map((body) => JSON.stringify(body)),
          fc
            .record({ argument: some(fc.oneof(fc.constant('echo'), name)), inputs: texts })
            .map((body) => JSON.stringify(body)),
          fc.string({ unit: anyCharacter }),
        ),
        pairs,
      )
      .map(([api, incident, action, json, form]) => ({
        method: 'POST' as const,
        path: `/${api}incidents/${incident}/actions/${action}`,
        type: api === '' ? 'application/x-www-form-urlencoded' : 'application/json',
        body: api === '' ? form : json,
      }));
    const other = fc
      .tuple(fc.constantFrom('/sign-in', '/name', '/deliveries/replay'), pairs)
      .map(([path, body]) => ({ method: 'POST' as const, path, type: 'application/x-www-form-urlencoded', body }));

    await holds(fc.oneof(read, pressed, other), async ({ method, path, type, body }) => {
      const who: Record<string, string> = path.startsWith('/api')
        ? { authorization }
        : { cookie, 'sec-fetch-site': 'same-origin' };
      const headers = { ...who, 'idempotency-key': randomUUID(), ...(type !== undefined && { 'content-type': type }) };
      const answer = await fetch(bridge().url + path, {
        method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWERED_WITHIN_MS),
        ...(body !== undefined && { body }),
      });
      await answer.arrayBuffer();
      expect(TO_PEOPLE, `${method} ${path}`).toContain(answer.status);
    });
    await isWell();
  });
});

/** Sends these bytes, and gives the status of each answer. Rejects where the connection then stays open. */
async function statusesOf(sent: Uint8Array): Promise<readonly number[]> {
  const socket = connect(Number(new URL(bridge().url).port), '127.0.0.1').on('error', () => {});
  let answer = '';
  const closed = Promise.withResolvers<void>();
  const tooLong = setTimeout(() => closed.reject(new Error('It answers nothing, and stays open.')), ANSWERED_WITHIN_MS);
  let idle = setTimeout(() => socket.end(), 60);
  socket.setEncoding('latin1').on('data', (text) => {
    answer += text;
    clearTimeout(idle);
    idle = setTimeout(() => socket.end(), 20); // all answers are there, or it waits for more of the request
  });
  socket.once('close', () => closed.resolve());
  socket.write(sent);
  try {
    await closed.promise;
  } finally {
    clearTimeout(tooLong);
    clearTimeout(idle);
    socket.destroy();
  }
  return [...answer.matchAll(/^HTTP\/1\.1 ([2-9]\d\d) /gm)].map(([, status]) => Number(status)); // a 100 is no answer yet
}
