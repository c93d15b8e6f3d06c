import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { signHmac } from '../../src/sources/signature.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { type Bridge, bridgeOfFile, MAIN, startBridge, writeInto } from '../support/bridge.ts';
import { exchange } from '../support/exchange.ts';
import { UNREADABLE, WRITTEN_OTHERWISE } from '../support/json-bodies.ts';
import { storesNothing } from './stored.ts';

const TOKEN = 'the-alertmanager-secret-of-the-tests';
const TLS = join(import.meta.dirname, '..', 'fixtures', 'tls');
const bridge = bridgeOfFile({ main: MAIN, env: { ALERTMANAGER_SECRETS: TOKEN } });

const portOf = ({ url }: Bridge) => Number(new URL(url).port);
const samples = (state: 'firing' | 'resolved' = 'firing', at = Date.now()) => ({
  wizstatus: wizstatus.sample(state, bridge().secret, at, { monitor: 'Front door' }),
  alertmanager: alertmanager.sample(state, TOKEN, at, { monitor: 'FrontDoor' }),
});
const sendSigned = (body: Uint8Array, headers: Record<string, string> = {}, to = bridge()) =>
  to.post('/webhooks/wizstatus', { headers: { 'x-signature': signHmac(body, to.secret), ...headers }, body });

/** A webhook rightly signed, as it goes over the wire. */
function signedRequest({ line = 'POST /webhook HTTP/1.1', headers = [] as readonly string[] } = {}): string {
  const { body, headers: signed } = samples().wizstatus;
  const signature = `X-Signature: ${signed['x-signature']}`;
  const head = [line, 'Host: a', 'Connection: close', signature, `Content-Length: ${body.length}`, ...headers];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

describe('T1', () => {
  test('T1 whatever is wrong with its signature, a webhook is the same 401, and nothing is stored', async () => {
    const { body, headers } = samples().wizstatus;
    const good = headers['x-signature'] as string;
    const flipped = `${good.slice(0, -1)}${good.endsWith('0') ? '1' : '0'}`;
    const other = Buffer.from(body.toString().replace('Front', 'front'));
    const forged = [
      undefined,
      '',
      'sha256=',
      flipped,
      good.slice(2),
      'z'.repeat(64),
      `${good}, ${good}`,
      signHmac(body, 'another secret'),
      signHmac(body, TOKEN),
      signHmac(body, ''),
      signHmac(other, bridge().secret),
    ];
    await storesNothing(bridge(), async () => {
      const answers = await Promise.all(
        forged.map((signature) =>
          bridge().post('/webhooks/wizstatus', {
            headers: signature === undefined ? {} : { 'x-signature': signature },
            body,
          }),
        ),
      );
      expect(answers[0]).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });
  });

  test('T1 whatever is wrong with its token, a webhook is the same 401, and nothing is stored', async () => {
    const { body } = samples().alertmanager;
    const forged: readonly [path: string, headers: Record<string, string>][] = [
      ['', {}],
      ['', { authorization: '' }],
      ['', { authorization: 'Bearer' }],
      ['', { authorization: `Bearer ${TOKEN}x` }],
      ['', { authorization: `Bearer ${TOKEN.slice(1)}` }],
      ['', { authorization: `Digest ${TOKEN}` }],
      ['', { authorization: TOKEN }],
      ['', { authorization: `Basic ${btoa(TOKEN)}` }],
      ['', { authorization: `Basic ${btoa(`${TOKEN}:`)}` }],
      ['', { authorization: `Bearer ${bridge().secret}` }],
      ['', { 'x-bridge-token': `${TOKEN}, ${TOKEN}` }],
      ['', { cookie: `key=${TOKEN}` }],
      [`?key=${TOKEN}&key=${TOKEN}`, {}],
      [`?Key=${TOKEN}`, {}],
    ];
    await storesNothing(bridge(), async () => {
      const answers = await Promise.all(
        forged.map(([query, headers]) => bridge().post(`/webhooks/alertmanager${query}`, { headers, body })),
      );
      expect(answers[0]).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
      for (const answer of answers) expect(answer).toEqual(answers[0]);
    });
  });

  test('T1 a signature or a token that came twice is not believed', async () => {
    const { wizstatus: signed, alertmanager: told } = samples();
    const twice = (path: string, header: string, body: Uint8Array) =>
      exchange(
        portOf(bridge()),
        `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${header}\r\n${header}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    await storesNothing(bridge(), async () => {
      expect(await twice('/webhook', `X-Signature: ${signed.headers['x-signature']}`, signed.body)).toMatch(
        /^\S+ 401 /,
      );
      expect(await twice('/webhooks/alertmanager', `Authorization: Bearer ${TOKEN}`, told.body)).toMatch(/^\S+ 401 /);
    });
  });
});

describe('T2', () => {
  test.each(WRITTEN_OTHERWISE)('T2 a body with %s is believed as it was signed', async (_what, body) => {
    expect(await sendSigned(Buffer.from(body))).toMatchObject({ status: 200 });
  });

  test('T2 the signature of one body is not that of another which means the same', async () => {
    await storesNothing(bridge(), async () => {
      for (const [was, is] of [
        ['{"s":"down"}', '{"s":"up","s":"down"}'],
        ['{"s":"down"}', '{"s": "down"}'],
        ['{"s":"down"}', '{"s":"down"}\n'],
      ] as const) {
        const headers = { 'x-signature': signHmac(Buffer.from(was), bridge().secret) };
        expect((await sendSigned(Buffer.from(is), headers)).status).toBe(401);
      }
    });
  });

  test.each(UNREADABLE)('T2 a signed body of %s is 400, and nothing is stored', async (_what, body) => {
    await storesNothing(bridge(), async () => {
      expect(await sendSigned(body)).toMatchObject({ status: 400, body: { code: 'invalid_payload' } });
    });
  });
});

test.each([0, 1, 63, 65, 128, 10_000])('T3 a signature of %i characters is 401', async (length) => {
  const { body } = samples().wizstatus;
  expect((await sendSigned(body, { 'x-signature': 'a'.repeat(length) })).status).toBe(401);
  expect((await sendSigned(body, { 'x-signature': `sha256=${'a'.repeat(length)}` })).status).toBe(401);
  const headers = { authorization: `Bearer ${'a'.repeat(length)}` };
  expect((await bridge().post('/webhooks/alertmanager', { headers, body })).status).toBe(401);
});

describe('T4', () => {
  test('T4 a webhook that comes again is already processed, by its id or by its bytes, also after a crash', async () => {
    const env = { ALERTMANAGER_SECRETS: TOKEN };
    const before = await startBridge({ main: MAIN, env });
    const withId = wizstatus.sample('firing', before.secret, Date.now());
    const without = alertmanager.sample('firing', TOKEN, Date.now());
    const sendBoth = async (to: Bridge) => [
      (await to.post('/webhooks/wizstatus', withId)).body.status,
      (await to.post('/webhooks/alertmanager', without)).body.status,
    ];
    expect(await sendBoth(before)).toEqual(['ok', 'ok']);
    expect(await sendBoth(before)).toEqual(['already_processed', 'already_processed']);
    await before.kill();

    const after = await startBridge({ main: MAIN, env, after: before });
    expect(await sendBoth(after)).toEqual(['already_processed', 'already_processed']);
    const { incidents } = await after.api<{ incidents: unknown[] }>('/incidents');
    expect(incidents).toMatchObject([{ count: 1 }, { count: 1 }]);
  });

  test('T4 a recorded webhook that is sent again under another id undoes nothing that came after it', async () => {
    const at = Date.now() - 60_000;
    const recorded = (state: 'firing' | 'resolved', second: number) =>
      wizstatus.sample(state, bridge().secret, at + second * 1_000, { monitor: 'Recorded' });
    const [down, up, downAgain] = [recorded('firing', 0), recorded('resolved', 10), recorded('firing', 20)];
    const send = (one: typeof down) =>
      bridge().post('/webhooks/wizstatus', { ...one, headers: { ...one.headers, 'x-request-id': randomUUID() } });

    const [first] = (await send(down)).body.incidents as [string];
    await send(up);
    await send(down);
    expect(await bridge().api(`/incidents/${first}`)).toMatchObject({ status: 'resolved' });

    const [second] = (await send(downAgain)).body.incidents as [string];
    await send(up);
    expect(await bridge().api(`/incidents/${second}`)).toMatchObject({ status: 'firing' });
    const { incidents } = await bridge().api<{ incidents: { title: string }[] }>('/incidents?q=Recorded');
    expect(incidents).toHaveLength(2);
  });
});

test('T5 a secret rotates under load without one refused webhook, and the old one is 401 afterwards', async () => {
  const env = (secrets: string) => ({ '.env': `WIZSTATUS_SECRETS=${secrets}\n` });
  const [old, next] = ['the-old-secret-of-the-tests', 'the-new-secret-of-the-tests'];
  const rotating = await startBridge({ main: MAIN, env: { WIZSTATUS_SECRETS: undefined }, files: env(old) });
  const rotate = async (secrets: string) => {
    writeInto(rotating.folder, '.env', env(secrets)['.env']);
    const said = rotating.says('configuration was read again');
    rotating.child.kill('SIGHUP');
    await said;
  };
  const statusWith = async (secret: string) => (await rotating.send('Rotated', 'firing', { secret })).status;
  expect([await statusWith(old), await statusWith(next)]).toEqual([200, 401]);

  let secret = old;
  let isOver = false;
  const sender = async () => {
    const statuses: number[] = [];
    while (!isOver) statuses.push(await statusWith(secret));
    return statuses;
  };
  const senders = Promise.all(Array.from({ length: 4 }, sender));
  await rotate(`${next}, ${old}`);
  expect([await statusWith(old), await statusWith(next)]).toEqual([200, 200]);
  secret = next;
  await statusWith(next); // those that were under way with the old one are over
  isOver = true;
  expect(new Set((await senders).flat())).toEqual(new Set([200]));

  await rotate(next);
  expect([await statusWith(old), await statusWith(next)]).toEqual([401, 200]);
});

describe('T6', () => {
  const ALLOWED = '10.0.0.1';

  test('T6 a spoofed X-Forwarded-For does not pass the allowlist', async () => {
    const guarded = await startBridge({ main: MAIN, env: { ALLOWED_IPS: ALLOWED } });
    for (const headers of [
      {},
      { 'x-forwarded-for': ALLOWED },
      { 'x-forwarded-for': `${ALLOWED}, 127.0.0.1` },
      { 'x-real-ip': ALLOWED },
      { forwarded: `for=${ALLOWED}` },
      { 'x-client-ip': ALLOWED },
      { 'x-forwarded-host': ALLOWED },
      { 'x-signature': '' },
    ] as Record<string, string>[])
      expect(await sendSigned(Buffer.from('{}'), headers, guarded), JSON.stringify(headers)).toMatchObject({
        status: 403,
        body: { code: 'ip_not_allowed' },
      });
    expect(await guarded.api('/incidents')).toEqual({ incidents: [], next: null });
  });

  test('T6 behind a trusted proxy only the address that the proxy saw counts', async () => {
    const proxied = await startBridge({ main: MAIN, env: { ALLOWED_IPS: ALLOWED, TRUST_PROXY: '127.0.0.1' } });
    const { body } = samples().wizstatus;
    for (const [forwarded, status] of [
      [ALLOWED, 200],
      [`::ffff:${ALLOWED}`, 200],
      [`8.8.8.8, ${ALLOWED}`, 200],
      [`${ALLOWED}, 8.8.8.8`, 403],
      [`${ALLOWED}, 8.8.8.8, 127.0.0.1`, 403],
      ['8.8.8.8', 403],
      [`${ALLOWED}:80, nonsense`, 403],
      ['', 403],
    ] as const)
      expect((await sendSigned(body, { 'x-forwarded-for': forwarded }, proxied)).status, forwarded).toBe(status);
  });

  test.each(['1', 'true'])('T6 a start that trusts %s as its proxy is refused', async (trusted) => {
    const refused = startBridge({ main: MAIN, env: { TRUST_PROXY: trusted } });
    await expect(refused).rejects.toThrow(/TRUST_PROXY/);
  });
});

describe('T7', () => {
  test('T7 it listens on this machine alone unless it is told otherwise', () => {
    expect(new URL(bridge().url).hostname).toBe('127.0.0.1');
  });

  test('T7 a public address without HTTPS starts, says so with the cure, and answers webhooks 403', async () => {
    const open = await startBridge({ main: MAIN, env: { HOST: '0.0.0.0' } });
    const url = open.url.replace('0.0.0.0', '127.0.0.1');
    expect(open.output()).toMatch(/"place":"HOST".*TLS_CERT_FILE/);
    for (const headers of [{}, { 'x-forwarded-proto': 'https' }, { forwarded: 'proto=https' }] as Record<
      string,
      string
    >[]) {
      const answer = await fetch(`${url}/webhooks/wizstatus`, { method: 'POST', body: '{}', headers });
      expect([answer.status, await answer.json()]).toEqual([403, expect.objectContaining({ code: 'https_required' })]);
    }
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  test('T7 over HTTPS browsers are told to stay there, and a cookie goes nowhere else', async () => {
    const secure = await startBridge({
      main: MAIN,
      env: { TLS_CERT_FILE: join(TLS, 'first.crt'), TLS_KEY_FILE: join(TLS, 'first.key') },
    });
    expect(secure.url).toMatch(/^https:/);
    const headers = await new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      const options = { ca: readFileSync(join(TLS, 'first.crt')), checkServerIdentity: () => undefined };
      request(`${secure.url}/?token=${secure.token}`, options, (answer) => resolve(answer.resume().headers))
        .on('error', reject)
        .end();
    });
    expect(headers).toMatchObject({
      'strict-transport-security': expect.stringContaining('max-age='),
      'set-cookie': [expect.stringMatching(/^__Host-tocsin=.*; Path=\/; HttpOnly; Secure; SameSite=Strict$/)],
    });
    await expect(fetch(secure.url.replace('https', 'http'))).rejects.toThrow();
  });
});

describe('T8', () => {
  const TYPES = [
    undefined,
    'application/json',
    'application/json;',
    'application/json\t; charset=utf-8',
    'APPLICATION/JSON; CHARSET=UTF-7',
    'text/plain',
    'text/plain;application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=a',
    'application/xml',
  ];
  const typed = (type: string | undefined): Record<string, string> =>
    type === undefined ? {} : { 'content-type': type };

  test.each(TYPES)('T8 a webhook sent as %s is read and verified as any other', async (type) => {
    const { body, headers } = samples().wizstatus;
    const signed = { ...typed(type), 'x-signature': headers['x-signature'] as string };
    expect(await bridge().post('/webhook', { headers: signed, body })).toMatchObject({ status: 200 });
    await storesNothing(bridge(), async () => {
      expect((await bridge().post('/webhook', { headers: typed(type), body })).status).toBe(401);
      const broken = Buffer.from('{"event_type":7}');
      expect(await sendSigned(broken, typed(type))).toMatchObject({ status: 400, body: { code: 'invalid_payload' } });
    });
  });

  test.each(['json', ';', 'a/b/c', '/'])('T8 a webhook sent as %s, which is no type, is 415', async (type) => {
    await storesNothing(bridge(), async () => {
      const { body, headers } = samples().wizstatus;
      const signed = { ...typed(type), 'x-signature': headers['x-signature'] as string };
      expect(await bridge().post('/webhook', { headers: signed, body })).toMatchObject({
        status: 415,
        body: { code: 'unreadable_body' },
      });
    });
  });

  test.each(TYPES)('T8 a press sent as %s is validated or 415', async (type) => {
    const [id] = (await bridge().send('Pressed', 'firing')).body.incidents as [string];
    await storesNothing(bridge(), async () => {
      for (const body of ['{"argument":7}', '{"inputs":{"text":["x"]}}', '{"admin":true}', 'argument=x']) {
        const answer = await bridge().post(`/api/incidents/${id}/actions/note`, {
          headers: { ...typed(type), authorization: `Bearer ${bridge().token}` },
          body: Buffer.from(body),
        });
        expect([400, 415, 422], body).toContain(answer.status);
      }
    });
  });
});

describe('T9', () => {
  test.each([
    ['both a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['chunks by another name', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['chunks that are not last', 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 4\r\n\r\n'],
    ['a length with a sign', 'Content-Length: +0\r\n\r\n'],
    ['a list as length', 'Content-Length: 0, 0\r\n\r\n'],
    ['a space before the colon', 'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'],
    ['a folded header', 'X-A: a\r\n b\r\n\r\n'],
    ['a bare line feed', 'X-A: a\nContent-Length: 0\r\n\r\n'],
    ['a NUL in a header', 'X-A: a\0b\r\n\r\n'],
    ['a chunk of no length', 'Transfer-Encoding: chunked\r\n\r\nx\r\n\r\n'],
  ])('T9 what hides behind a request with %s is not served', async (_what, rest) => {
    await storesNothing(bridge(), async () => {
      const answer = await exchange(portOf(bridge()), `POST /webhook HTTP/1.1\r\nHost: a\r\n${rest}${signedRequest()}`);
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
      expect(answer.match(/^HTTP\/1\.1 \d/gm)).toHaveLength(1);
    });
  });

  test.each([
    'POST //webhook HTTP/1.1',
    'POST /webhook/ HTTP/1.1',
    'POST /webhook. HTTP/1.1',
    'POST /Webhook HTTP/1.1',
    'POST /webhook%00 HTTP/1.1',
    'POST /webhook%2f HTTP/1.1',
    'POST /a/../webhook HTTP/1.1',
    'POST /a/%2e%2e/webhook HTTP/1.1',
    'POST /webhooks/%2e%2e/webhook HTTP/1.1',
    'POST /webhooks/../webhook HTTP/1.1',
    'POST /webhooks/wizstatus/ HTTP/1.1',
    'POST /webhooks/wizstatus%2fx HTTP/1.1',
    'POST /webhooks/wizstatus;x=y HTTP/1.1',
    'POST /webhooks\\wizstatus HTTP/1.1',
    'POST /webhooks/WizStatus HTTP/1.1',
    'POST /webhooks/__proto__ HTTP/1.1',
    'POST /webhook%zz HTTP/1.1',
    'POST webhook HTTP/1.1',
    'POST * HTTP/1.1',
    'POST /webhook HTTP/3.7',
    'post /webhook HTTP/1.1',
    'GET /webhook HTTP/1.1',
    'HEAD /webhook HTTP/1.1',
    'PUT /webhook HTTP/1.1',
    'PATCH /webhook HTTP/1.1',
    'DELETE /webhook HTTP/1.1',
    'OPTIONS /webhook HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'TRACE /webhook HTTP/1.1',
    'PROPFIND /webhook HTTP/1.1',
    'HACK /webhook HTTP/1.1',
  ])('T9 %s, rightly signed, is 4xx, and nothing is stored', async (line) => {
    await storesNothing(bridge(), async () => {
      expect(await exchange(portOf(bridge()), signedRequest({ line }))).toMatch(/^HTTP\/1\.1 4\d\d /);
    });
  });

  test('T9 it is no proxy: CONNECT is cut, and another host in the line is read as this one', async () => {
    await storesNothing(bridge(), async () => {
      expect(await exchange(portOf(bridge()), signedRequest({ line: 'CONNECT 127.0.0.1:1 HTTP/1.1' }))).not.toMatch(
        / 2\d\d /,
      );
      const line = 'POST http://evil.example/elsewhere HTTP/1.1';
      expect(await exchange(portOf(bridge()), signedRequest({ line }))).toMatch(/ 404 /);
    });
  });

  test('T9 an expectation that nobody knows is answered as if it were not there', async () => {
    const answer = await exchange(portOf(bridge()), signedRequest({ headers: ['Expect: a-miracle'] }));
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('T9 another method in a header is not taken for the method', async () => {
    await storesNothing(bridge(), async () => {
      const headers = ['X-HTTP-Method-Override: POST', 'X-HTTP-Method: POST', 'X-Method-Override: POST'];
      expect(
        await exchange(portOf(bridge()), signedRequest({ line: 'GET /webhook?_method=POST HTTP/1.1', headers })),
      ).toMatch(/ 405 /);
    });
  });
});
