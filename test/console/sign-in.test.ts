import type { LightMyRequestResponse } from 'fastify';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { soon } from '../support/soon.ts';
import { cookieOf, FORM, OURS, signIn, startConsole, type TestConsole, TOKEN } from './console.ts';
import { readEvents } from './event-reader.ts';

const form = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

describe('without having signed in', () => {
  test.each(['/', '/incidents/x', '/silences', '/deliveries', '/routes', '/incidents/x/actions/note'])(
    '%s asks to, and leads back',
    async (url) => {
      const { app } = await startConsole();
      const answer = await app.inject({ url });
      expect(answer.statusCode).toBe(303);
      expect(answer.headers.location).toBe(`/sign-in?to=${encodeURIComponent(url)}`);
    },
  );

  test.each(['/api/incidents', '/api/incidents/x', '/api/events'])('%s is 401', async (url) => {
    const { app } = await startConsole();
    const answer = await app.inject({ url });
    expect(answer.statusCode).toBe(401);
    expect(answer.json()).toMatchObject({ code: 'unauthorized' });
  });

  test('a press does nothing', async () => {
    const { app, store, fire } = await startConsole();
    const id = await fire('API');
    const answer = await app.inject({ method: 'POST', url: `/incidents/${id}/actions/resolve`, headers: OURS });
    expect(answer.statusCode).toBe(401);
    expect((await store.incident(id))?.incident.status).toBe('firing');
  });

  test('who follows a link from elsewhere is led on by a page of ours, with which the cookie comes', async () => {
    const { app } = await startConsole();
    const answer = await app.inject({ url: '/incidents/x', headers: { 'sec-fetch-site': 'cross-site' } });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('<meta http-equiv="refresh" content="0;url=/incidents/x">');
  });
});

describe('with the token as Bearer', () => {
  const headers = { authorization: `Bearer ${TOKEN}` };

  test.each(['/', '/silences', '/deliveries', '/routes'])('%s is shown', async (url) => {
    const { app } = await startConsole();
    const answer = await app.inject({ url, headers });
    expect(answer.statusCode).toBe(200);
    expect(answer.body).toContain('<!doctype html>');
  });

  test('an incident is shown, and its live stream goes on', async () => {
    const { app, fire, url } = await startConsole();
    const id = await fire('API');
    expect((await app.inject({ url: `/incidents/${id}`, headers })).body).toContain('API is down');
    const { events } = await readEvents(`${url}/live?at=${id}`, headers);
    await soon(() => expect(events[0]?.data).toContain('API is down'));
  });

  test('a wrong one is 401, with the way to sign in', async () => {
    const { app } = await startConsole();
    const answer = await app.inject({ url: '/deliveries', headers: { authorization: 'Bearer guess' } });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.body).toContain('name="to" value="/deliveries"');
  });

  test('who is signed in is so whatever Bearer a proxy adds', async () => {
    const { app, cookie } = await startConsole();
    const answer = await app.inject({ url: '/', headers: { cookie, authorization: 'Bearer of-the-proxy' } });
    expect(answer.statusCode).toBe(200);
  });
});

describe('signing in', () => {
  test('by the form sets a cookie that no script and no other site can use', async () => {
    const { app } = await startConsole();
    const answer = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: FORM,
      payload: form({ token: TOKEN, to: '/deliveries' }),
    });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers.location).toBe('/deliveries');
    expect(answer.headers['set-cookie']).toMatch(/^tocsin=.+; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test('over HTTPS sets it for HTTPS and this host only', async () => {
    const { app } = await startConsole({ options: { access: { secureCookies: true } } });
    const answer = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: FORM,
      payload: form({ token: TOKEN }),
    });
    expect(answer.headers['set-cookie']).toMatch(/^__Host-tocsin=.+; HttpOnly; Secure; SameSite=Strict$/);
  });

  test('by the link is redirected at once, and the token is told to nobody', async () => {
    const { app } = await startConsole();
    const answer = await app.inject({ url: `/?token=${encodeURIComponent(TOKEN)}` });
    expect(answer.statusCode).toBe(303);
    expect(answer.headers).toMatchObject({
      location: '/',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    const page = await app.inject({ url: '/', headers: { cookie: cookieOf(answer.headers['set-cookie']) } });
    expect(page.statusCode).toBe(200);
  });

  test('with a wrong token is 401 by the form, and leads to the form by the link', async () => {
    const { app } = await startConsole();
    const byForm = await app.inject({
      method: 'POST',
      url: '/sign-in',
      headers: FORM,
      payload: form({ token: 'wrong' }),
    });
    expect(byForm.statusCode).toBe(401);
    expect(byForm.headers['set-cookie']).toBeUndefined();
    const byLink = await app.inject({ url: '/?token=wrong' });
    expect(byLink.headers).toMatchObject({ location: '/sign-in' });
    expect(byLink.headers['set-cookie']).toBeUndefined();
  });

  test.each(['//evil.example', 'https://evil.example/', '/\\evil.example', 'javascript:alert(1)'])(
    'never leads to %s',
    async (to) => {
      const { app } = await startConsole();
      const answer = await app.inject({
        method: 'POST',
        url: '/sign-in',
        headers: FORM,
        payload: form({ token: TOKEN, to }),
      });
      expect(answer.headers.location).toBe('/');
    },
  );
});

describe('wrong tokens', () => {
  const right = { authorization: `Bearer ${TOKEN}` };
  const api = ({ app }: TestConsole, headers: Record<string, string>) => app.inject({ url: '/api/incidents', headers });
  const byForm = ({ app }: TestConsole, token: string) =>
    app.inject({ method: 'POST', url: '/sign-in', headers: FORM, payload: form({ token }) });
  const doors: readonly [string, (it: TestConsole, token: string) => Promise<LightMyRequestResponse>, number][] = [
    ['the API', (it, token) => api(it, { authorization: `Bearer ${token}` }), 401],
    ['a page', ({ app }, token) => app.inject({ url: '/routes', headers: { authorization: `Bearer ${token}` } }), 401],
    ['the form', byForm, 401],
    ['the link', ({ app }, token) => app.inject({ url: `/?token=${token}` }), 303],
  ];

  test.each(doors)('by %s are refused ten times in a minute, and then told to wait', async (_door, knock, refused) => {
    const it = await startConsole();
    for (let n = 0; n < 10; n++) expect((await knock(it, `guess${n}`)).statusCode).toBe(refused);
    const answer = await knock(it, 'one more');
    expect(answer.statusCode).toBe(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(50);
    expect(answer.headers['set-cookie']).toBeUndefined();
  });

  test('are counted together, whichever door they come to', async () => {
    const it = await startConsole();
    for (const [, knock] of [...doors, ...doors, doors[0]!]) await knock(it, 'guess');
    expect((await api(it, { authorization: 'Bearer tenth' })).json()).toMatchObject({ code: 'unauthorized' });
    expect((await api(it, { authorization: 'Bearer more' })).json()).toMatchObject({ code: 'too_many_tries' });
  });

  test('from an address lock nobody out who has the right one', async () => {
    const it = await startConsole();
    for (let n = 0; n < 12; n++) await byForm(it, `guess${n}`);
    expect((await byForm(it, TOKEN)).statusCode, 'the form').toBe(303);
    expect((await it.app.inject({ url: `/?token=${encodeURIComponent(TOKEN)}` })).headers['set-cookie']).toBeDefined();
    expect((await api(it, right)).statusCode, 'the API').toBe(200);
    expect((await api(it, { cookie: it.cookie })).statusCode, 'who is signed in').toBe(200);
  });

  test('are all that counts: a request without one, or with the right one, is never too many', async () => {
    const it = await startConsole();
    for (let n = 0; n < 12; n++) {
      expect((await api(it, {})).statusCode).toBe(401);
      expect((await api(it, right)).statusCode).toBe(200);
    }
    expect((await api(it, { authorization: 'Bearer guess' })).statusCode).toBe(401);
  });

  test('of one address are not those of another', async () => {
    const it = await startConsole();
    const headers = { authorization: 'Bearer guess' };
    for (let n = 0; n < 11; n++) await api(it, headers);
    const answer = await it.app.inject({ url: '/api/incidents', headers, remoteAddress: '192.0.2.7' });
    expect(answer.statusCode).toBe(401);
  });
});

describe('a session', () => {
  test.each([
    ['after thirty days', { clock: { ...systemClock, now: () => Date.now() + 31 * 86_400_000 } }],
    ['when the token changed', { access: { token: 'another token' } }],
    ['when the key changed', { signingKey: 'another key' }],
  ])('ends %s', async (_when, options) => {
    const { restart, cookie } = await startConsole();
    const later = await restart(options);
    const answer = await fetch(later, { headers: { cookie }, redirect: 'manual' });
    expect(answer.status).toBe(303);
  });

  test('cannot be made up', async () => {
    const { app, cookie } = await startConsole();
    const forged = cookie.replace(
      /=[^.]+\./,
      `=${Buffer.from(JSON.stringify({ until: 9e15, name: 'x' })).toString('base64url')}.`,
    );
    expect((await app.inject({ url: '/', headers: { cookie: forged } })).statusCode).toBe(303);
  });

  test('ends by signing out', async () => {
    const { app, cookie } = await startConsole();
    const answer = await app.inject({ method: 'POST', url: '/sign-out', headers: { ...OURS, cookie } });
    expect(answer.headers['set-cookie']).toContain('Expires=Thu, 01 Jan 1970');
  });

  test('carries the name that people gave themselves, and presses under it', async () => {
    const { app, store, fire } = await startConsole();
    const id = await fire('API');
    const cookie = await signIn(app, 'Łukasz <b>');
    await app.inject({ method: 'POST', url: `/incidents/${id}/actions/acknowledge`, headers: { ...OURS, cookie } });
    expect((await store.incident(id))?.incident.owner).toEqual({
      platform: 'console',
      id: 'console',
      name: 'Łukasz <b>',
    });
  });
});

describe('a POST that comes by cookie', () => {
  const rows: readonly [string, Record<string, string>, number][] = [
    ['from a page of ours', { 'sec-fetch-site': 'same-origin' }, 303],
    ['from another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }, 403],
    ['from another port of this machine', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:1' }, 403],
    ['with our Origin, where the browser says no more', { origin: 'http://console.test' }, 303],
    ['with the Origin of PUBLIC_URL', { origin: 'https://tocsin.example' }, 303],
    ['with another Origin', { origin: 'http://evil.example' }, 403],
    ['with an opaque Origin', { origin: 'null' }, 403],
    ['with neither', {}, 403],
  ];
  test.each(rows)('%s', async (_who, headers, status) => {
    const { app, cookie, fire, store } = await startConsole({
      options: { access: { publicUrl: 'https://tocsin.example' } },
    });
    const id = await fire('API');
    const answer = await app.inject({
      method: 'POST',
      url: `/incidents/${id}/actions/acknowledge`,
      headers: { ...FORM, host: 'console.test', cookie, ...headers },
    });
    expect(answer.statusCode).toBe(status);
    expect((await store.incident(id))?.incident.status).toBe(status === 303 ? 'acknowledged' : 'firing');
  });

  test('needs it in the API too; a token needs nothing else', async () => {
    const { app, cookie, fire } = await startConsole();
    const url = `/api/incidents/${await fire('API')}/actions/acknowledge`;
    expect((await app.inject({ method: 'POST', url, headers: { cookie } })).statusCode).toBe(403);
    expect((await app.inject({ method: 'POST', url, headers: { authorization: `Bearer ${TOKEN}` } })).statusCode).toBe(
      200,
    );
  });
});

test('every page says what it may load', async () => {
  const { app, cookie } = await startConsole();
  for (const url of ['/', '/sign-in', '/routes', '/incidents/unknown', '/api/incidents']) {
    const { headers } = await app.inject({ url, headers: { cookie } });
    expect(headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';font-src 'self';img-src 'self';connect-src 'self';form-action 'self';frame-ancestors 'none';base-uri 'none'",
    );
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
  }
});
