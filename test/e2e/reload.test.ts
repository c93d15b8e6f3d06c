import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { tocsinProcess } from '../cli/run.ts';
import { MAIN, startBridge, writeInto } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';

test('a .env with a fault is told and not taken, and the bridge goes on with the last good one', async () => {
  const good = 'WIZSTATUS_SECRETS=the-first-secret\n';
  const bridge = await startBridge({ main: MAIN, env: { WIZSTATUS_SECRETS: undefined }, files: { '.env': good } });
  for (const [bad, told] of [
    ['WIZSTATUS_SECRETS=the-second-secret\nROUTE_DEFAULT=slak:ops\n', 'ROUTE_DEFAULT'],
    ['WIZSTATUS_SECRET=the-second-secret\n', 'WIZSTATUS_SECRETS'],
    [`${good}ROUTE_DB='monitor=~"db-(" -> console'\n`, 'ROUTE_DB'],
  ] as const) {
    writeInto(bridge.folder, '.env', bad);
    const said = bridge.says('the old configuration stays');
    bridge.child.kill('SIGHUP');
    await said;
    expect(
      bridge
        .output()
        .split('\n')
        .findLast((line) => line.includes('stays')),
    ).toContain(told);
    expect((await bridge.send('Production API', 'firing', { secret: 'the-first-secret' })).status).toBe(200);
    expect((await bridge.send('Production API', 'firing', { secret: 'the-second-secret' })).status).toBe(401);
  }
});

test('a start with faults ends at once and names every one of them with its cure', async () => {
  const starting = startBridge({
    main: MAIN,
    env: { TRUST_PROXY: 'true', ROUTE_DB: 'monitor=~"db-(" -> console' },
    files: { '.env': 'WIZSTATUS_SECERTS=typo\n' },
  });
  const told = await starting.then(
    () => 'it started',
    (error: Error) => error.message,
  );
  for (const name of ['TRUST_PROXY', 'ROUTE_DB', 'WIZSTATUS_SECERTS']) expect(told).toContain(name);
});

test('a start that fails half-way ends the process, so that whoever watches it starts it again', async () => {
  const before = await startBridge({ main: MAIN });
  await before.stop();
  const database = new DatabaseSync(join(before.folder, 'data', 'tocsin.db'));
  database.exec(`
    delete from settings where name = 'signing.key';
    create trigger no_key before insert on settings when new.name = 'signing.key'
    begin select raise(abort, 'no key may be kept'); end;`);
  database.close();
  await expect(startBridge({ main: MAIN, after: before })).rejects.toThrow(/It ended without[\s\S]*no key may be kept/);
});

const KEEP = 'WIZSTATUS_SECRETS=the-first-secret\n';

/** A bridge whose settings all stand in `.env`, and what to do to have it read again. */
async function reloadable(env: string, files: Readonly<Record<string, string>> = {}) {
  const bridge = await startBridge({
    main: MAIN,
    env: { WIZSTATUS_SECRETS: undefined, CONSOLE_TOKEN: undefined },
    files: { ...files, '.env': KEEP + env },
  });
  const reload = async (next: string) => {
    writeInto(bridge.folder, '.env', KEEP + next);
    const said = bridge.says('configuration was read again');
    bridge.child.kill('SIGHUP');
    await said;
  };
  return { bridge, reload };
}
const first = 'CONSOLE_TOKEN=first-token-of-the-tests\n';
const signIn = async (url: string, token: string) => {
  const answer = await fetch(`${url}/?token=${token}`, { redirect: 'manual' });
  return answer.headers.get('set-cookie') ?? '';
};
const withCookie = async (url: string, cookie: string) =>
  (await fetch(`${url}/api/incidents`, { headers: { cookie: cookie.split(';')[0] ?? '' } })).status;

test('a changed CONSOLE_TOKEN lets the new one in, and ends what was signed in with the old one', async () => {
  const { bridge, reload } = await reloadable(first);
  const bearer = async (token: string) =>
    (await fetch(`${bridge.url}/api/incidents`, { headers: { authorization: `Bearer ${token}` } })).status;
  const cookie = await signIn(bridge.url, 'first-token-of-the-tests');
  expect([await bearer('first-token-of-the-tests'), await withCookie(bridge.url, cookie)]).toEqual([200, 200]);
  await reload('CONSOLE_TOKEN=second-token-of-the-tests\n');
  expect([await bearer('first-token-of-the-tests'), await withCookie(bridge.url, cookie)]).toEqual([401, 401]);
  expect(await bearer('second-token-of-the-tests')).toBe(200);
});

test('a changed PUBLIC_URL is taken: over HTTPS cookies become secure', async () => {
  const { bridge, reload } = await reloadable(first);
  expect(await signIn(bridge.url, 'first-token-of-the-tests')).toMatch(/^tocsin=/);
  await reload(`${first}PUBLIC_URL=https://tocsin.example.com\n`);
  expect(await signIn(bridge.url, 'first-token-of-the-tests')).toMatch(/^__Host-tocsin=.*Secure/);
});

test('a changed MAX_BODY_BYTES is taken, for bodies of declared and of unknown length', async () => {
  const { bridge, reload } = await reloadable('');
  const send = async (body: string | ReadableStream) =>
    (await fetch(`${bridge.url}/webhooks/wizstatus`, { method: 'POST', body, duplex: 'half' } as RequestInit)).status;
  const large = () => 'x'.repeat(5_000);
  const stream = () => new Blob([large()]).stream();
  expect([await send(large()), await send(stream())]).toEqual([401, 401]);
  await reload('MAX_BODY_BYTES=2000\n');
  expect([await send(large()), await send(stream())]).toEqual([413, 413]);
});

test('a changed LOG_LEVEL is taken', async () => {
  const { bridge, reload } = await reloadable('');
  const probe = () => fetch(`${bridge.url}/healthz`).then((answer) => answer.text());
  await probe();
  expect(bridge.output()).not.toContain('"route":"/healthz"');
  await reload('LOG_LEVEL=debug\n');
  const said = bridge.says('"route":"/healthz"');
  await probe();
  await said;
});

test('another TEMPLATES_DIR is taken, and watched', async () => {
  const card = (title: string) => `---\ntitle: "${title} {{ incident.title }}"\n---\n`;
  const { bridge, reload } = await reloadable(first, { 'other/cards/incident.md': card('Other') });
  const answer = await bridge.send('API', 'firing', { secret: 'the-first-secret' });
  const cookie = (await signIn(bridge.url, 'first-token-of-the-tests')).split(';')[0] ?? '';
  const page = async () =>
    (await fetch(`${bridge.url}/incidents/${answer.body.incidents?.[0]}`, { headers: { cookie } })).text();
  expect(await page()).not.toContain('Other API');
  await reload(`${first}TEMPLATES_DIR=other\n`);
  expect(await page()).toContain('Other API');
  const said = bridge.says('templates were read again');
  writeInto(bridge.folder, 'other/cards/incident.md', card('Changed'));
  await said;
  expect(await page()).toContain('Changed API');
});

test('a token of its own making is told when it is needed, and stays', async () => {
  const { bridge, reload } = await reloadable(first);
  const link = () => [...bridge.output().matchAll(/^Console: (\S+)$/gm)].map(([, url]) => url as string);
  expect(link()).toEqual([]);
  await reload('');
  await soon(() => expect(link()).toHaveLength(1));
  const cookie = (await fetch(link()[0] as string, { redirect: 'manual' })).headers.get('set-cookie') ?? '';
  expect(await withCookie(bridge.url, cookie)).toBe(200);
  await reload('LOG_LEVEL=debug\n');
  expect(await withCookie(bridge.url, cookie)).toBe(200);
  expect(link()).toHaveLength(1);
});

test('a renewed certificate is served from the next connection on, and HTTPS stays on until the next start', async () => {
  const [one, two] = [certificate('first'), certificate('second')];
  const tls = 'TLS_CERT_FILE=tls.crt\nTLS_KEY_FILE=tls.key\n';
  const { bridge, reload } = await reloadable(tls, { 'tls.crt': one.cert, 'tls.key': one.key });
  expect(await nameServed(bridge.url)).toBe('first');
  writeInto(bridge.folder, 'tls.crt', two.cert);
  writeInto(bridge.folder, 'tls.key', two.key);
  await reload(tls);
  expect(await nameServed(bridge.url)).toBe('second');
  await reload('');
  expect(bridge.output()).toMatch(/"settings":\["TLS_CERT_FILE"\].*taken at the next start/);
  expect(await nameServed(bridge.url)).toBe('second');
});

test('another HOST waits, and what it would mean for HTTPS waits with it', async () => {
  const { bridge, reload } = await reloadable('');
  await reload('HOST=0.0.0.0\n');
  expect(bridge.output()).toMatch(/"settings":\["HOST"\].*taken at the next start/);
  expect((await bridge.send('API', 'firing', { secret: 'the-first-secret' })).status).toBe(200);
});

test('what only a start can change is named in the log, and the rest of the same file is taken', async () => {
  const { bridge, reload } = await reloadable(first);
  await reload('CONSOLE_TOKEN=second-token-of-the-tests\nDATABASE_URL=sqlite:elsewhere.db\n');
  expect(bridge.output()).toMatch(/"settings":\["DATABASE_URL"\].*taken at the next start/);
  expect(await signIn(bridge.url, 'second-token-of-the-tests')).toMatch(/^tocsin=/);
});

test('after the order to stop a new connection is told that it is not ready, and it is over soon', async () => {
  const bridge = await startBridge({ main: MAIN });
  const said = bridge.says('"msg":"stopping"');
  const began = performance.now();
  const stopped = bridge.stop();
  await said;
  const { status, headers } = await fetch(`${bridge.url}/readyz`);
  expect({ status, retry: headers.get('retry-after'), connection: headers.get('connection') }).toEqual({
    status: 503,
    retry: expect.any(String) as string,
    connection: 'close',
  });
  expect(await stopped).toBe(0);
  expect(performance.now() - began).toBeLessThan(5_000);
});

test('after the order to stop an open connection is answered 503 with Retry-After, and closed', async () => {
  const bridge = await startBridge({ main: MAIN });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      request(`${bridge.url}/webhooks/wizstatus`, { method: 'POST', agent }, (answer) => resolve(answer.resume()))
        .on('error', reject)
        .end('{}');
    });
  expect((await post()).statusCode).toBe(401);
  const said = bridge.says('"msg":"stopping"');
  bridge.child.kill('SIGTERM');
  await said;
  const { statusCode, headers } = await post();
  expect({ statusCode, retry: headers['retry-after'], connection: headers.connection }).toEqual({
    statusCode: 503,
    retry: expect.any(String),
    connection: 'close',
  });
  agent.destroy();
});

/** Whom the certificate of a new connection is for. */
async function nameServed(url: string): Promise<unknown> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { subject } = socket.getPeerCertificate();
  socket.destroy();
  return subject.CN;
}

function certificate(name: string): { readonly cert: string; readonly key: string } {
  const read = (ending: string) =>
    readFileSync(join(import.meta.dirname, '..', 'fixtures', 'tls', `${name}.${ending}`), 'utf8');
  return { cert: read('crt'), key: read('key') };
}

test('a reload is in the audit trail', async () => {
  const bridge = await startBridge({ main: MAIN, files: { '.env': 'LOG_LEVEL=info\n' } });
  bridge.child.kill('SIGHUP');
  await soon(async () => {
    const { out } = await tocsinProcess(bridge.folder, ['audit']);
    expect(JSON.parse(out)).toMatchObject({ actor: { platform: 'bridge' }, what: 'reload', outcome: 'done' });
  });
});
