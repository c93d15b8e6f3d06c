import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import type { WebhookRequest } from '../../src/domain/ports.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { folderWith, tocsin } from './run.ts';

const SECRET = 'canary-secret-4711';
const TLS = join(import.meta.dirname, '..', 'fixtures', 'tls');
const OUTSIDE = { now: Date.now(), fetch };

/** What stands in for the bridge: it keeps what it was sent, and gives the answer it was told to. */
async function listening(status = 200, body = '{"status":"ok","incidents":["0abc"]}', server: Server = createServer()) {
  const seen: (WebhookRequest & { path: string })[] = [];
  server.on('request', async (request: IncomingMessage, response: ServerResponse) => {
    const url = new URL(request.url ?? '', 'http://x');
    seen.push({
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: await buffer(request),
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return { seen, port: String((server.address() as AddressInfo).port) };
}

test('sends a signed WizStatus sample to the local bridge and prints the answer', async () => {
  const { seen, port } = await listening();
  const folder = folderWith({ '.env': `PORT=${port}\nWIZSTATUS_SECRETS=${SECRET}, older\n` });
  const { code, out, err } = await tocsin(folder, ['send']);
  expect({ code, out, err }).toEqual({ code: 0, out: '200 {"status":"ok","incidents":["0abc"]}', err: '' });
  const [request] = seen as [(typeof seen)[0]];
  expect([request.method, request.path]).toEqual(['POST', '/webhooks/wizstatus']);
  expect(wizstatus.verify(request, [SECRET], OUTSIDE)).toEqual({ ok: true, secret: 0 });
  expect(wizstatus.parse(request, Date.now())).toMatchObject({ kind: 'events', events: [{ kind: 'firing' }] });
});

test('--resolve ends what the sample began', async () => {
  const { seen, port } = await listening();
  const env = { PORT: port, WIZSTATUS_SECRETS: SECRET };
  const folder = folderWith();
  await tocsin(folder, ['send'], { env });
  await tocsin(folder, ['send', '--resolve'], { env });
  const [down, up] = seen.map((request) => wizstatus.parse(request, Date.now()));
  expect(down).toMatchObject({ events: [{ kind: 'firing' }] });
  expect(up).toMatchObject({ events: [{ kind: 'resolved' }] });
  expect(up?.kind === 'events' && down?.kind === 'events' && up.events[0]?.key).toBe(
    down?.kind === 'events' ? down.events[0]?.key : '',
  );
});

test('sends the bytes of a file as they are, signed', async () => {
  const { seen, port } = await listening();
  const body = '{ "event_type" : "monitor.down",\n "monitor": {"id":"\\u00e9"} }\n';
  const folder = folderWith({ 'down.json': body });
  const env = { WIZSTATUS_SECRETS: SECRET };
  const { code } = await tocsin(folder, ['send', 'down.json', '--url', `http://127.0.0.1:${port}`], { env });
  expect(code).toBe(0);
  expect(Buffer.from(seen[0]?.body ?? []).toString()).toBe(body);
  expect(wizstatus.verify(seen[0] as WebhookRequest, [SECRET], OUTSIDE)).toMatchObject({ ok: true });
});

test('sends as another source, to an address taken as it is', async () => {
  const { seen, port } = await listening();
  const url = `http://127.0.0.1:${port}/behind/a/proxy?labels.env=prod`;
  const env = { ALERTMANAGER_SECRETS: SECRET };
  await tocsin(folderWith(), ['send', '--source', 'alertmanager', '--url', url], { env });
  expect(seen[0]).toMatchObject({ path: '/behind/a/proxy' });
  expect(seen[0]?.query.get('labels.env')).toBe('prod');
  expect(alertmanager.verify(seen[0] as WebhookRequest, [SECRET], OUTSIDE)).toMatchObject({ ok: true });
});

test('an answer that is no success is exit 1, for programs as JSON', async () => {
  const { port } = await listening(401, '{"code":"invalid_signature"}');
  const env = { PORT: port, WIZSTATUS_SECRETS: SECRET };
  const { code, out } = await tocsin(folderWith(), ['send', '--json'], { env });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({
    url: `http://127.0.0.1:${port}/webhooks/wizstatus`,
    status: 401,
    body: { code: 'invalid_signature' },
  });
});

test('knows a local bridge by its certificate, whatever name stands in it', async () => {
  const [cert, key] = ['first.crt', 'first.key'].map((name) => readFileSync(join(TLS, name), 'utf8'));
  const { port } = await listening(200, '{}', createTlsServer({ cert, key }));
  const folder = folderWith({ 'cert.pem': cert ?? '', 'key.pem': key ?? '' });
  const env = { PORT: port, WIZSTATUS_SECRETS: SECRET, TLS_CERT_FILE: 'cert.pem', TLS_KEY_FILE: 'key.pem' };
  expect(await tocsin(folder, ['send'], { env })).toMatchObject({ code: 0, out: '200 {}' });
});

test.each([
  ['a source that is off', ['send'], {}, 'set WIZSTATUS_SECRETS'],
  ['no bridge', ['send'], { WIZSTATUS_SECRETS: SECRET, PORT: '1' }, 'Is the bridge running (npm start)?'],
])('%s is said, without the secret', async (_, args, env, said) => {
  const { code, out, err } = await tocsin(folderWith(), args, { env });
  expect(code).toBe(1);
  expect(err).toContain(said);
  expect(out + err).not.toContain(SECRET);
});
