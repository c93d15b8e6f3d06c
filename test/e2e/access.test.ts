import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { signHmac } from '../../src/sources/signature.ts';
import { type Bridge, MAIN, soon, startBridge } from '../support/bridge.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
test('no secret, token or signature is in the log at trace level, in the metrics, or in an answer', async () => {
  const canary = (name: string) => `canary-${name}-${crypto.randomUUID()}`;
  const env = {
    WIZSTATUS_SECRETS: `${canary('new')}, ${canary('old')}`,
    ALERTMANAGER_SECRETS: canary('alertmanager'),
    CONSOLE_TOKEN: canary('console'),
    METRICS_TOKEN: canary('metrics'),
    DEPLOY_TOKEN: canary('runbook'),
  };
  const [newest, oldest] = env.WIZSTATUS_SECRETS.split(', ') as [string, string];
  const bridge = await startBridge({
    main: MAIN,
    env: { ...env, LOG_LEVEL: 'trace' },
    files: {
      'templates/runbooks/deploy.md':
        "---\nlabel: Deploy\nrun: script\ncommand: [./deploy.sh]\nallow: [console]\nsecrets: [DEPLOY_TOKEN]\n---\n\nA test's.\n",
      'templates/runbooks/deploy.sh': '#!/bin/sh\ntest -n "$DEPLOY_TOKEN" && echo it has its secret\n',
    },
  });
  const hidden = [...Object.values(env), newest, oldest];
  const answers: string[] = [];
  const call = async (path: string, request: RequestInit = {}) => {
    const response = await fetch(bridge.url + path, { redirect: 'manual', ...request });
    answers.push(await response.text());
    return response;
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' });
  const body = readFileSync(join(FIXTURES, 'wizstatus', 'firing.json'));
  const wrong = canary('mistyped');
  hidden.push(wrong, signHmac(body, newest), signHmac(body, oldest), signHmac(body, wrong));

  for (const secret of [newest, oldest, wrong])
    await call('/webhooks/wizstatus', { method: 'POST', headers: { 'x-signature': signHmac(body, secret) }, body });
  for (const broken of ['{', '{"event_type":7}'])
    await call('/webhook', {
      method: 'POST',
      headers: { 'x-signature': signHmac(Buffer.from(broken), newest) },
      body: broken,
    });
  const batch = readFileSync(join(FIXTURES, 'alertmanager', 'batch.json'));
  for (const authorization of [
    `Bearer ${env.ALERTMANAGER_SECRETS}`,
    `Basic ${btoa(`am:${env.ALERTMANAGER_SECRETS}`)}`,
    `Bearer ${wrong}`,
    `Basic ${btoa(`am:${wrong}`)}`,
  ]) {
    hidden.push(authorization.split(' ')[1]!);
    await call('/webhooks/alertmanager', { method: 'POST', headers: { authorization }, body: batch });
  }
  await call(`/webhooks/alertmanager?key=${wrong}&token=${wrong}`, { method: 'POST', body: batch });
  for (const token of [env.CONSOLE_TOKEN, wrong]) {
    await call('/api/incidents', { headers: bearer(token) });
    await call(`/api/incidents?limit=${encodeURIComponent(token)}`, { headers: bearer(token) });
    const entered = await call(`/?token=${token}`);
    const next = entered.headers.get('location') ?? '/';
    const signedIn = await call(next.replace(bridge.url, ''));
    const cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie !== undefined) {
      hidden.push(cookie.slice(cookie.indexOf('=') + 1));
      await call('/', { headers: { cookie } });
    }
    await call('/sign-in', { method: 'POST', body: new URLSearchParams({ token, name: 'A' }) });
    await call('/nowhere', { headers: bearer(token) });
  }
  for (const token of [env.METRICS_TOKEN, wrong]) await call('/metrics', { headers: bearer(token) });

  const { incidents } = (await (
    await fetch(`${bridge.url}/api/incidents`, { headers: bearer(env.CONSOLE_TOKEN) })
  ).json()) as {
    incidents: { id: string }[];
  };
  const at = `/api/incidents/${incidents[0]!.id}`;
  await call(`${at}/actions/run`, {
    method: 'POST',
    headers: bearer(env.CONSOLE_TOKEN),
    body: JSON.stringify({ argument: 'deploy' }),
  });
  await soon(async () => {
    await call(at, { headers: bearer(env.CONSOLE_TOKEN) });
    expect(answers.at(-1)).toContain('it has its secret');
    expect(answers.at(-1)).toContain('"succeeded"');
  });
  expect(await bridge.stop()).toBe(0);

  expect(bridge.output()).toContain('"level":30');
  const texts = { log: bridge.output(), answers: answers.join('\n') };
  for (const secret of new Set(hidden))
    for (const form of [secret, encodeURIComponent(secret), btoa(secret)])
      for (const [where, text] of Object.entries(texts))
        expect(text.includes(form), `${secret} is in the ${where}`).toBe(false);
});

test('hostile text of an alert reaches the API as data, byte for byte', async () => {
  const bridge = await startBridge({ main: MAIN });
  const body = readFileSync(join(FIXTURES, 'wizstatus', 'mentions-html-unicode.json'));
  const { monitor } = JSON.parse(body.toString()) as { monitor: { name: string } };
  const answer = await signed(bridge, body);
  expect(answer.status).toBe(200);
  const [id] = answer.body.incidents as [string];
  expect(await bridge.api(`/incidents/${id}`)).toMatchObject({
    title: `${monitor.name} is down`,
    monitor: monitor.name,
  });
  const page = await fetch(`${bridge.url}/api/incidents/${id}`, {
    headers: { authorization: `Bearer ${bridge.token}` },
  });
  expect(page.headers.get('content-type')).toContain('application/json');
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
});

test('a batch of Alertmanager is one incident for each alert', async () => {
  const secret = 'the-alertmanager-secret';
  const bridge = await startBridge({ main: MAIN, env: { ALERTMANAGER_SECRETS: secret } });
  const post = (body: Uint8Array) => bridge.post('/webhooks/alertmanager', alertmanager.sign(body, secret, Date.now()));

  const batch = await post(readFileSync(join(FIXTURES, 'alertmanager', 'batch.json')));
  expect(batch).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(new Set(batch.body.incidents).size).toBe(3);
});

function signed(bridge: Bridge, body: Uint8Array) {
  return bridge.post('/webhooks/wizstatus', { headers: { 'x-signature': signHmac(body, bridge.secret) }, body });
}
