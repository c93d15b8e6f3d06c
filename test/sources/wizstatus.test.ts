import { expect, test } from 'vitest';
import { InvalidPayload } from '../../src/domain/errors.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { sourceContract } from '../contracts/source.ts';

sourceContract(wizstatus, { credential: 'x-signature', signsBody: true });

const NOW = Date.parse('2026-11-23T10:00:00Z');
const parse = (payload: unknown, headers = {}) =>
  wizstatus.parse(
    { method: 'POST', query: new URLSearchParams(), headers, body: Buffer.from(JSON.stringify(payload)) },
    NOW,
  );
const eventOf = (payload: unknown) => {
  const parsed = parse(payload);
  if (parsed.kind !== 'events') throw new Error('No events');
  return parsed.events[0];
};
/** The details that a body is refused with. */
const refusalOf = (body: string) => {
  try {
    wizstatus.parse({ method: 'POST', query: new URLSearchParams(), headers: {}, body: Buffer.from(body) }, NOW);
  } catch (error) {
    if (error instanceof InvalidPayload) return error.details;
    throw error;
  }
  throw new Error('It was taken');
};
const DOWN = {
  event_type: 'monitor.down',
  timestamp: '2026-11-23T09:58:30Z',
  monitor: { id: 'mon_1', name: 'Production API', url: 'https://api.example.com/health', type: 'http' },
  check: { status: 'down', response_code: 500, response_time_ms: 2500, location: 'us-east' },
  incident: { id: 'inc_1', started_at: '2026-11-23T09:55:00Z', duration_seconds: 0 },
};

test('a down is told in the words of the card', () => {
  expect(eventOf(DOWN)).toEqual({
    key: 'inc_1',
    kind: 'firing',
    at: Date.parse('2026-11-23T09:58:30Z'),
    title: 'Production API is down',
    brief: 'us-east, HTTP 500',
    text: 'HTTP 500 after 2,500 ms from us-east.',
    monitor: 'Production API',
    url: 'https://api.example.com/health',
    labels: { monitor_id: 'mon_1', type: 'http', location: 'us-east', response_code: '500' },
  });
});

test('an up resolves, and any other event is told by its name', () => {
  expect(eventOf({ ...DOWN, event_type: 'monitor.up' })).toMatchObject({
    kind: 'resolved',
    title: 'Production API is up',
  });
  expect(eventOf({ ...DOWN, event_type: 'monitor.paused' })).toMatchObject({
    kind: 'info',
    title: 'Production API: monitor.paused',
  });
  expect(eventOf({ ...DOWN, event_type: 'constructor' })).toMatchObject({ kind: 'info' });
});

test('a monitor that did not answer has no HTTP code', () => {
  const event = eventOf({ ...DOWN, check: { response_code: 0, response_time_ms: 30_012, location: 'fra1' } });
  expect(event).toMatchObject({ brief: 'fra1', text: 'No answer after 30,012 ms from fra1.' });
  expect(event?.labels).not.toHaveProperty('response_code');
});

test('an event that is about no monitor is ignored, but a down must say whose', () => {
  expect(parse({ event_type: 'ping' })).toMatchObject({ kind: 'ignored' });
  const error = (() => {
    try {
      parse({ event_type: 'monitor.down', monitor: { name: 'API' } });
    } catch (caught) {
      return caught;
    }
  })();
  expect(error).toBeInstanceOf(InvalidPayload);
  expect(error).toMatchObject({ details: [{ path: 'monitor.id' }] });
});

test.each([
  ['a text', 'mon_1', 'mon_1'],
  ['a number', 42, '42'],
  ['zero', 0, '0'],
  ['a number that is large', 1e21, '1000000000000000000000'],
  ['a number with a fraction', 1.5, '1.5'],
])('an id that is %s is taken as its text', (_, id, key) => {
  expect(eventOf({ event_type: 'monitor.down', monitor: { id } })).toMatchObject({ key, labels: { monitor_id: key } });
  expect(eventOf({ ...DOWN, incident: { id } })).toMatchObject({ key });
});

test('ids that are numbers and differ in a digit that JavaScript would round are two incidents', () => {
  const keyOf = (id: string) => {
    const body = Buffer.from(`{"event_type":"monitor.down","incident":{"id":${id}}}`);
    const parsed = wizstatus.parse({ method: 'POST', query: new URLSearchParams(), headers: {}, body }, NOW);
    return parsed.kind === 'events' && parsed.events[0]?.key;
  };
  expect(['9007199254740992', '9007199254740993'].map(keyOf)).toEqual(['9007199254740992', '9007199254740993']);
});

test.each([
  ['an object', '{"a":1}'],
  ['a list', '["mon_1"]'],
  ['a boolean', 'true'],
  ['beyond what a number can be', '1e999'],
])('an id that is %s is refused with its place, though there is another', (_, id) => {
  for (const [path, payload] of [
    ['monitor.id', `{"event_type":"monitor.down","monitor":{"id":${id}},"incident":{"id":"inc_1"}}`],
    ['incident.id', `{"event_type":"monitor.down","monitor":{"id":"mon_1"},"incident":{"id":${id}}}`],
  ] as const)
    expect(refusalOf(payload)).toEqual([{ path, message: 'must be a text or a number' }]);
});

test.each([null, '', ' '])('an id that is %j is missing', (id) => {
  expect(eventOf({ ...DOWN, incident: { id } })).toMatchObject({ key: 'mon_1' });
});

test.each([null, 'down', 7, true, ['a']])('a part that is %j and no object is as if it were missing', (part) => {
  expect(eventOf({ ...DOWN, check: part, monitor: part })).toMatchObject({ key: 'inc_1', title: 'inc_1 is down' });
});

test.each([null, [], 'text', 1, {}, { event_type: '' }, { event_type: 7 }])('%j is an invalid payload', (payload) => {
  expect(() => parse(payload)).toThrow(InvalidPayload);
});

test.each([
  'javascript:alert(1)',
  'ftp://example.com',
  'https://',
  'https://a b',
  '/health',
  `https://e.com/${'x'.repeat(3_000)}`,
])('%s is not a link', (url) => {
  expect(eventOf({ ...DOWN, monitor: { ...DOWN.monitor, url } })).not.toHaveProperty('url');
});

test.each([
  ['2026-11-23T09:58:30.123456789Z', '2026-11-23T09:58:30.123Z'],
  ['2026-11-23T10:58:30+01:00', '2026-11-23T09:58:30Z'],
  ['2026-11-23 09:58:30', '2026-11-23T09:58:30Z'],
  [1_795_427_910, '2026-11-23T09:58:30Z'],
  ['1795427910000', '2026-11-23T09:58:30Z'],
])('the time %s is read as %s', (timestamp, expected) => {
  expect(eventOf({ ...DOWN, timestamp })?.at).toBe(Date.parse(expected));
});

test.each([null, undefined, 'yesterday', '0001-01-01T00:00:00Z', '2099-01-01T00:00:00Z', -1])(
  'the time %s is none: the event is ordered by its arrival',
  (timestamp) => {
    expect(eventOf({ ...DOWN, timestamp })).not.toHaveProperty('at');
  },
);

test('long values are cut on a character, long keys are hashed, and no text holds what a store cannot', () => {
  const event = eventOf({
    ...DOWN,
    monitor: { ...DOWN.monitor, name: `${'🚒'.repeat(10_000)}` },
    incident: { id: 'i'.repeat(5_000) },
    check: { ...DOWN.check, location: 'a\u0000b\ud800' },
  });
  expect(event?.title.length).toBeLessThanOrEqual(8_192);
  expect(event?.title.isWellFormed()).toBe(true);
  expect(event?.key).toMatch(/^[0-9a-f]{64}$/);
  expect(event?.labels.location).toBe('a\uFFFDb\uFFFD');
});

test('the request id is the idempotency key, unless it is overlong', () => {
  expect(parse(DOWN, { 'x-request-id': 'r1' })).toMatchObject({ id: 'r1' });
  expect(parse(DOWN)).not.toHaveProperty('id');
  expect(parse(DOWN, { 'x-request-id': 'r'.repeat(257) })).not.toHaveProperty('id');
});
