import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { REDACTED } from '../../src/domain/secret-forms.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { bridgeOfFile, MAIN } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';
import { startWire, type WireRequest } from '../support/wire/server.ts';

const ALERTS = 'the-alertmanager-secret-of-the-tests';
/** With characters that an address, JSON and base64 each write in their own way. */
const TOKEN = `canary-${crypto.randomUUID()}/+=&"%41<`;

/** Nobody may be led here. */
const sentinel = await startWire(() => ({ status: 200, json: {} }));
/** Repeats what it was sent, and breaks some of the connections. */
const server = await startWire(({ path, headers, query, body }) => {
  if (path.startsWith('/moved')) return { status: 307, headers: { location: `${sentinel.url}${path}` }, body: '' };
  if (path.startsWith('/broken')) return 'reset';
  return { status: 201, json: { id: `${headers.authorization} ${query.get('token')}`, body } };
});
afterAll(async () => {
  await Promise.all([server.close(), sentinel.close()]);
});

const runbook = (path: string, more = '') => `---
label: Tried
run: http
url: "${server.url}${path}/{{ labels.hostile }}/{{ incident.title }}?q={{ labels.hostile }}&token={{ secrets.TOKEN }}"
headers: { Authorization: "Bearer {{ secrets.TOKEN }}", X-Title: "{{ title }}" }
json: { text: "{{ labels.hostile }}", token: "{{ secrets.TOKEN }}", login: '{{ "user:" | append: secrets.TOKEN | base64_encode }}' }
keep: { id: "{{ response.id }}" }
secrets: [TOKEN]
allow: [console]
timeout: 20s
${more}---
A test's.
`;

const bridge = bridgeOfFile({
  main: MAIN,
  env: { ALERTMANAGER_SECRETS: ALERTS, LOG_LEVEL: 'trace', TOKEN },
  files: {
    'templates/runbooks/sent.md': runbook('/sent'),
    'templates/runbooks/moved.md': runbook('/moved'),
    'templates/runbooks/broken.md': runbook('/broken'),
    'templates/runbooks/unreadable.md': runbook('/sent').replace(
      'X-Title: "{{ title }}"',
      'X-Title: "{{ secrets.TOKEN | time: secrets.TOKEN }}"',
    ),
  },
});

async function fire(text: string): Promise<string> {
  const alert = { status: 'firing', fingerprint: crypto.randomUUID(), labels: { alertname: text, hostile: text } };
  const body = Buffer.from(JSON.stringify({ alerts: [alert] }));
  const answer = await bridge().post('/webhooks/alertmanager', alertmanager.sign(body, ALERTS, Date.now()));
  return answer.body.incidents?.[0] as string;
}

async function ran(id: string, argument: string) {
  const { body } = await bridge().press(id, 'run', { argument });
  return soon(async () => {
    const run = (await bridge().api(`/incidents/${id}`)).runs.find((each) => each.id === body['run']);
    expect(run?.state).toMatch(/^(succeeded|failed|unknown)$/);
    return run as NonNullable<typeof run>;
  });
}

const HOSTILE = [
  ...['@evil.example', '//evil.example/', 'http://evil.example/', '2130706433', '0x7f.1', '017700000001', '127.1'],
  ...[
    '[::ffff:127.0.0.1]',
    '①②⑦.⓪.⓪.①',
    '169.254.169.254',
    'localhost.',
    '..%2f..%2f',
    'a\r\nX-Evil: 1',
    '#',
    '?token=',
  ],
  ...['{{ secrets.TOKEN }}', '","admin":"', '\u202eevil', '😀'],
];

test('T35 T39 no value of an alert leads a request elsewhere, adds to it, or is shown a secret', async () => {
  for (const text of HOSTILE) {
    const before = server.requests.length;
    expect(await ran(await fire(text), 'sent'), text).toMatchObject({ state: 'succeeded' });
    const [request] = server.requests.slice(before) as [WireRequest];
    const [, sent, hostile = '', title = '', ...rest] = request.path.split('/');
    expect({ sent, rest, hostile: decodeURIComponent(hostile) }).toEqual({ sent: 'sent', rest: [], hostile: text });
    expect(decodeURIComponent(title)).toContain(text);
    expect(Object.fromEntries(request.query)).toEqual({ q: text, token: TOKEN });
    expect(request.headers).toMatchObject({ host: `127.0.0.1:${server.port}`, authorization: `Bearer ${TOKEN}` });
    expect(request.headers).not.toHaveProperty('x-evil');
    expect(JSON.parse(request.body)).toMatchObject({ text, token: TOKEN });
  }
  expect(sentinel.requests).toEqual([]);
});

test('T35 a value that is a step upwards sends nothing', async () => {
  const before = server.requests.length;
  const run = await ran(await fire('..'), 'sent');
  expect(run).toMatchObject({ state: 'failed', summary: expect.stringMatching(/^not sent: the path goes upwards/) });
  expect(server.requests).toHaveLength(before);
});

test('T35 a redirect is not followed', async () => {
  const run = await ran(await fire('Moved'), 'moved');
  expect(run).toMatchObject({
    state: 'failed',
    summary: expect.stringMatching(/^HTTP 307: redirects are not followed/),
  });
  expect(sentinel.requests).toEqual([]);
});

test('T36 a request whose answer was lost is unknown, and is never sent again by itself', async () => {
  const before = server.requests.length;
  const run = await ran(await fire('Broken'), 'broken');
  expect(run).toMatchObject({
    state: 'unknown',
    summary: expect.stringContaining('look there before you run it again'),
  });
  expect(server.requests).toHaveLength(before + 1);
  expect(server.requests.at(-1)?.headers['idempotency-key']).toBe(run.id);
});

test('T39 a secret in a request is printed, answered and stored nowhere, whatever becomes of it', async () => {
  const id = await fire('Secret');
  for (const argument of ['sent', 'moved', 'broken']) await ran(id, argument);
  expect((await ran(id, 'unreadable')).summary).toMatch(/^not run: .*\[redacted\]/);
  const shown = JSON.stringify(await bridge().api(`/incidents/${id}`));
  expect(shown).toContain(REDACTED);
  const { folder } = bridge();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const stored = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
  const places = { shown, stored: stored.join('\n'), log: bridge().output() };
  const base64 = Buffer.from(`user:${TOKEN}`).toString('base64');
  const forms = [TOKEN, encodeURIComponent(TOKEN), JSON.stringify(TOKEN).slice(1, -1), base64, btoa(TOKEN)];
  for (const form of forms)
    for (const [place, text] of Object.entries(places))
      expect(text.includes(form), `${form} is in ${place}`).toBe(false);
});
