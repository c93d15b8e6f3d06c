import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newId } from '../../src/domain/id.ts';
import type { Incident, Run } from '../../src/domain/model.ts';
import { startAutoScaling } from '../support/wire/auto-scaling.ts';
import { serviceAccount, startBigquery } from '../support/wire/bigquery.ts';
import type { WireAnswer, WireRequest } from '../support/wire/server.ts';
import { startStatuspage } from '../support/wire/statuspage.ts';
import { startZendesk } from '../support/wire/zendesk.ts';
import { makeFolder, maya, startBridge } from './bridge.ts';

const EXAMPLES = join(import.meta.dirname, '..', '..', 'templates', 'runbooks', 'examples');
const SECRETS: Record<string, string> = {
  ZENDESK_EMAIL: 'agent@acme.example',
  ZENDESK_TOKEN: 'the-token-of-zendesk',
  STATUSPAGE_PAGE: 'kctbh9vrtdwd',
  STATUSPAGE_KEY: 'the-key-of-statuspage',
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** The bridge with the examples of this service, copied as an admin does it. */
async function withExamples(service: string, edit: (text: string) => string, secrets = SECRETS) {
  const folder = makeFolder();
  for (const name of readdirSync(EXAMPLES).filter((each) => each.startsWith(service))) {
    const target = join(folder, 'runbooks', name);
    copyFileSync(join(EXAMPLES, name), target);
    if (name.endsWith('.md')) writeFileSync(target, edit(readFileSync(target, 'utf8')));
    else chmodSync(target, 0o755);
  }
  const bridge = await startBridge(folder, () => ({ secrets: (name) => secrets[name] }));

  /** As a press of Maya's does it, or, where the file says `on:`, as it starts by itself. */
  async function queue(runbook: string, inputs: Run['inputs']): Promise<void> {
    const text = readFileSync(join(folder, 'runbooks', `${runbook}.md`), 'utf8');
    const [, label = ''] = /^label: (.+)$/m.exec(text) ?? [];
    const on = /^on: (.+)$/m.exec(text)?.[1] as Run['on'];
    const started = on === undefined ? { by: maya } : { by: { platform: 'runbook', id: runbook, name: label }, on };
    const queued: Run = {
      ...{ id: newId(Date.now()), incident: bridge.incident, runbook, label, state: 'queued', ...started, inputs },
      ...{ digest: createHash('sha256').update(text).digest('hex'), approvals: 0, requestedAt: Date.now() },
      ...{ summary: '', output: '', values: {} },
    };
    await bridge.store.change({
      ids: [bridge.incident],
      decide: ({ byId }) => {
        const incident = byId.get(bridge.incident) as Incident;
        return { changes: [{ incident, timeline: [], runs: [queued] }], answer: undefined };
      },
    });
  }

  /** The only run that there is behind these, once it is over. */
  async function over(before: readonly Run[]): Promise<Run> {
    const newest = async () => (await bridge.runs())[before.length];
    await expect.poll(async () => (await newest())?.endedAt, { timeout: 20_000 }).toBeTypeOf('number');
    return (await newest()) as Run;
  }

  /** Runs it to its end. */
  async function ran(runbook: string, inputs: Run['inputs'] = {}): Promise<Run> {
    const before = await bridge.runs();
    await queue(runbook, inputs);
    return over(before);
  }

  /** Maya presses, and what that starts by itself runs to its end. */
  async function ranBy(action: string): Promise<Run> {
    const before = await bridge.runs();
    await bridge.press(action, '');
    return over(before);
  }
  return { bridge, ran, ranBy };
}

/** What happens once to a request of this method, after it was done. */
function onceOn(method: string, answer: WireAnswer) {
  let left = 1;
  return (request: WireRequest) => (request.method === method && left-- > 0 ? answer : undefined);
}

describe('Zendesk', () => {
  async function start(trouble?: (request: WireRequest) => WireAnswer | undefined) {
    const account = { email: 'agent@acme.example', token: 'the-token-of-zendesk' };
    const zendesk = await startZendesk(account, trouble);
    onTestFinished(zendesk.close);
    return {
      zendesk,
      ...(await withExamples('zendesk', (text) => text.replaceAll('https://acme.zendesk.com', zendesk.url))),
    };
  }

  test('a ticket is opened once, and solved once', async () => {
    const { zendesk, bridge, ran, ranBy } = await start();
    expect(await ran('zendesk-open')).toMatchObject({ state: 'succeeded', values: { ticket: '35436' } });
    const again = await ran('zendesk-open');
    expect(again).toMatchObject({ state: 'succeeded', values: { ticket: '35436' } });
    expect(again.summary).toMatch(/^found 35436, so nothing was sent/);
    expect(zendesk.tickets).toMatchObject([
      { external_id: bridge.incident, subject: 'Production API is down', priority: 'urgent', status: 'new' },
    ]);
    expect(await ranBy('resolve')).toMatchObject({ runbook: 'zendesk-solve', state: 'succeeded' });
    expect(zendesk.tickets[0]).toMatchObject({ status: 'solved' });
    expect(zendesk.tickets[0]?.comments.at(-1)).toBe('Resolved by Maya.');
    expect((await ran('zendesk-solve')).summary).toMatch(/^found solved, so nothing was sent/);
    expect(zendesk.tickets[0]?.comments).toHaveLength(2);
  });

  test('a ticket whose answer was lost is found again, and never doubled', async () => {
    const { zendesk, ran } = await start(onceOn('POST', 'reset'));
    const lost = await ran('zendesk-open');
    expect(lost.state).toBe('unknown');
    expect(lost.summary).toContain('it may have been done: look there before you run it again');
    expect(zendesk.tickets).toHaveLength(1);
    expect(await ran('zendesk-open')).toMatchObject({ state: 'succeeded', values: { ticket: '35436' } });
    expect(zendesk.tickets).toHaveLength(1);
  });

  test('secrets that an answer repeats are shown, told, kept and stored nowhere', async () => {
    const seen: string[] = [];
    const { bridge, ran } = await start(({ method, headers }) => {
      if (method !== 'POST') return undefined;
      seen.push(String(headers.authorization));
      const id = `${headers.authorization} the-token-of-zendesk`;
      return { status: 201, json: { ticket: { id } } };
    });
    const run = await ran('zendesk-open');
    expect(run.values['ticket']).toContain('[redacted]');
    expect(run.output).toContain('[redacted]');
    const [basic = ''] = seen;
    const secret = basic.slice('Basic '.length);
    expect(Buffer.from(secret, 'base64').toString()).toBe('agent@acme.example/token:the-token-of-zendesk');
    const stored = JSON.stringify([await bridge.store.incident(bridge.incident), bridge.shown]);
    for (const text of ['the-token-of-zendesk', 'agent@acme.example']) {
      expect(stored).not.toContain(text);
    }
    expect(stored).not.toContain(secret.slice(-20)); // the token's end, as base64 of the whole writes it
  });
});

test('Statuspage: an incident is opened once, updated, and resolved once', async () => {
  const page = { page: 'kctbh9vrtdwd', key: 'the-key-of-statuspage' };
  const statuspage = await startStatuspage(page, onceOn('POST', 'reset'));
  onTestFinished(statuspage.close);
  const { bridge, ran } = await withExamples('statuspage', (text) =>
    text.replaceAll('https://api.statuspage.io', statuspage.url),
  );
  const told = { name: 'API errors', message: 'Some requests fail.' };
  expect((await ran('statuspage-open', told)).state).toBe('unknown');
  expect(await ran('statuspage-open', told)).toMatchObject({
    state: 'succeeded',
    values: { incident: statuspage.incidents[0]?.id },
  });
  expect((await ran('statuspage-update', { message: 'A deploy broke it.' })).state).toBe('succeeded');
  expect((await ran('statuspage-update', { message: 'x', status: 'gone' })).summary).toMatch(/^HTTP 422/);
  expect((await ran('statuspage-resolve')).state).toBe('succeeded');
  expect((await ran('statuspage-resolve')).summary).toMatch(/^found \S+ resolved, so nothing was sent/);
  expect(statuspage.incidents).toMatchObject([
    {
      name: 'API errors',
      incident_updates: [
        { status: 'investigating', body: `Some requests fail. (reference ${bridge.incident})` },
        { status: 'identified', body: 'A deploy broke it.' },
        { status: 'resolved', body: 'This incident is resolved.' },
      ],
    },
  ]);
});

test('a group is scaled out, and never beyond its bounds', async () => {
  const groups = { web: { min: 0, max: 100, desired: 2 } };
  const { AWS_ACCESS_KEY_ID: accessKeyId = '', AWS_SECRET_ACCESS_KEY: secretAccessKey = '' } = SECRETS;
  const aws = await startAutoScaling([{ accessKeyId, secretAccessKey, groups }]);
  onTestFinished(aws.close);
  const { ran } = await withExamples('scale-out', (text) => text.replace('region:', `endpoint: ${aws.url}\nregion:`));
  expect((await ran('scale-out', { desired: '4' })).summary).toMatch(/^desired 2 -> 4 after /);
  expect((await ran('scale-out', { desired: '9999' })).summary).toMatch(
    /^not run: 9999 is more than "max", which is 10/,
  );
  expect(groups.web.desired).toBe(4);
});

describe('BigQuery', () => {
  async function start() {
    const account = serviceAccount();
    const bigquery = await startBigquery([account]);
    onTestFinished(bigquery.close);
    const examples = await withExamples(
      'bigquery',
      (text) => text.replace('project:', `endpoint: ${bigquery.url}\nproject:`),
      { GOOGLE_CREDENTIALS: account.json },
    );
    return { ...examples, table: () => bigquery.tables.get('acme.alerts.events') };
  }

  test('every event of an incident is a row of one table, with who did it', { timeout: 30_000 }, async () => {
    const { bridge, ran, ranBy, table } = await start();
    const runs = [await ran('bigquery-firing'), await ranBy('acknowledge'), await ranBy('resolve')];
    expect(runs.map(({ state }) => state)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    const { rows = new Map(), columns } = table() ?? {};
    expect([...rows.keys()]).toEqual(runs.map(({ id }) => id));
    expect(columns).toMatchObject({ event: 'STRING', at: 'TIMESTAMP', actor: 'STRING' });
    const same = {
      ...{ at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/), incident: bridge.incident, source: 'wizstatus' },
      ...{ severity: 'critical', monitor: 'Production API', title: 'Production API is down' },
    };
    expect([...rows.values()]).toEqual([
      { ...same, event: 'firing' },
      { ...same, event: 'acknowledged', actor: 'Maya' },
      { ...same, event: 'resolved', actor: 'Maya' },
    ]);
  });

  test('a row of what nobody did names nobody', { timeout: 30_000 }, async () => {
    const { ran, table } = await start();
    for (const event of ['acknowledged', 'resolved'])
      expect(await ran(`bigquery-${event}`)).toMatchObject({ state: 'succeeded' });
    expect([...(table()?.rows.values() ?? [])]).toMatchObject([{ actor: null }, { actor: null }]);
  });
});

test('a service is restarted only where the script lists it', async () => {
  const { ran } = await withExamples('restart-service', (text) => text.replace(/^match:.*\n/m, ''));
  const { summary, output } = await ran('restart-service');
  expect({ summary: summary.split(' after')[0], output }).toEqual({
    summary: 'exit 2',
    output: ' is not in the list of this script\n',
  });
});

test('each example is tried here', () => {
  const names = readdirSync(EXAMPLES).filter((name) => name.endsWith('.md'));
  const tried =
    /^(?:zendesk-(?:open|solve)|statuspage-(?:open|update|resolve)|scale-out|restart-service|bigquery-(?:firing|acknowledged|resolved))\.md$/;
  expect(names.filter((name) => !tried.test(name))).toEqual([]);
});
