import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { httpKind } from '../../src/runbooks/http/http.ts';
import { runOnce } from '../contracts/runbook-kind.ts';

/** Stands where nobody may be led: it counts who comes. */
let hits = 0;
const sentinel = createServer((socket) => {
  hits++;
  socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
});
await new Promise<void>((resolve) => sentinel.listen(0, '::', resolve));
const { port } = sentinel.address() as AddressInfo;
afterAll(() => sentinel.close());

/** Asks a host whose name is resolved to these addresses, the next ones at each asking. */
async function ask(host: string, ...answers: readonly (readonly string[])[]) {
  let asked = 0;
  const resolve = async () => answers[Math.min(asked++, answers.length - 1)] ?? [];
  const signal = AbortSignal.timeout(1_500); // what stands in no table may lead nowhere at all
  const before = hits;
  const url = `http://${host}:${port}/`;
  const result = await runOnce(httpKind({ resolve, bodyWithinMs: 1_000 }), { url }, { folder: '.', signal });
  return { ...result, asked, hits: hits - before };
}

test.each([
  ['loopback', ['127.0.0.1']],
  ['all of loopback', ['127.9.9.9']],
  ['loopback, IPv6', ['::1']],
  ['loopback in IPv6', ['::ffff:127.0.0.1']],
  ['loopback through NAT64', ['64:ff9b::7f00:1']],
  ['loopback in 6to4', ['2002:7f00:1::']],
  ['any address', ['0.0.0.0']],
  ['any address, IPv6', ['::']],
  ['the metadata of a cloud', ['169.254.169.254']],
  ['the metadata of AWS, IPv6', ['fd00:ec2::254']],
  ['the metadata of Azure', ['168.63.129.16']],
  ['the metadata of Alibaba', ['100.100.100.200']],
  ['the metadata of Oracle', ['192.0.0.192']],
  ['its link', ['fe80::1']],
  ['everybody', ['255.255.255.255']],
  ['a public address and loopback', ['192.0.2.1', '127.0.0.1']],
])('a name that leads to %s is not followed', async (_what, addresses) => {
  const wrong = addresses.at(-1);
  expect(await ask('shop.example', addresses)).toMatchObject({
    kind: 'failed',
    summary: `not sent: shop.example leads to ${wrong}, which only this machine or its cloud answers; write the address if you mean it`,
    hits: 0,
  });
});

test('a name that leads elsewhere once it was looked at is connected to where it was looked at', async () => {
  const { kind, asked, hits } = await ask('rebinding.example', ['192.0.2.1'], ['127.0.0.1']);
  expect({ kind, asked, hits }).toEqual({ kind: 'failed', asked: 1, hits: 0 });
});

test.each(['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]'])(
  'an address is the word of the admin: %s',
  async (host) => {
    expect(await ask(host)).toMatchObject({ kind: 'succeeded', asked: 0, hits: 1 });
  },
);

test('localhost is this machine', async () => {
  expect(await ask('localhost', ['127.0.0.1'])).toMatchObject({ kind: 'succeeded', asked: 1, hits: 1 });
});

test('a name that is not known is told', async () => {
  expect(await ask('nowhere.example', [])).toMatchObject({
    kind: 'failed',
    summary: 'not sent: the name nowhere.example is not known (ENOTFOUND)',
  });
});
