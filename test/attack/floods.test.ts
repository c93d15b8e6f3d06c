import { connect } from 'node:net';
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { signHmac } from '../../src/sources/signature.ts';
import { entries, startChat } from '../e2e/chat.ts';
import { type Bridge, bridgeOfFile, MAIN, startBridge } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';
import { storesNothing } from './stored.ts';

const TOKEN = 'the-alertmanager-secret-of-the-tests';
const MIB = 1_048_576;
const FLOOD = 512 * MIB;
const bridge = bridgeOfFile({
  main: MAIN,
  env: { ALERTMANAGER_SECRETS: TOKEN, ROUTE_EVIL: 'title=~"(a+)+(a|aa)*\\\\.b$", labels.x=~"(.*a){20}" -> console' },
});

const sendSigned = (body: Uint8Array, headers: Record<string, string> = {}) =>
  bridge().post('/webhooks/wizstatus', {
    headers: { 'x-signature': signHmac(body, bridge().secret), ...headers },
    body,
  });
const sendBatch = (json: string, query = '') =>
  bridge().post(`/webhooks/alertmanager${query}`, alertmanager.sign(Buffer.from(json), TOKEN, Date.now()));
const down = (more: string) => Buffer.from(`{"event_type":"monitor.down","monitor":{"id":"flood"},"more":${more}}`);

async function memoryOf({ url }: Bridge): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]);
}

/** How long this takes, in milliseconds. */
async function taking(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

describe('T11', () => {
  test('T11 a body of one byte too many is 413, and one of 1 MiB is read', async () => {
    const padded = (length: number) => down(JSON.stringify('x'.repeat(length - down('""').length)));
    await storesNothing(bridge(), async () => {
      expect(await sendSigned(padded(MIB + 1))).toMatchObject({ status: 413, body: { code: 'too_large' } });
    });
    expect(await sendSigned(padded(MIB))).toMatchObject({ status: 200 });
  });

  test.each([
    ['in chunks', 'Transfer-Encoding: chunked'],
    ['as it was announced', `Content-Length: ${FLOOD}`],
  ])('T11 half a gigabyte that comes %s is 413 and takes no memory', { timeout: 60_000 }, async (_how, framing) => {
    const before = await memoryOf(bridge());
    expect(await pour(framing)).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"too_large"/);
    expect((await memoryOf(bridge())) - before).toBeLessThan(200 * MIB);
  });

  test('T11 who streams too much always sees the 413', async () => {
    for (let n = 0; n < 40; n++) {
      const body = new Blob([Buffer.alloc(MIB + MIB / 4)]).stream();
      const { status } = await fetch(`${bridge().url}/webhook`, {
        method: 'POST',
        body,
        duplex: 'half',
      } as RequestInit);
      expect(status).toBe(413);
    }
  });

  /** Sends all of it, or as much of it as is taken; gives what was answered. */
  async function pour(framing: string): Promise<string> {
    const socket = connect(Number(new URL(bridge().url).port), '127.0.0.1').on('error', () => {});
    let answer = '';
    socket.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(`POST /webhook HTTP/1.1\r\nHost: a\r\n${framing}\r\n\r\n`);
    const chunk = Buffer.concat([Buffer.from(`${MIB.toString(16)}\r\n`), Buffer.alloc(MIB, 0x20), Buffer.from('\r\n')]);
    for (let sent = 0; sent < FLOOD && !socket.destroyed; sent += MIB)
      if (!socket.write(chunk)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
    socket.destroy();
    return answer;
  }
});

test('T12 five hundred slow callers are cut off within 20 s, and others are served meanwhile', {
  timeout: 60_000,
}, async () => {
  const port = Number(new URL(bridge().url).port);
  const heads = [
    '',
    'POST /webhook HTTP/1.1\r\nHost: a\r\n',
    'POST /webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 99\r\n\r\n{',
    'POST /webhook HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n',
    'POST /sign-in HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n\r\nt',
  ];
  const began = performance.now();
  const closings = Array.from({ length: 500 }, async (_, n) => {
    const head = heads[n % heads.length] as string;
    const socket = connect(port, '127.0.0.1')
      .on('error', () => {})
      .resume();
    socket.write(head);
    const drip = setInterval(() => socket.write(head === '' ? '' : 'x'), 1_000);
    await new Promise((resolve) => socket.once('close', resolve));
    clearInterval(drip);
    return performance.now() - began;
  });
  const honest: number[] = [];
  for (let n = 0; n < 100; n++)
    honest.push(await taking(async () => expect((await bridge().send('Honest', 'firing')).status).toBe(200)));
  expect(Math.max(...honest)).toBeLessThan(1_000);
  expect(Math.max(...(await Promise.all(closings)))).toBeLessThan(20_000);
});

describe('T13', () => {
  test('T13 a body that is nested is read to 64 levels, and refused beyond, however deep', async () => {
    const nested = (levels: number) => down(`${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}`); // in an object
    expect((await sendSigned(nested(64))).status).toBe(200);
    await storesNothing(bridge(), async () => {
      for (const body of [nested(65), nested(5_000), nested(500_000), Buffer.from('{"a":'.repeat(200_000))])
        expect(await sendSigned(body)).toMatchObject({ status: 400, body: { code: 'invalid_payload' } });
    });
  });

  test('T13 a press that is nested is refused, however deep', async () => {
    const [id] = (await bridge().send('Nested', 'firing')).body.incidents as [string];
    const press = (path: string, body: string, type: string) =>
      bridge().post(path, {
        headers: { authorization: `Bearer ${bridge().token}`, 'content-type': type },
        body: Buffer.from(body),
      });
    await storesNothing(bridge(), async () => {
      for (const body of ['['.repeat(30_000), `{"inputs":${'{"a":'.repeat(6_000)}1${'}'.repeat(6_001)}`])
        expect([400, 422]).toContain(
          (await press(`/api/incidents/${id}/actions/note`, body, 'application/json')).status,
        );
    });
  });

  test('T13 while such bodies come, others are answered', async () => {
    const body = Buffer.from('['.repeat(1_000_000));
    const flood = Promise.all(Array.from({ length: 20 }, () => sendSigned(body)));
    expect(await taking(() => fetch(`${bridge().url}/healthz`))).toBeLessThan(2_000);
    expect(new Set((await flood).map(({ status }) => status))).toEqual(new Set([400]));
  });
});

describe('T14', () => {
  const zeros = Buffer.alloc(64 * MIB);
  test.each([
    ['gzip', gzipSync(zeros)],
    ['x-gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['br', brotliCompressSync(zeros, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })],
    ['identity, gzip', gzipSync(zeros)],
    ['GZIP', gzipSync(zeros)],
    ['zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd])],
  ])('T14 a body in %s is 415 and not inflated', async (encoding, body) => {
    const before = await memoryOf(bridge());
    expect(await sendSigned(body, { 'content-encoding': encoding })).toMatchObject({
      status: 415,
      body: { code: 'unreadable_body' },
    });
    expect((await memoryOf(bridge())) - before).toBeLessThan(32 * MIB);
  });

  test('T14 what is compressed without a word is no JSON', async () => {
    expect(await sendSigned(gzipSync(down('1')))).toMatchObject({ status: 400 });
  });
});

describe('T15', () => {
  const batch = (labels: string, more = '') =>
    `{"version":"4","status":"firing","groupKey":"g"${more},"alerts":[{"status":"firing","fingerprint":"f15",` +
    `"labels":{"alertname":"Strange",${labels}},"annotations":{},"startsAt":"${new Date().toISOString()}"}]}`;

  test.each([
    ['"__proto__":{"status":"resolved"}', ''],
    ['"\\u005f_proto__":{"polluted":1}', ''],
    ['"constructor":{"prototype":{"polluted":1}}', ''],
    ['"a":"b"', ',"__proto__":{"polluted":1}'],
    ['"a":"b"', ',"x":[{"__proto__":null}]'],
  ])('T15 a body with %s%s pollutes nothing', async (labels, more) => {
    await storesNothing(bridge(), async () => {
      expect(await sendBatch(batch(labels, more))).toMatchObject({ status: 400, body: { code: 'invalid_payload' } });
    });
    const [id] = (await bridge().send('After pollution', 'firing')).body.incidents as [string];
    const incident = await bridge().api(`/incidents/${id}`);
    expect(incident).toMatchObject({ status: 'firing' });
    expect(incident).not.toHaveProperty('polluted');
  });

  test('T15 labels that are called as members of every object are labels', async () => {
    const names = '"constructor":"a","toString":"b","hasOwnProperty":"c","prototype":"d"';
    const query = '?labels.__proto__=x&labels.valueOf=e&labels.constructor=mine';
    const [id] = (await sendBatch(batch(names), query)).body.incidents as [string];
    const { labels } = await bridge().api(`/incidents/${id}`);
    expect(labels).toMatchObject({ toString: 'b', hasOwnProperty: 'c', prototype: 'd', valueOf: 'e' });
    expect(Object.hasOwn(labels, '__proto__')).toBe(false);
    expect(['a', 'mine']).toContain(labels['constructor']);
  });

  test('T15 a press or a query with such names is refused or does nothing', async () => {
    const [id] = (await bridge().send('Polluted press', 'firing')).body.incidents as [string];
    const authorization = `Bearer ${bridge().token}`;
    await storesNothing(bridge(), async () => {
      for (const body of [
        '{"__proto__":{"argument":"x"}}',
        '{"inputs":{"__proto__":{"text":"x"}}}',
        '{"constructor":{"prototype":{}}}',
      ]) {
        const headers = { authorization, 'content-type': 'application/json' };
        const { status } = await bridge().post(`/api/incidents/${id}/actions/note`, {
          headers,
          body: Buffer.from(body),
        });
        expect([400, 422], body).toContain(status);
      }
      for (const query of ['__proto__=x', '__proto__[limit]=1', 'constructor=x', 'limit[__proto__]=1'])
        expect(
          (await fetch(`${bridge().url}/api/incidents?${query}`, { headers: { authorization } })).status,
        ).toBeLessThan(500);
    });
  });
});

test('T16 an expression of a route that would backtrack for ever is matched in a moment', async () => {
  const hostile = `${'a'.repeat(100_000)}!`;
  const alert = {
    status: 'firing',
    fingerprint: 'f16',
    labels: { alertname: hostile, x: hostile },
    annotations: { summary: hostile },
  };
  const took = await taking(async () => {
    expect((await sendBatch(JSON.stringify({ alerts: [alert] }))).status).toBe(200);
  });
  expect(took).toBeLessThan(2_000);
});

describe('T17', () => {
  test('T17 names that strangers choose add nothing to the metrics', async () => {
    const series = async () => {
      const text = await (await fetch(`${bridge().url}/metrics`)).text();
      const own = text.split('\n').filter((line) => line.startsWith('tocsin_'));
      return own.map((line) => line.slice(0, line.lastIndexOf(' '))).toSorted();
    };
    const knock = async (word: string) => {
      const monitor = `Monitor ${word}`;
      const [id] = (await bridge().send(monitor, 'firing')).body.incidents as [string];
      await sendSigned(Buffer.from(`{"event_type":"${word}"}`));
      await sendSigned(Buffer.from(`{"event_type":"monitor.down","monitor":${JSON.stringify(word)}}`));
      await bridge().post(`/webhooks/${word}`, { headers: {}, body: Buffer.from('{}') });
      await bridge().press(id, word);
      await bridge().press(id, 'run', { argument: word });
      return id;
    };
    const settled = (id: string) =>
      soon(async () =>
        expect((await bridge().api(`/incidents/${id}`)).deliveries).toMatchObject([{ state: 'delivered' }]),
      );
    await settled(await knock('first'));
    const before = await series();
    const ids = await Promise.all(Array.from({ length: 50 }, (_, n) => knock(`word${n}`)));
    await settled(ids.at(-1) as string);
    expect(await series()).toEqual(before);
    expect(before.join('\n')).not.toContain('first');
  });

  test('T17 in a storm every webhook is stored, a press is answered, and the bridge stays ready', async () => {
    const [id] = (await bridge().send('Before the storm', 'firing')).body.incidents as [string];
    const alerts = (from: number) =>
      Array.from({ length: 20 }, (_, n) => ({
        status: 'firing',
        fingerprint: `storm-${from + n}`,
        labels: { alertname: `Storm ${from + n}` },
      }));
    const storm = Promise.all(
      Array.from({ length: 100 }, (_, n) => sendBatch(JSON.stringify({ alerts: alerts(n * 20) }))),
    );
    const took = await taking(async () => expect((await bridge().press(id, 'acknowledge')).status).toBe(200));
    expect(took).toBeLessThan(3_000); // platforms wait no longer for an answer to a press
    const answers = await storm;
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.flatMap(({ body }) => body.incidents))).toHaveProperty('size', 2_000);
    expect((await fetch(`${bridge().url}/readyz`)).status).toBe(200);
  });
});

test('T18 a card that its channel never takes is a dead letter in three tries, and a hundred others arrive', async () => {
  const chat = await startChat();
  const chatting = await startBridge({ env: { HTTP_CHAT_URL: chat.url, ROUTE_DEFAULT: 'http-chat:ops' } });
  chat.script({ containing: 'poison', times: Number.POSITIVE_INFINITY, trouble: { kind: 'status', status: 400 } });
  const fire = async (monitor: string) => (await chatting.send(monitor, 'firing')).body.incidents?.[0] as string;

  const poisoned = await fire('poison');
  await Promise.all(Array.from({ length: 100 }, (_, n) => fire(`monitor ${n}`)));
  await soon(() => expect(entries(chat, 'created')).toHaveLength(100), 30_000);
  await soon(async () =>
    expect(await chatting.api(`/incidents/${poisoned}`)).toMatchObject({
      deliveries: [{ state: 'dead', error: expect.stringContaining('400') }],
    }),
  );
  expect(entries(chat, 'troubled').length).toBeLessThanOrEqual(3);
});
