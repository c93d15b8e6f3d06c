import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLog, roomLogs } from '../src/log.ts';
import { inJson, spelledSecret } from './domain/spell.ts';

const SECRET = 'canary-5f2b"quoted\\and ü';

function lines(secrets: readonly string[]) {
  const written: string[] = [];
  return { written, log: createLog('trace', secrets, { write: (line) => void written.push(line) }) };
}

test.each([
  ['in the message', (log: ReturnType<typeof lines>['log']) => log.trace(`got ${SECRET}!`)],
  ['in a field', (log: ReturnType<typeof lines>['log']) => log.info({ a: { b: [{ c: SECRET }] } }, 'deep')],
  ['as a key', (log: ReturnType<typeof lines>['log']) => log.info({ [SECRET]: 1 })],
  ['in an error', (log: ReturnType<typeof lines>['log']) => log.error(new Error(`no ${SECRET}`, { cause: SECRET }))],
  ['in a query', (log: ReturnType<typeof lines>['log']) => log.info({ url: `/x?y=${encodeURIComponent(SECRET)}` })],
  ['in JSON within JSON', (log: ReturnType<typeof lines>['log']) => log.info({ body: JSON.stringify({ s: SECRET }) })],
  ['in base64', (log: ReturnType<typeof lines>['log']) => log.info({ raw: Buffer.from(SECRET).toString('base64') })],
  ['in a child', (log: ReturnType<typeof lines>['log']) => log.child({ secretly: SECRET }).warn('x')],
])('a secret never appears %s', (_, write) => {
  const { log, written } = lines([SECRET]);
  write(log);
  const line = written.join('');
  expect(line).toContain('[redacted]');
  expect(line).not.toContain('canary');
  expect(line).not.toContain(encodeURIComponent(SECRET));
  expect(line).not.toContain(Buffer.from(SECRET).toString('base64'));
  expect(() => JSON.parse(line)).not.toThrow();
});

test.each([
  ['in an address in lower case', encodeURIComponent(SECRET).toLowerCase()],
  ['in a form', new URLSearchParams({ a: SECRET }).toString().slice(2)],
  ['in JSON in JSON', inJson(inJson(SECRET))],
  ['in HTML', SECRET.replaceAll('"', '&quot;')],
  ['in hex', Buffer.from(SECRET).toString('hex')],
])('a secret never appears %s, either', (_, said) => {
  const { log, written } = lines([SECRET]);
  log.info({ said: `<${said}>` });
  expect(JSON.parse(written.join(''))).toMatchObject({ said: '<[redacted]>' });
});

test('whatever the secret is and however each of its characters is spelled, it is hidden, and the line is JSON', () => {
  fc.assert(
    fc.property(spelledSecret, ({ secret, spelled }) => {
      const { log, written } = lines([secret]);
      log.info({ said: `<${spelled}>` });
      const { said } = JSON.parse(written.join('')) as { said: string };
      expect(said).toMatch(/^<\\*\[redacted\]>$/); // backslashes before the first character may stay
    }),
  );
});

test('whatever stands around it, the line is JSON', () => {
  const pieces = fc.array(
    fc.constantFrom('\\', '"', '\n', 'ü', '\u0001', 'u', 'n', 'nanary-7', 'canary-\\', 'u00fcary-', ' '),
  );
  fc.assert(
    fc.property(pieces, (all) => {
      const { log, written } = lines(['nanary-7', 'canary-\\', 'u00fcary-']);
      log.info({ said: all.join('') });
      expect(() => JSON.parse(written.join(''))).not.toThrow();
    }),
  );
});

test.each<readonly [string, object]>([
  ['an Authorization header', { headers: { authorization: 'Bearer canary' } }],
  ['a token in another scheme', { headers: { Authorization: 'GenieKey canary' } }],
  ['raw headers', { rawHeaders: ['Host', 'x', 'X-Signature', 'canary', 'Cookie', 'session=canary'] }],
  ['a signature header', { headers: { 'x-signature': 'canary', 'X-PagerDuty-Signature': 'v1=canary' } }],
  ['several cookies', { headers: { 'set-cookie': ['a=canary; HttpOnly', 'b=canary'] } }],
  ['X-Bridge-Token', { request: { deep: { headers: { 'x-bridge-token': 'canary' } } } }],
  ['a token in a query', { url: '/?token=canary&next=1' }],
  ['a key in a query', { url: 'https://x.example/webhooks/pingdom?labels.env=prod&key=canary' }],
  ['a signed link', { url: '/a/canary-canary-canary' }],
  ['a Slack webhook', { text: 'POST https://hooks.slack.com/services/T0/B0/canary failed' }],
  ['a Discord webhook', { text: 'https://discord.com/api/webhooks/1/canary' }],
  ['a Teams workflow', { text: 'https://prod-1.westeurope.logic.azure.com:443/workflows/canary?sig=canary' }],
  ["a database's password", { url: 'postgres://tocsin:canary@db/tocsin' }],
])('without knowing the value, it hides %s', (_, fields) => {
  const { log, written } = lines([]);
  log.trace(fields, 'seen');
  expect(written.join('')).toContain('[redacted]');
  expect(written.join('')).not.toContain('canary');
  expect(() => JSON.parse(written.join(''))).not.toThrow();
});

test('what is no secret stays as it is', () => {
  const { log, written } = lines(['60', 'other']);
  log.info({ incident: '0abc', status: 200, ms: 60, url: '/webhooks/wizstatus?labels.env=prod' }, 'stored');
  expect(JSON.parse(written.join(''))).toMatchObject({
    incident: '0abc',
    status: 200,
    ms: 60,
    url: '/webhooks/wizstatus?labels.env=prod',
    msg: 'stored',
  });
});

describe('a secret under 8 characters', () => {
  test.each([
    ['is hidden as a whole string', 'ab"c', 'ab"c', '[redacted]'],
    ['is hidden as a word of its own', 'abc', 'use (abc), abc\nabc', 'use ([redacted]), [redacted]\n[redacted]'],
    ['leaves the words that it is part of', 'a', 'a bad start, a_b', '[redacted] bad start, a_b'],
  ])('%s', (_, secret, said, told) => {
    const { log, written } = lines([secret]);
    log.info({ said }, 'stored');
    expect(JSON.parse(written.join(''))).toMatchObject({ said: told, msg: 'stored' });
  });
});

test('a secret of 8 characters is hidden within a word, too', () => {
  const { log, written } = lines(['canary-8']);
  log.info('xcanary-8x');
  expect(JSON.parse(written.join(''))).toMatchObject({ msg: 'x[redacted]x' });
});

test('the level holds', () => {
  const written: string[] = [];
  createLog('warn', [], { write: (line) => void written.push(line) }).info('quiet');
  expect(written).toEqual([]);
});

test('secrets that change are hidden from the next line on', () => {
  const written: string[] = [];
  let secrets = ['first-canary'];
  const log = createLog('info', () => secrets, { write: (line) => void written.push(line) });
  secrets = [...secrets, 'second-canary'];
  log.info('first-canary second-canary');
  expect(written.join('')).not.toContain('canary');
});

test('a value that reads like the name of a secret leaves its neighbours alone', () => {
  const { log, written } = lines([]);
  log.info({ outcome: 'invalid_signature', ms: 3 });
  expect(JSON.parse(written.join(''))).toMatchObject({ outcome: 'invalid_signature', ms: 3 });
});

test('the level of all rooms changes together', () => {
  const { written, log } = lines([]);
  const logs = roomLogs(log);
  const room = logs.of({ room: 'store' });
  logs.setLevel('warn');
  for (const one of [log, room]) one.info('unheard');
  room.warn('heard');
  expect(written.map((line) => JSON.parse(line) as object)).toEqual([
    expect.objectContaining({ room: 'store', msg: 'heard' }),
  ]);
});
