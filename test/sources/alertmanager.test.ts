import { expect, test } from 'vitest';
import { InvalidPayload } from '../../src/domain/errors.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { sourceContract } from '../contracts/source.ts';

sourceContract(alertmanager, { credential: 'authorization', signsBody: false });

const NOW = Date.parse('2026-11-23T10:00:00Z');
const outside = { now: NOW, fetch: globalThis.fetch };
const request = (payload: unknown, headers = {}, query = '') => ({
  method: 'POST',
  query: new URLSearchParams(query),
  headers,
  body: Buffer.from(JSON.stringify(payload)),
});
const ALERT = {
  status: 'firing',
  labels: { alertname: 'DiskFull', instance: 'db-7', severity: 'warning' },
  annotations: { summary: 'A disk is full', description: '97% of / is used.' },
  startsAt: '2026-11-23T09:41:07.113Z',
  endsAt: '0001-01-01T00:00:00Z',
  generatorURL: 'http://prom.example.test/graph',
  fingerprint: '8c1f00aa12bd9e01',
};
const events = (...alerts: readonly unknown[]) => eventsWith({}, ...alerts);
const eventsWith = (more: object, ...alerts: readonly unknown[]) => {
  const parsed = alertmanager.parse(request({ alerts, groupKey: '{}:{}', ...more }), NOW);
  return parsed.kind === 'events' ? parsed.events : [];
};

test('an alert is told in its own words', () => {
  expect(events(ALERT)).toEqual([
    {
      key: '8c1f00aa12bd9e01',
      kind: 'firing',
      at: Date.parse('2026-11-23T09:41:07.113Z'),
      title: 'A disk is full',
      brief: 'db-7',
      text: '97% of / is used.',
      monitor: 'DiskFull',
      severity: 'warning',
      url: 'http://prom.example.test/graph',
      labels: ALERT.labels,
    },
  ]);
});

test('an end that is not set is no time', () => {
  const [event] = events({ ...ALERT, status: 'resolved' });
  expect(event).toMatchObject({ kind: 'resolved' });
  expect(event).not.toHaveProperty('at');
});

test('what max_alerts left out is said', () => {
  const [event] = eventsWith({ truncatedAlerts: 12 }, ALERT);
  expect(event?.text).toBe('97% of / is used.\n\nAlertmanager left out 12 more alerts of this group (max_alerts).');
});

test('fingerprints that are numbers and differ in a digit that JavaScript would round are two incidents', () => {
  const alerts = ['9007199254740992', '9007199254740993'].map((id) => `{"status":"firing","fingerprint":${id}}`);
  const parsed = alertmanager.parse({ ...request({}), body: Buffer.from(`{"alerts":[${alerts}]}`) }, NOW);
  expect(parsed.kind === 'events' && parsed.events.map(({ key }) => key)).toEqual([
    '9007199254740992',
    '9007199254740993',
  ]);
});

test('without a fingerprint the group and the labels tell alerts apart, in any order, in both states', () => {
  const { fingerprint: _, ...bare } = ALERT;
  const reordered = { severity: 'warning', instance: 'db-7', alertname: 'DiskFull' };
  const [firing, resolved, other] = events(
    bare,
    { ...bare, status: 'resolved', labels: reordered },
    { ...bare, labels: { ...bare.labels, instance: 'db-8' } },
  );
  expect(resolved?.key).toBe(firing?.key);
  expect(other?.key).not.toBe(firing?.key);
});

test('an empty batch is ignored; alerts that cannot be told apart or have no state are invalid', () => {
  expect(alertmanager.parse(request({ alerts: [] }), NOW)).toMatchObject({ kind: 'ignored' });
  expect(() => events({ ...ALERT, status: 'pending' })).toThrow(InvalidPayload);
  expect(() => events({ status: 'firing' })).toThrow(InvalidPayload);
});

test.each([
  ['a Bearer token', { authorization: 'Bearer s3cret' }, ''],
  ['a Bearer token in another case', { authorization: 'bearer s3cret' }, ''],
  ['a Basic password', { authorization: `Basic ${Buffer.from('am:s3cret').toString('base64')}` }, ''],
  ['X-Bridge-Token', { 'x-bridge-token': 's3cret' }, ''],
  ['the query', {}, 'key=s3cret'],
])('the secret may come as %s', async (_way, headers, query) => {
  expect(await alertmanager.verify(request({}, headers, query), ['s3cret'], outside)).toEqual({ ok: true, secret: 0 });
});

test.each([
  ['the Basic user', { authorization: `Basic ${Buffer.from('s3cret:x').toString('base64')}` }, ''],
  ['Basic without a colon', { authorization: `Basic ${Buffer.from('s3cret').toString('base64')}` }, ''],
  ['another scheme', { authorization: 'Digest s3cret' }, ''],
  ['the query twice', {}, 'key=s3cret&key=s3cret'],
])('it is not believed as %s', async (_way, headers, query) => {
  expect(await alertmanager.verify(request({}, headers, query), ['s3cret'], outside)).toEqual({ ok: false });
});

test('no label name or value is refused, and at most 64 are kept', () => {
  const labels = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`label${n}`, 'x'.repeat(5_000)]));
  const [event] = events({ ...ALERT, labels: { toString: 'data', ...labels } });
  expect(Object.keys(event?.labels ?? {})).toHaveLength(64);
  expect(event?.labels.toString).toBe('data');
});
