import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { http } from '../../src/runbooks/http/http.ts';
import { runOnce } from '../contracts/runbook-kind.ts';

const file = (name: string) => readFileSync(join(import.meta.dirname, '..', 'fixtures', 'tls', name), 'utf8');
let asked = 0;
let breaks = false;
const server = createServer({ cert: file('localhost.crt'), key: file('localhost.key') }, (request, response) => {
  asked++;
  if (breaks) request.socket.destroy();
  else response.end('{"ok":true}');
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
afterAll(() => {
  server.close();
});

const trusted = () => {
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, file('localhost.crt')]);
  onTestFinished(() => setDefaultCACertificates(before));
};

test('a certificate that is not trusted is sent nothing', async () => {
  const result = await runOnce(http, { url }, { folder: '.' });
  expect(result).toMatchObject({
    kind: 'failed',
    summary: 'not sent: the connection to localhost failed (DEPTH_ZERO_SELF_SIGNED_CERT)',
  });
  expect(asked).toBe(0);
});

test('one that is trusted is sent the request', async () => {
  trusted();
  expect(await runOnce(http, { url }, { folder: '.' })).toMatchObject({ kind: 'succeeded', response: { ok: true } });
});

test('a connection that breaks after the request leaves an outcome that nobody knows', async () => {
  trusted();
  breaks = true;
  expect((await runOnce(http, { url }, { folder: '.' })).kind).toBe('unknown');
});
