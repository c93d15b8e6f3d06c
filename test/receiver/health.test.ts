import { expect, test } from 'vitest';
import { startReceiver } from './start.ts';

const get = async (url: string, headers: Record<string, string> = {}) => {
  const response = await fetch(url, { headers });
  return { status: response.status, text: await response.text() };
};

test('/healthz says that it serves', async () => {
  const { url } = await startReceiver();
  expect(await get(`${url}/healthz`)).toEqual({ status: 200, text: '{"status":"ok"}' });
});

test('/readyz stays 200 while a chat platform is down', async () => {
  const platforms = { slack: { connected: false, reason: 'invalid_auth' } };
  const { url } = await startReceiver({ platforms: () => platforms });
  const { status, text } = await get(`${url}/readyz`);
  expect({ status, body: JSON.parse(text) }).toEqual({
    status: 200,
    body: { status: 'ready', reasons: [], platforms },
  });
});

test('/readyz says with a 503 when to ask again', async () => {
  const { url } = await startReceiver({ health: async () => ({ writable: false }) });
  expect((await fetch(`${url}/readyz`)).headers.get('retry-after')).toMatch(/^\d+$/);
});

test.each([
  ['it says why', async () => ({ writable: false, reason: 'The disk is full.' }), 'The disk is full.'],
  ['it does not answer', () => Promise.reject(new Error('canary')), 'The store does not answer.'],
])('/readyz is 503 where webhooks cannot be stored and %s', async (_what, health, reason) => {
  const { url } = await startReceiver({ health });
  const { status, text } = await get(`${url}/readyz`);
  expect(status).toBe(503);
  expect(JSON.parse(text)).toMatchObject({ status: 'unavailable', reasons: [reason] });
});

test('/metrics without a token is for this machine only, and not for a proxy on it', async () => {
  const { url } = await startReceiver();
  expect(await get(`${url}/metrics`)).toEqual({ status: 200, text: 'tocsin_up 1\n' });
  expect((await get(`${url}/metrics`, { 'x-forwarded-for': '8.8.8.8' })).status).toBe(401);
});

test('/metrics with a token needs it, also from this machine', async () => {
  const { url } = await startReceiver({ metricsToken: () => 'm1' });
  expect((await get(`${url}/metrics`)).status).toBe(401);
  expect((await get(`${url}/metrics`, { authorization: 'Bearer m2' })).status).toBe(401);
  expect((await get(`${url}/metrics`, { authorization: 'Bearer m1', 'x-forwarded-for': '8.8.8.8' })).status).toBe(200);
});
