import { describe, expect, onTestFinished, test } from 'vitest';
import type { Principal } from '../../src/domain/model.ts';
import { LINK_LASTS_MS, signLink } from '../../src/domain/signed-link.ts';
import { startBrowser } from '../support/browser.ts';
import { clockAt } from '../support/clock.ts';
import { FORM, KEY, startConsole, type TestConsole } from './console.ts';

const FROM_ELSEWHERE: readonly Readonly<Record<string, string>>[] = [
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'none' },
  { origin: 'https://evil.example' },
];

/** The path of a link that was on a card since `at`. */
function pathOf(incident: string, action: string, argument?: string, at = Date.now()): string {
  const link = { incident, destination: 'teams-webhook:ops', until: at + LINK_LASTS_MS };
  return `/a/${signLink(KEY, link, { action, ...(argument === undefined ? {} : { argument }) })}`;
}

const follow = ({ app }: TestConsole, url: string) => app.inject({ url });
const send = ({ app }: TestConsole, url: string, fields: Record<string, string> = {}, headers = {}) =>
  app.inject({
    method: 'POST',
    url,
    headers: { ...FORM, ...headers },
    payload: new URLSearchParams(fields).toString(),
  });
const incidentOf = async ({ store }: TestConsole, id: string) => (await store.incident(id))?.incident;
const linesOf = async ({ store }: TestConsole, id: string) => (await store.incident(id))?.timeline ?? [];

describe('the page behind a link', () => {
  test('says what the link will do, and does nothing by itself', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const url = pathOf(id, 'acknowledge');
    const { statusCode, body, headers } = await follow(it, url);
    expect(statusCode).toBe(200);
    expect(body).toContain('API is down');
    expect(body).toMatch(/<h2 id="asked-title">Acknowledge<\/h2>/);
    expect(body).toContain('Nothing is done yet.');
    expect(body).toContain(`<form class="asked" method="post" action="${url.slice('/a/'.length)}"`);
    expect(headers).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'cache-control': 'no-store',
      'content-security-policy': expect.stringContaining("default-src 'none'"),
    });
    expect((await incidentOf(it, id))?.status).toBe('firing');
  });

  test('runs no script, and loads nothing from elsewhere', async () => {
    const it = await startConsole();
    const { body } = await follow(it, pathOf(await it.fire('API'), 'note'));
    expect(body).not.toMatch(/<script|\son\w+=|http-equiv|hx-/);
    expect([...body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url)).toSatisfy((urls: string[]) =>
      urls.every((url) => /^(?:\/assets|\.\.\/incidents)\//.test(url)),
    );
  });

  test.each([
    ['that was changed', (url: string) => `${url.slice(0, -1)}${url.endsWith('A') ? 'B' : 'A'}`, 'not our link'],
    ['that is cut', (url: string) => url.slice(0, -10), 'not our link'],
    ['that says nothing', () => '/a/', 'not our link'],
    ['of any length', () => `/a/${'x'.repeat(5_000)}`, 'not our link'],
  ])('a link %s is 403, to look at and to send', async (_, change, says) => {
    const it = await startConsole();
    const id = await it.fire('API');
    const url = change(pathOf(id, 'acknowledge'));
    for (const answer of [await follow(it, url), await send(it, url)]) {
      expect(answer.statusCode).toBe(403);
      expect(answer.body).toContain(says);
    }
    expect((await incidentOf(it, id))?.status).toBe('firing');
  });

  test('a link is over after 24 hours', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const url = pathOf(id, 'acknowledge', undefined, Date.now() - LINK_LASTS_MS);
    for (const answer of [await follow(it, url), await send(it, url)]) {
      expect(answer.statusCode).toBe(403);
      expect(answer.body).toContain('This link has expired');
    }
    expect((await incidentOf(it, id))?.status).toBe('firing');
  });

  test('a link to an incident that is gone is 404', async () => {
    const it = await startConsole();
    const url = pathOf('0000000000000000', 'acknowledge');
    for (const answer of [await follow(it, url), await send(it, url)]) expect(answer.statusCode).toBe(404);
  });

  test('a link whose button is no longer offered says so, with the incident as it is now', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const [late, first] = [pathOf(id, 'acknowledge', undefined, Date.now() - 1), pathOf(id, 'acknowledge')];
    await send(it, first, { name: 'Maya' });
    const looked = await follow(it, late);
    expect([looked.statusCode, looked.body]).toEqual([409, expect.stringContaining('no longer offered')]);
    expect(looked.body).toContain('Acknowledged by Maya (by link)');
    const sent = await send(it, late, { name: 'Jonas' });
    expect([sent.statusCode, sent.body]).toEqual([409, expect.stringContaining('Not done.')]);
    expect((await incidentOf(it, id))?.owner?.name).toBe('Maya (by link)');
  });
});

describe('its form', () => {
  test('does it, in the name of a link, whatever name is given', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const answer = await send(it, pathOf(id, 'acknowledge'), { name: ' Maya \u202E Ortiz ' });
    expect([answer.statusCode, answer.body]).toEqual([200, expect.stringContaining('You have it.')]);
    expect(await incidentOf(it, id)).toMatchObject({
      status: 'acknowledged',
      owner: { platform: 'link', id: 'link', name: expect.stringMatching(/^Maya .* Ortiz \(by link\)$/) },
    });
  });

  test('needs no name', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    await send(it, pathOf(id, 'acknowledge'));
    expect((await incidentOf(it, id))?.owner?.name).toBe('Somebody (by link)');
  });

  test('sent ten times at once is done once; each other time, and after it, is told 409', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const url = pathOf(id, 'note');
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(it, url, { 'inputs.text': 'cold cache' })));
    expect(answers.map(({ statusCode }) => statusCode).toSorted()).toEqual([200, ...Array(9).fill(409)]);
    expect((await follow(it, url)).statusCode).toBe(409);
    expect((await linesOf(it, id)).filter(({ kind }) => kind === 'noted')).toHaveLength(1);
  });

  test('that lacks something keeps what was typed, and the link still works', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    const url = pathOf(id, 'note');
    const wrong = await send(it, url, { name: 'Maya', 'inputs.text': ' ' });
    expect(wrong.statusCode).toBe(422);
    expect(wrong.body).toContain('A note needs a text.');
    expect(wrong.body).toContain('value="Maya"');
    expect((await send(it, url, { 'inputs.text': 'cold <cache>' })).statusCode).toBe(200);
    expect((await linesOf(it, id)).at(-1)?.text).toBe('added a note: cold <cache>');
  });

  test.each(FROM_ELSEWHERE)('sent from elsewhere, %o, does nothing', async (headers) => {
    const it = await startConsole();
    const id = await it.fire('API');
    const answer = await send(it, pathOf(id, 'acknowledge'), {}, headers);
    expect(answer.statusCode).toBe(403);
    expect((await incidentOf(it, id))?.status).toBe('firing');
  });

  test.each([
    { 'sec-fetch-site': 'same-origin', origin: 'null' },
    { origin: 'null' }, // what a page without a referrer sends over plain HTTP
    { origin: 'https://tocsin.example.com' },
  ])('sent from its page, %o, does it', async (headers) => {
    const it = await startConsole({ options: { access: { publicUrl: 'https://tocsin.example.com' } } });
    const id = await it.fire('API');
    expect((await send(it, pathOf(id, 'acknowledge'), {}, headers)).statusCode).toBe(200);
  });
});

describe('who opens a link', () => {
  test('may take over from who opened another', async () => {
    const it = await startConsole();
    const id = await it.fire('API');
    await send(it, pathOf(id, 'acknowledge'), { name: 'Maya' });
    expect((await send(it, pathOf(id, 'take-over'), { name: 'Jonas' })).statusCode).toBe(200);
    expect((await linesOf(it, id)).at(-1)).toMatchObject({
      actor: { name: 'Jonas (by link)' },
      text: 'took over from Maya (by link)',
    });
  });

  const nobody: Principal = { platform: 'slack', kind: 'person', id: 'U1' };

  test('may do only what everybody may, and the timeline keeps the refusal, once', async () => {
    const it = await startConsole({ responders: new Map([['resolve', [nobody]]]) });
    const id = await it.fire('API');
    const url = pathOf(id, 'resolve');
    for (let times = 0; times < 3; times++) {
      const answer = await send(it, url, { name: 'Maya' });
      expect([answer.statusCode, answer.body]).toEqual([403, expect.stringContaining('Only slack:U1 may resolve.')]);
    }
    expect((await linesOf(it, id)).filter(({ kind }) => kind === 'refused')).toMatchObject([
      { actor: { platform: 'link', name: 'Maya (by link)' } },
    ]);
    expect((await incidentOf(it, id))?.status).toBe('firing');
  });

  test('may never run a runbook, nor stop one, whoever may', async () => {
    const it = await startConsole();
    const { incident, run } = await it.begin();
    const answers = [
      await send(it, pathOf(await it.fire('Web'), 'run', 'restart-demo')),
      await send(it, pathOf(incident, 'cancel', run)),
    ];
    for (const { statusCode, body } of answers)
      expect([statusCode, body]).toEqual([
        403,
        expect.stringContaining('A link cannot start, stop or approve a runbook'),
      ]);
    expect((await it.store.incident(incident))?.runs).toMatchObject([{ state: 'running' }]);
  });
});

test('in a browser without JavaScript its form is taken as one of ours, and its answer shows the incident as it is now', async () => {
  const it = await startConsole();
  const id = await it.fire('API');
  const browser = await startBrowser();
  onTestFinished(() => browser.close());
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(it.url)) foreign.push(request.url());
  });
  await page.goto(it.url + pathOf(id, 'acknowledge'));
  await page.getByLabel('Your name').fill('Maya');
  await page.getByRole('button', { name: 'Acknowledge' }).click();
  await page.getByText('You have it.').waitFor();
  expect(await page.locator('.state').textContent()).toContain('Acknowledged by Maya (by link)');
  expect((await incidentOf(it, id))?.status).toBe('acknowledged');
  expect(foreign).toEqual([]);
});

test('a link still works after a restart, and a used one does not', async () => {
  const it = await startConsole({ clock: clockAt() });
  const [id, other] = [await it.fire('API'), await it.fire('Web')];
  const used = pathOf(id, 'note');
  await send(it, used, { 'inputs.text': 'once' });
  const url = await it.restart();
  const post = (path: string) =>
    fetch(url + path, { method: 'POST', body: new URLSearchParams({ 'inputs.text': 'x' }) });
  expect((await post(used)).status).toBe(409);
  expect((await post(pathOf(other, 'note'))).status).toBe(200);
});
