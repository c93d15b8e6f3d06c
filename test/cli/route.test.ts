import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, tocsin } from './run.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const fixture = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');

const ROUTES = {
  ROUTE_A: 'monitor=~"nothing-.*" -> console',
  ROUTE_B: 'severity=critical -> console; stop',
  ROUTE_C: 'console',
};

test('shows each route with the matcher that held or failed, and where the incident goes', async () => {
  const folder = folderWith({ 'down.json': fixture('wizstatus/firing.json') });
  const { code, out, err } = await tocsin(folder, ['route', 'down.json'], { env: ROUTES });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/failed {2}ROUTE_A: monitor is ".+", not matched by "nothing-\.\*"/);
  expect(out).toMatch(/held {4}ROUTE_B: severity is "critical"/);
  expect(out).toMatch(/failed {2}ROUTE_C: not read: ROUTE_B stopped/);
  expect(out).toContain('goes to console');
});

test('a value steers no terminal and begins no line; for programs it is as it came', async () => {
  const body = JSON.parse(fixture('wizstatus/firing.json'));
  body.monitor.name = 'a\u001B[2Jb\u009B31m\n  goes to nowhere';
  const input = JSON.stringify(body);
  const env = { ROUTE_A: 'monitor=x -> console', ROUTE_DEFAULT: 'console' };
  const { out } = await tocsin(folderWith(), ['route', '-'], { env, input });
  expect(out).not.toMatch(STEERING);
  expect(out).toContain('a\uFFFD[2Jb\uFFFD31m goes to nowhere');
  expect(out.match(/^ *goes to .*/gm)).toEqual(['  goes to console']);
  const json = (await tocsin(folderWith(), ['route', '-', '--json'], { env, input })).out;
  expect(json).not.toMatch(STEERING);
  expect(JSON.parse(json).incidents[0].title).toContain(body.monitor.name);
});

const STEERING = /[[\p{Cc}\p{Bidi_Control}]--\n]/v;

test('reads stdin, another source, and answers programs', async () => {
  const { code, out } = await tocsin(folderWith(), ['route', '-', '--source', 'alertmanager', '--json'], {
    env: ROUTES,
    input: fixture('alertmanager/batch.json'),
  });
  expect(code).toBe(0);
  const { incidents } = JSON.parse(out) as { incidents: { key: string; destinations: string[]; routes: object[] }[] };
  expect(incidents.length).toBeGreaterThan(1);
  expect(incidents[0]).toMatchObject({
    destinations: ['console'],
    routes: [{ route: 'ROUTE_A', held: false }, {}, {}, {}],
  });
});

test('shows a recovery as the outage that it ends', async () => {
  const folder = folderWith({ 'up.json': fixture('wizstatus/resolved.json') });
  expect((await tocsin(folder, ['route', 'up.json'])).out).toContain('held    ROUTE_DEFAULT');
});

test('a payload that the source does not send is told field by field', async () => {
  const { code, err, out } = await tocsin(folderWith(), ['route', '-'], { input: '{"event_type":7}' });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('event_type: ');
});

test('a faulty route is shown with a caret under the column', async () => {
  const { code, out } = await tocsin(folderWith(), ['route', '-'], {
    env: { ROUTE_DB: 'severity=critical -> consol' },
    input: fixture('wizstatus/firing.json'),
  });
  expect(code).toBe(1);
  expect(out).toContain('ROUTE_DB:22: ');
  expect(out).toContain(`    severity=critical -> consol\n    ${' '.repeat(21)}^\n`);
});

test('a file that is not there is said so', async () => {
  const { code, err } = await tocsin(folderWith(), ['route', 'nowhere.json']);
  expect(code).toBe(1);
  expect(err).toContain('nowhere.json cannot be read: ENOENT');
});

test('control characters of a payload do not reach the terminal', async () => {
  const payload = JSON.parse(fixture('wizstatus/firing.json')) as { monitor: { name: string } };
  payload.monitor.name = 'evil\u001b[2J\u009b31m name';
  const { out } = await tocsin(folderWith(), ['route', '-'], { input: JSON.stringify(payload) });
  expect(out).toContain('evil');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
  expect(out).not.toMatch(/[\u001b\u009b]/);
});
