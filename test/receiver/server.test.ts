import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { reloadTls } from '../../src/receiver/server.ts';
import { exchange } from '../support/exchange.ts';
import { post, SECRET, startReceiver, TOKEN } from './start.ts';

test('an unknown path is 404 not_found', async () => {
  const { url } = await startReceiver();
  const response = await fetch(`${url}/nothing?token=canary`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ code: 'not_found' });
});

test.each(['//webhooks/wizstatus', '/Webhooks/wizstatus', '/webhooks', '/webhook/', '/webhook.'])(
  '%s is no way in',
  async (path) => {
    const { url, received } = await startReceiver();
    expect((await post(url, undefined, {}, path)).status).toBe(404);
    expect(received).toEqual([]);
  },
);

test.each([
  [
    'two lengths of one body',
    'POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
  ],
  ['no HTTP', 'hello\r\n\r\n', 400],
  ['too many headers', `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['a path that cannot be decoded', 'GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 400],
])('%s is answered as JSON and without our inside', async (_what, text, status) => {
  const { port } = await startReceiver();
  const answer = await exchange(port, text);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  const body = JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4));
  expect(Object.keys(body)).toEqual(['error', 'code']);
});

test('a fault in a route is 500 without a word of it, and the process goes on', async () => {
  const { url, lines } = await startReceiver({ metricsText: () => Promise.reject(new Error('canary of a fault')) });
  const response = await fetch(`${url}/metrics`);
  expect({ status: response.status, body: await response.json() }).toMatchObject({
    status: 500,
    body: { code: 'internal' },
  });
  expect(lines.join()).toContain('canary of a fault');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('no log line holds a header, a query or a secret', async () => {
  const { url, lines } = await startReceiver();
  await post(
    url,
    undefined,
    { authorization: `Bearer ${TOKEN}`, 'x-canary': 'canary in a header' },
    '/webhook?key=canary-in-a-query',
  );
  await fetch(`${url}/missing/canary-in-a-path?token=canary-in-a-query`);
  await expect.poll(() => lines.length).toBe(2);
  expect(JSON.parse(lines[0] as string)).toMatchObject({
    method: 'POST',
    route: '/webhook',
    source: 'wizstatus',
    status: 200,
    ip: '127.0.0.1',
    outcome: 'ok',
  });
  for (const canary of ['canary', SECRET, TOKEN]) expect(lines.join('')).not.toContain(canary);
});

test('an endpoint of an adapter gets its bytes, or the unread stream', async () => {
  const { url } = await startReceiver({
    endpoints: [
      {
        method: 'POST',
        path: '/api/messages',
        handle: async ({ body, query }) => ({
          status: 201,
          headers: { 'x-a': 'b' },
          body: `${query.get('q')} ${body.length}`,
        }),
      },
      { method: 'POST', path: '/slack/events', raw: (stream, response) => void stream.pipe(response) },
      {
        method: 'POST',
        path: '/broken',
        raw() {
          throw new Error('broken');
        },
      },
    ],
  });
  const handled = await fetch(`${url}/api/messages?q=1`, { method: 'POST', body: '{ "a": 1 }' });
  expect([handled.status, handled.headers.get('x-a'), await handled.text()]).toEqual([201, 'b', '1 10']);
  const raw = await fetch(`${url}/slack/events`, { method: 'POST', body: '{"raw":  1}' });
  expect(await raw.text()).toBe('{"raw":  1}');
  await expect(fetch(`${url}/broken`, { method: 'POST', body: 'x' })).rejects.toThrow();
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test('other plugins on the server read JSON as ever', async () => {
  const { app, url } = await startReceiver({
    bridge: { receive: () => Promise.reject(new Error('not asked')) },
    endpoints: [{ method: 'POST', path: '/api/messages', handle: async () => ({ status: 200 }) }],
  });
  expect(app.hasContentTypeParser('application/json')).toBe(true);
  expect((await fetch(`${url}/healthz`, { method: 'POST', body: '{}' })).status).toBe(404);
});

test('HTTPS is served natively, and a new certificate is taken while it runs', async () => {
  const [first, second] = [certificate('first'), certificate('second')];
  const { app, port } = await startReceiver({ tls: first, guard: () => ({ requireHttps: true, trustProxy: [] }) });
  expect(await nameServed(port)).toEqual({ name: 'first', status: 401 });
  expect(() => reloadTls(app, { cert: second.cert, key: first.key })).toThrow();
  expect(await nameServed(port)).toMatchObject({ name: 'first' });
  reloadTls(app, second);
  expect(await nameServed(port)).toMatchObject({ name: 'second' });
});

/** Who the certificate is for, and what a webhook without a signature is answered. */
function nameServed(port: number): Promise<{ name: unknown; status: number | undefined }> {
  return new Promise((resolve, reject) => {
    const call = request(
      { port, host: '127.0.0.1', path: '/webhook', method: 'POST', rejectUnauthorized: false, agent: false },
      (response) => {
        const name = (response.socket as TLSSocket).getPeerCertificate().subject.CN;
        response.resume().once('end', () => resolve({ name, status: response.statusCode }));
      },
    );
    call.once('error', reject);
    call.end();
  });
}

/** Certificates that sign themselves, valid for a hundred years, for tests only. */
function certificate(name: string): { cert: string; key: string } {
  const read = (ending: string) =>
    readFileSync(join(import.meta.dirname, '..', 'fixtures', 'tls', `${name}.${ending}`), 'utf8');
  return { cert: read('crt'), key: read('key') };
}
