import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { REDACTED } from '../../src/domain/secret-forms.ts';
import { signHmac } from '../../src/sources/signature.ts';
import { tocsinProcess } from '../cli/run.ts';
import { type Bridge, MAIN, startBridge, writeInto } from '../support/bridge.ts';
import { scriptRunbook } from '../support/script-runbook.ts';
import { soon } from '../support/soon.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const fixture = (name: string) => readFileSync(join(FIXTURES, name));

/** Found nowhere else, and with characters that each writer writes in its own way. */
const canary = (name: string) => `canary-${name}-${crypto.randomUUID()}/+=&"%41<`;
const json = { 'content-type': 'application/json' };

test('T39 no secret, token or signature is printed at trace level, answered, or stored outside of .env', {
  timeout: 60_000,
}, async () => {
  const [newest, oldest, monitor, console, metrics, deploy, mistyped] = [
    'new',
    'old',
    'monitor',
    'console',
    'metrics',
    'deploy',
    'mistyped',
  ].map(canary) as [string, string, string, string, string, string, string];
  const settings = `WIZSTATUS_SECRETS='${newest}, ${oldest}'
ALERTMANAGER_SECRETS='${monitor}'
CONSOLE_TOKEN='${console}'
METRICS_TOKEN_FILE=secrets/metrics
LOG_LEVEL=trace
`;
  const bridge = await startBridge({
    main: MAIN,
    env: { WIZSTATUS_SECRETS: undefined, CONSOLE_TOKEN: undefined },
    files: {
      '.env': `${settings}DEPLOY_TOKEN='${deploy}'\n`,
      'secrets/metrics': metrics,
      ...scriptRunbook(
        'deploy',
        `printf '%s\\n' "$DEPLOY_TOKEN" >&2
printf '%s' "$DEPLOY_TOKEN" | cut -c1-20 | tr -d '\\n'; sleep 0.4; printf '%s\\n' "$DEPLOY_TOKEN" | cut -c21-
echo "https://x:$DEPLOY_TOKEN@host/?key=$DEPLOY_TOKEN"
printf '%s' "$DEPLOY_TOKEN" | base64 -w0
printf '{"token":"%s"}\\n' "$DEPLOY_TOKEN"
echo it has its secret`,
        { more: 'secrets: [DEPLOY_TOKEN]\n' },
      ),
    },
  });
  const hidden = new Set([newest, oldest, monitor, console, metrics, deploy, mistyped]);
  const answers: string[] = [];
  const call = async (path: string, request: RequestInit = {}) => {
    const response = await fetch(bridge.url + path, { redirect: 'manual', ...request });
    const headers = [...response.headers].filter(([name]) => name !== 'set-cookie'); // to whom it belongs
    answers.push(`${JSON.stringify(headers)}\n${await response.text()}`);
    return response;
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}`, ...json });

  const body = fixture('wizstatus/firing.json');
  for (const secret of [newest, oldest, mistyped]) {
    hidden.add(signHmac(body, secret));
    await call('/webhooks/wizstatus', { method: 'POST', headers: { 'x-signature': signHmac(body, secret) }, body });
  }
  for (const broken of ['{', '{"event_type":7}', '[1'])
    await call('/webhook', {
      method: 'POST',
      headers: { 'x-signature': signHmac(Buffer.from(broken), newest) },
      body: broken,
    });
  const batch = fixture('alertmanager/batch.json');
  for (const secret of [monitor, mistyped])
    for (const authorization of [`Bearer ${secret}`, `Basic ${btoa(`am:${secret}`)}`]) {
      hidden.add(authorization.split(' ')[1] as string);
      await call('/webhooks/alertmanager', { method: 'POST', headers: { authorization }, body: batch });
      await call('/webhooks/alertmanager', { method: 'POST', headers: { 'x-bridge-token': secret }, body: '{' });
      await call(`/webhooks/alertmanager?key=${encodeURIComponent(secret)}&token=${mistyped}`, {
        method: 'POST',
        body: batch,
      });
    }
  for (const token of [console, mistyped]) {
    await call('/api/incidents', { headers: bearer(token) });
    await call(`/api/incidents?limit=${encodeURIComponent(token)}`, { headers: bearer(token) });
    const entered = await call(`/?token=${encodeURIComponent(token)}`);
    const cookie = entered.headers.getSetCookie()[0]?.split(';')[0];
    if (cookie !== undefined) {
      hidden.add(cookie.slice(cookie.indexOf('=') + 1));
      for (const path of ['/', '/routes', '/deliveries', '/sign-in', '/api/incidents/unknown'])
        await call(path, { headers: { cookie } });
    }
    await call('/sign-in', { method: 'POST', body: new URLSearchParams({ token, name: 'A' }) });
    await call(`/nowhere/${encodeURIComponent(token)}?token=${encodeURIComponent(token)}`, { headers: bearer(token) });
  }
  for (const token of [metrics, mistyped]) await call('/metrics', { headers: bearer(token) });

  const listed = await fetch(`${bridge.url}/api/incidents`, { headers: bearer(console) });
  const { incidents } = (await listed.json()) as { incidents: { id: string }[] };
  const at = `/api/incidents/${incidents[0]?.id}`;
  await call(`${at}/actions/run`, {
    method: 'POST',
    headers: bearer(console),
    body: JSON.stringify({ argument: 'deploy' }),
  });
  await soon(async () => {
    await call(at, { headers: bearer(console) });
    expect(answers.at(-1)).toContain('it has its secret');
    expect(answers.at(-1)).toContain('"succeeded"');
  });
  expect(answers.at(-1)?.split(REDACTED).length).toBeGreaterThan(6); // each line that it printed held it
  await reload(
    bridge,
    `${settings}WIZSTATUS_SECERTS='${mistyped}'\nDATABASE_URL='postgres://tocsin:${mistyped}@127.0.0.1/tocsin'\n`,
  );
  const checked = await tocsinProcess(bridge.folder, ['check']);

  const running = filesOf(bridge.folder);
  await bridge.stop();
  const printed = bridge.output();
  expect(printed).toContain('"level":30');
  for (const told of [printed, checked.out + checked.err]) expect(told).toContain('WIZSTATUS_SECERTS'); // the name, that is
  const texts = {
    log: printed,
    check: checked.out + checked.err,
    answers: answers.join('\n'),
    ...running,
    ...filesOf(bridge.folder),
  };
  expect(Object.keys(texts)).toContain('data/tocsin.db');
  for (const secret of hidden)
    for (const form of new Set([secret, encodeURIComponent(secret), btoa(secret), JSON.stringify(secret).slice(1, -1)]))
      for (const [where, text] of Object.entries(texts))
        expect(text.includes(form), `${secret} is in ${where}`).toBe(false);
});

/** Reads these settings, which have a fault, again. */
async function reload(bridge: Bridge, env: string): Promise<void> {
  writeInto(bridge.folder, '.env', env);
  const said = bridge.says('the old configuration stays');
  bridge.child.kill('SIGHUP');
  await said;
}

/** All that stands in its folder, but what the admin wrote there. */
function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .filter((name) => name !== '.env' && !name.startsWith('secrets/'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'latin1')]));
}
