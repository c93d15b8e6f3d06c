import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { bridgeOfFile, MAIN, startBridge } from '../support/bridge.ts';
import { startBrowser } from '../support/browser.ts';
import { storesNothing } from './stored.ts';

const TOKEN = 'the-alertmanager-secret-of-the-tests';
const bridge = bridgeOfFile({ main: MAIN, env: { ALERTMANAGER_SECRETS: TOKEN } });
let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

const fire = async (monitor: string) => (await bridge().send(monitor, 'firing')).body.incidents?.[0] as string;
async function cookie(): Promise<string> {
  const answer = await fetch(`${bridge().url}/?token=${bridge().token}`, { redirect: 'manual' });
  return answer.headers.getSetCookie()[0]?.split(';')[0] as string;
}

describe('T38', () => {
  const FORM = 'application/x-www-form-urlencoded';
  const FOREIGN: readonly [string, Record<string, string>][] = [
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' }],
    ['an address bar', { 'sec-fetch-site': 'none' }],
    ['another Origin', { origin: 'https://evil.example' }],
    ['an opaque Origin', { origin: 'null' }],
    ['an Origin that begins as ours', { origin: 'http://127.0.0.1.evil.example' }],
    ['a Referer of ours alone', { referer: 'http://127.0.0.1/' }],
    ['nowhere', {}],
  ];
  test.each(FOREIGN)('T38 a POST by cookie from %s is 403, and nothing is done', async (_who, headers) => {
    const [id, signedIn] = [await fire('Forged'), await cookie()];
    await storesNothing(bridge(), async () => {
      for (const [path, type, body] of [
        [`/incidents/${id}/actions/resolve`, FORM, ''],
        [`/incidents/${id}/actions/note`, FORM, 'confirmed=yes&inputs.text=x'],
        [`/api/incidents/${id}/actions/resolve`, 'application/json', '{}'],
        [`/api/incidents/${id}/actions/resolve`, 'text/plain', '{}'],
        ['/deliveries/replay', FORM, 'delivery=all'],
        ['/silences', FORM, 'matchers=severity=warning&length=2h&why=x'],
        ['/silences/end', FORM, 'silence=x'],
        ['/name', FORM, 'name=Mallory'],
        ['/sign-out', FORM, ''],
      ] as const) {
        const answer = await fetch(bridge().url + path, {
          method: 'POST',
          headers: { 'content-type': type, cookie: signedIn, ...headers },
          body,
          redirect: 'manual',
        });
        expect([path, answer.status, answer.headers.getSetCookie()]).toEqual([path, 403, []]);
      }
    });
  });

  test('T38 its cookie is for its own pages only, and out of reach for every script', async () => {
    const answer = await fetch(`${bridge().url}/?token=${bridge().token}`, { redirect: 'manual' });
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^tocsin=.*; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    expect(answer.headers.get('location')).toBe('/');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  test('T38 every answer says what a browser may make of it, errors too', async () => {
    const [id, signedIn] = [await fire('Headers'), await cookie()];
    const bearer = { authorization: `Bearer ${bridge().token}` };
    for (const [method, path, headers] of [
      ['GET', '/', {}],
      ['GET', '/', { cookie: signedIn }],
      ['GET', `/incidents/${id}`, { cookie: signedIn }],
      ['GET', '/incidents/unknown', { cookie: signedIn }],
      [
        'POST',
        `/incidents/${id}/actions/explode`,
        { cookie: signedIn, 'sec-fetch-site': 'same-origin', 'content-type': FORM },
      ],
      ['POST', `/incidents/${id}/actions/resolve`, { cookie: signedIn }],
      ['GET', '/sign-in', {}],
      ['POST', '/sign-in', { 'content-type': 'text/csv' }],
      ['GET', '/api/incidents', {}],
      ['GET', '/api/incidents', bearer],
      ['GET', '/api/incidents?limit=x', bearer],
      ['GET', '/api/incidents/unknown', bearer],
      ['GET', '/nowhere', {}],
      ['GET', '/incidents/%zz', {}],
      ['GET', '/healthz', {}],
      ['GET', '/readyz', {}],
      ['GET', '/metrics', { 'x-forwarded-for': '10.0.0.1' }],
      ['POST', '/webhook', {}],
      ['PUT', '/webhooks/nagios', {}],
    ] as readonly [string, string, Record<string, string>][]) {
      const answer = await fetch(bridge().url + path, {
        method,
        headers,
        redirect: 'manual',
        ...(method === 'GET' ? {} : { body: 'a=b' }),
      });
      const csp = answer.headers.get('content-security-policy') ?? '';
      expect([method, path, answer.status, answer.headers.get('x-content-type-options')]).toEqual([
        method,
        path,
        answer.status,
        'nosniff',
      ]);
      expect([path, csp]).toEqual([path, expect.stringContaining("default-src 'none'")]);
      expect([path, csp]).toEqual([path, expect.stringContaining("frame-ancestors 'none'")]);
      expect(csp).not.toContain('unsafe');
    }
  });

  test('T38 of wrong tokens only ten are heard in a minute, and the right one is heard all the same', async () => {
    const guessed = await startBridge({ main: MAIN });
    const guess = (token: string) =>
      fetch(`${guessed.url}/sign-in`, {
        method: 'POST',
        body: new URLSearchParams({ token, name: 'x' }),
        redirect: 'manual',
      });
    const statuses: number[] = [];
    for (let n = 0; n < 20; n++) statuses.push((await guess(`guess-${n}`)).status);
    expect(statuses).toEqual([...Array(10).fill(401), ...Array(10).fill(429)]);
    expect((await guess(guessed.token)).status).toBe(303);
  });

  test('T38 hostile text in every field is text on every page: nothing runs, nothing is fetched', {
    timeout: 60_000,
  }, async () => {
    const evil = `"><img src=https://evil.example/x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>{{7*7}}\${7*7}'`;
    const context = await browser.newContext();
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const foreign: string[] = [];
    page.on('dialog', (dialog) => void dialog.dismiss().then(() => foreign.push(dialog.message())));
    page.on('request', (request) => {
      if (!request.url().startsWith(bridge().url)) foreign.push(request.url());
    });
    await page.goto(`${bridge().url}/sign-in`);
    await page.getByLabel(/token/i).fill(bridge().token);
    await page.getByLabel(/name/i).fill(evil);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`${bridge().url}/`);

    const alert = {
      status: 'firing',
      fingerprint: evil,
      labels: { alertname: evil, severity: 'critical', instance: evil, [evil]: evil },
      annotations: { summary: evil, description: evil },
      generatorURL: `javascript:alert(4)//${evil}`,
    };
    const body = Buffer.from(JSON.stringify({ alerts: [alert] }));
    const { body: told } = await bridge().post(
      `/webhooks/alertmanager?labels.x=${encodeURIComponent(evil)}`,
      alertmanager.sign(body, TOKEN, Date.now()),
    );
    const id = told.incidents?.[0] as string;
    await bridge().press(id, 'note', { inputs: { text: evil } });
    await page.goto(`${bridge().url}/incidents/${id}`);
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page
      .getByText(/^Acknowledged by/)
      .first()
      .waitFor();
    for (const path of [
      `/incidents/${id}?as=slack`,
      `/incidents/${id}?as=discord`,
      `/incidents/${id}?as=teams`,
      '/',
      `/?q=${encodeURIComponent(evil)}`,
      '/deliveries',
      '/silences',
      '/sign-in',
    ]) {
      await page.goto(bridge().url + path);
      await page.waitForLoadState();
      expect(await page.locator('img[src*=evil], svg[onload], script:not([src])').count(), path).toBe(0);
    }
    await page.goto(`${bridge().url}/incidents/${id}`);
    await page.getByText('Live', { exact: true }).waitFor();
    expect(await page.getByText('alert(2)').count()).toBeGreaterThan(3); // it is there, as text
    expect(foreign).toEqual([]);
  });

  test('T38 the API gives hostile text as data that no browser takes for a page', async () => {
    const evil = '<!doctype html><script>alert(1)</script>';
    const id = await fire(evil);
    const page = await fetch(`${bridge().url}/api/incidents/${id}`, {
      headers: { authorization: `Bearer ${bridge().token}` },
    });
    expect(page.headers.get('content-type')).toMatch(/^application\/json\b/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await page.json()).toMatchObject({ title: `${evil} is down`, monitor: evil });
  });
});
