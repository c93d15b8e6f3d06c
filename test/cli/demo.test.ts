import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { soon } from '../support/soon.ts';
import { apiOf, type Listed, startDemo } from './start-demo.ts';

test('a newcomer signs in by the printed link, acknowledges, runs the runbook, resolves, and stops with Ctrl-C', async () => {
  const demo = startDemo('demo.ts');
  const { link, url, token } = await demo.link();

  const page = await follow(link);
  expect(page.status).toBe(200);
  expect(page.url).not.toContain(token);

  const api = apiOf(url, token);
  const titled = async (title: string) => (await api.incidents()).find((incident) => incident.title === title);
  const { id } = (await soon(async () => {
    const found = await titled('Production API is down');
    expect(found).toMatchObject({
      status: 'firing',
      deliveries: [{ destination: 'console', state: 'delivered' }],
    });
    return found;
  })) as Listed;

  expect(await api.press(id, 'acknowledge')).toMatchObject({
    status: 200,
    json: { status: 'acknowledged', owner: { platform: 'console' } },
  });
  expect(await api.press(id, 'run', 'restart-demo')).toMatchObject({ status: 202, json: { run: expect.any(String) } });
  expect(await api.press(id, 'run', 'restart-demo')).toMatchObject({ status: 409, json: { code: 'already_running' } });
  await expect.poll(async () => (await api.incident(id)).runs).toMatchObject([{ state: 'succeeded' }]);
  const { runs, timeline } = await api.incident(id);
  expect(runs[0]?.output).toContain('restarting Production API on 2 hosts');
  expect(runs[0]?.output).toContain('Production API answers again');
  expect(timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['opened', 'acknowledged', 'run']));
  expect(await api.press(id, 'resolve')).toMatchObject({ status: 200, json: { status: 'resolved' } });

  await expect.poll(() => demo.printed(), { timeout: 30_000 }).toContain('That was the story.');
  expect(await titled('Database primary is down')).toMatchObject({ status: 'firing' });
  expect(await titled('Search index is up')).toMatchObject({ status: 'resolved' });
  const flapping = (await api.incidents()).flatMap((incident) => incident.timeline);
  expect(flapping.map(({ kind }) => kind)).toContain('flapping');

  await watch(url, token); // an open console does not hold it up
  demo.child.kill('SIGINT');
  demo.child.kill('SIGINT'); // an impatient second one changes nothing
  expect(await demo.child).toMatchObject({ exitCode: 0, stderr: '' });
  expect(demo.left()).toEqual([]);
}, 60_000);

test('a signal in the middle of the story ends it as well, and leaves nothing', async () => {
  const demo = startDemo('demo.ts');
  await demo.link();
  demo.child.kill('SIGTERM');
  expect(await demo.child).toMatchObject({ exitCode: 0, stderr: '' });
  expect(demo.left()).toEqual([]);
});

test('a given port that is taken is said in a sentence; where none is given, a free one is found', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  const refused = startDemo('demo.ts', { env: { PORT: String(port) } });
  expect(await refused.child).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining(`127.0.0.1:${port} is taken`),
  });
  expect(refused.left()).toEqual([]);
  server.close();

  const one = await startDemo('demo.ts', { env: { PORT: '' } }).link();
  const two = await startDemo('demo.ts', { env: { PORT: '' } }).link();
  expect(one.url).not.toBe(two.url);
});

/** Goes where the link leads, with a browser's cookies. */
async function follow(link: string): Promise<Response> {
  const cookies = new Map<string, string>();
  let url = link;
  for (let hops = 0; hops < 5; hops++) {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie } });
    for (const set of answer.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';', 1)[0] ?? '').split(/=(.*)/s);
      cookies.set(name, value);
    }
    const location = answer.headers.get('location');
    if (location === null) return answer;
    url = new URL(location, url).href;
  }
  throw new Error(`${link} leads nowhere`);
}

async function watch(url: string, token: string): Promise<void> {
  const stream = await fetch(`${url}/api/events`, { headers: { authorization: `Bearer ${token}` } });
  expect(stream.headers.get('content-type')).toContain('text/event-stream');
}

test('npm that is told to end ends the demo behind it too, and nothing is left', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-npm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = `node ${join(import.meta.dirname, '..', '..', 'src', 'cli', 'demo.ts')}`;
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { demo: script } }));
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  const left = () => readdirSync(temporary).filter((name) => name.startsWith('tocsin-')); // npm leaves a cache
  const npm = execa('npm', ['run', 'demo', '--no-update-notifier'], {
    cwd: folder,
    env: { PATH: pathWithNode, HOME: folder, PORT: '0', TMPDIR: temporary },
    extendEnv: false,
    reject: false,
    timeout: 60_000,
  });
  let printed = '';
  npm.stdout.on('data', (text) => {
    printed += text;
  });
  await soon(() => expect(printed).toContain('Monitors send signed webhooks'));
  expect(left()).toHaveLength(1);
  npm.kill('SIGTERM');
  await npm;
  await soon(() => expect(left()).toEqual([]));
});

const pathWithNode = [dirname(process.execPath), process.env.PATH].join(delimiter);
