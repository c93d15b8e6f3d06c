import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import type { Source } from '../../src/domain/ports.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { signHmac } from '../../src/sources/signature.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { exchange } from '../support/exchange.ts';
import { UNREADABLE, WRITTEN_OTHERWISE } from '../support/json-bodies.ts';
import { NOW, post, SECRET, startReceiver, TOKEN } from './start.ts';

const answerOf = async (response: Response) => ({ status: response.status, body: await response.json() });

describe('an answer to a webhook', () => {
  test('is 200 with the incidents once it is stored', async () => {
    const { url, received, counted, used } = await startReceiver();
    expect(await answerOf(await post(url))).toEqual({
      status: 200,
      body: { status: 'ok', incidents: ['inc_production-api'] },
    });
    expect(received).toMatchObject([{ source: { name: 'wizstatus' }, secret: 0, events: [{ kind: 'firing' }] }]);
    expect(counted).toEqual(['wizstatus ok']);
    expect(used).toEqual([{ source: 'wizstatus', secret: SECRET, at: NOW }]);
  });

  test('is 200 already_processed for what came before', async () => {
    const { url } = await startReceiver();
    await post(url);
    expect(await answerOf(await post(url))).toEqual({ status: 200, body: { status: 'already_processed' } });
  });

  test('is 200 ignored with the reason where there is nothing to tell', async () => {
    const { url, received } = await startReceiver();
    expect(await answerOf(await post(url, '{"event_type":"ping"}'))).toEqual({
      status: 200,
      body: { status: 'ignored', reason: 'ping names no monitor.' },
    });
    expect(received).toEqual([]);
  });

  test('is 400 with every detail where it is not what the sender sends', async () => {
    const { url } = await startReceiver();
    expect(await answerOf(await post(url, '{"event_type":"monitor.down"}'))).toEqual({
      status: 400,
      body: {
        code: 'invalid_payload',
        error: expect.stringContaining('WizStatus'),
        details: [{ path: 'monitor.id', message: expect.any(String) }],
      },
    });
  });

  test('is the same 401 whatever part of the credentials was wrong', async () => {
    const { url, received } = await startReceiver();
    const good = wizstatus.sample('firing', SECRET, NOW).headers['x-signature'] as string;
    const wrong = [
      '',
      good.slice(2),
      `${good}00`,
      'z'.repeat(64),
      '0'.repeat(64),
      'a'.repeat(10_000),
      `${good}, ${good}`,
    ];
    const other = signHmac(wizstatus.sample('firing', SECRET, NOW).body, TOKEN);
    const answers = await Promise.all(
      [...wrong, other].map(async (signature) => answerOf(await post(url, undefined, { 'x-signature': signature }))),
    );
    const missing = await answerOf(await fetch(`${url}/webhooks/wizstatus`, { method: 'POST', body: '{}' }));
    expect(missing).toMatchObject({ status: 401, body: { code: 'invalid_signature' } });
    for (const answer of answers) expect(answer).toEqual(missing);
    expect(received).toEqual([]);
  });

  test('is 401 for two signature headers and for two Authorization headers', async () => {
    const { port } = await startReceiver();
    const { body, headers } = wizstatus.sample('firing', SECRET, NOW);
    const twice = (path: string, header: string, length: number) =>
      `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ${length}\r\n${header}\r\n${header}\r\n\r\n`;
    const signature = twice('/webhooks/wizstatus', `X-Signature: ${headers['x-signature']}`, body.length);
    expect(await exchange(port, signature + body)).toContain(' 401 ');
    const sample = alertmanager.sample('firing', TOKEN, NOW).body;
    const token = twice('/webhooks/alertmanager', `Authorization: Bearer ${TOKEN}`, sample.length);
    expect(await exchange(port, token + sample)).toContain(' 401 ');
  });

  test.each([
    '/webhooks/nagios',
    '/webhooks/',
    '/webhooks/wizstatus/',
    '/webhooks/a%2Fwizstatus',
    `/webhooks/${'x'.repeat(500)}`,
  ])('is 404 unknown_source for %s', async (path) => {
    const { url, counted } = await startReceiver();
    expect(await answerOf(await post(url, undefined, {}, path))).toMatchObject({
      status: 404,
      body: { code: 'unknown_source' },
    });
    expect(counted).toEqual(['unknown unknown_source']);
  });

  test('is 404 unknown_source for a source without a secret, never accepted', async () => {
    const { url } = await startReceiver({ sources: () => [{ source: wizstatus, secrets: [] }] });
    expect(await answerOf(await post(url))).toMatchObject({ status: 404, body: { code: 'unknown_source' } });
  });

  test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('is 405 for %s, saying what is allowed', async (method) => {
    const { url } = await startReceiver();
    const response = await fetch(`${url}/webhooks/wizstatus`, { method });
    expect(response.headers.get('allow')).toBe('POST');
    expect(await answerOf(response)).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
  });

  test('is 413 for one byte too many, however it is sent', async () => {
    const { url, port, received } = await startReceiver({ maxBodyBytes: () => 2_000 });
    const told = await post(url, ' '.repeat(2_001));
    expect(await answerOf(told)).toMatchObject({ status: 413, body: { code: 'too_large' } });
    const chunk = `400\r\n${' '.repeat(1_024)}\r\n`;
    const head =
      'POST /webhooks/wizstatus HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await exchange(port, head + chunk.repeat(3))).toContain(' 413 ');
    expect((await post(url, ' '.repeat(2_000))).status).toBe(400);
    expect(received).toEqual([]);
  });

  test('is 413 for an announced size before a byte of it came', async () => {
    const { port } = await startReceiver();
    const head = 'POST /webhooks/wizstatus HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 1048577\r\n\r\n';
    expect(await exchange(port, head)).toContain('"code":"too_large"');
  });

  test('is 415 for a compressed body, which is never inflated', async () => {
    const { url } = await startReceiver();
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    expect(await answerOf(await post(url, bomb, { 'content-encoding': 'gzip' }))).toMatchObject({
      status: 415,
      body: { code: 'unreadable_body' },
    });
    expect((await post(url, undefined, { 'content-encoding': 'identity' })).status).toBe(200);
  });

  test.each([
    ['the store cannot write', new StoreUnavailable('the disk is full')],
    ['something broke', new Error('canary of a stack')],
  ])('is 503 with Retry-After where %s', async (_what, failure) => {
    const { url, counted } = await startReceiver({ bridge: { receive: () => Promise.reject(failure) } });
    const response = await post(url);
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/);
    const answer = await answerOf(response);
    expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } });
    expect(JSON.stringify(answer)).not.toContain(failure.message);
    expect(counted).toContain('wizstatus unavailable');
  });
});

describe('a body', () => {
  test.each(WRITTEN_OTHERWISE)('with %s is believed as it was signed', async (_what, body) => {
    const { url } = await startReceiver();
    expect((await post(url, body)).status).toBe(200);
  });

  test('is not believed with the signature of one that means the same', async () => {
    const { url } = await startReceiver();
    const signature = signHmac(Buffer.from('{"s":"down"}'), SECRET);
    expect((await post(url, '{"s":"up","s":"down"}', { 'x-signature': signature })).status).toBe(401);
  });

  test.each(UNREADABLE)('of %s is 400, not 500', async (_what, body) => {
    const { url } = await startReceiver();
    expect(await answerOf(await post(url, body))).toMatchObject({ status: 400, body: { code: 'invalid_payload' } });
  });

  test.each([
    'application/json',
    'application/JSON; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    'x/y',
  ])('sent as %s is read all the same', async (type) => {
    const { url } = await startReceiver();
    expect((await post(url, undefined, { 'content-type': type })).status).toBe(200);
    expect((await post(url, '{}', { 'content-type': type, 'x-signature': '' })).status).toBe(401);
  });
});

test('/webhook is the way in of WizStatus', async () => {
  const { url, received } = await startReceiver();
  expect((await post(url, undefined, {}, '/webhook')).status).toBe(200);
  expect(received[0]?.source.name).toBe('wizstatus');
});

test('a batch of Alertmanager is stored, with the labels of the query', async () => {
  const { url, received } = await startReceiver();
  const { body, headers } = alertmanager.sample('firing', TOKEN, NOW);
  const query = 'labels.env=prod&labels.team=a%20b&labels.__proto__=x&labels.=y&other=z';
  const response = await fetch(`${url}/webhooks/alertmanager?${query}`, {
    method: 'POST',
    headers: headers as Record<string, string>,
    body: Buffer.from(body),
  });
  expect(response.status).toBe(200);
  expect(received[0]).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(received[0]?.labels).toEqual({ env: 'prod', team: 'a b' });
  expect(received[0]).not.toHaveProperty('id');
});

test('secrets are asked for anew with each request, so that they rotate without a restart', async () => {
  let secrets = ['new', SECRET];
  const { url, used } = await startReceiver({ sources: () => [{ source: wizstatus, secrets }] });
  expect((await post(url)).status).toBe(200);
  expect(used).toMatchObject([{ secret: SECRET }]);
  secrets = ['new'];
  expect((await post(url)).status).toBe(401);
});

describe('a handshake', () => {
  const shaking = (finish: () => Promise<void>): Source => ({
    ...wizstatus,
    parse: () => ({ kind: 'handshake', finish }),
  });
  test('is finished, then answered', async () => {
    let finished = 0;
    const source = shaking(async () => void finished++);
    const { url } = await startReceiver({ sources: () => [{ source, secrets: [SECRET] }] });
    expect(await answerOf(await post(url))).toMatchObject({ status: 200, body: { status: 'ignored' } });
    expect(finished).toBe(1);
  });
  test('that fails is asked for again', async () => {
    const source = shaking(() => Promise.reject(new Error('no route to host')));
    const { url } = await startReceiver({ sources: () => [{ source, secrets: [SECRET] }] });
    expect((await post(url)).status).toBe(503);
  });
});

test('a source may take other methods', async () => {
  const source: Source = { ...wizstatus, methods: ['GET', 'POST'], verify: () => ({ ok: true, secret: 0 }) };
  const { url } = await startReceiver({ sources: () => [{ source, secrets: [SECRET] }] });
  expect((await fetch(`${url}/webhooks/wizstatus`)).status).toBe(400); // let in, and no JSON
});
