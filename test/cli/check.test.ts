import { chmodSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folderWith, tocsin } from './run.ts';

const CARD = '---\ntitle: "{{ incident.title }}"\n---\n{{ incident.text }}\n';
const RUNBOOK = `---
label: Restart API
match: monitor="Production API"
run: script
command: [./restart.sh]
allow: [slack:S0SRE, console]
secrets: [DEPLOY_TOKEN]
---
Restarts it.
`;
const GOOD = {
  'templates/cards/incident.md': CARD,
  'templates/runbooks/restart.md': RUNBOOK,
  'templates/runbooks/restart.sh': '#!/bin/sh\n',
  '.env': `WIZSTATUS_SECRETS=canary-one, canary-two
DEPLOY_TOKEN=canary-three
ROUTE_DB='monitor=~"db-.*" -> console'
`,
};

test('without a fault it shows sources, routes, destinations and runbooks', async () => {
  const { code, out, err } = await tocsin(folderWith(GOOD), ['check']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^wizstatus +HMAC-SHA256 of the body in X-Signature +2 +any address$/m);
  expect(out).toMatch(/^ROUTE_DB +monitor=~"db-\.\*" -> console$/m);
  expect(out).toMatch(/^console +ROUTE_DB, ROUTE_DEFAULT$/m);
  expect(out).toMatch(/^restart +Restart API +script +slack:S0SRE, console +monitor="Production API"$/m);
  expect(out).not.toContain('canary');
});

test('before the first start it makes no database', async () => {
  const folder = folderWith(GOOD);
  expect((await tocsin(folder, ['check'])).code).toBe(0);
  expect(existsSync(join(folder, 'data'))).toBe(false);
});

test('a database that cannot be read is a note, and everything else is shown', async () => {
  const { code, out } = await tocsin(folderWith({ ...GOOD, 'data/tocsin.db': 'dear diary, '.repeat(1_000) }), [
    'check',
  ]);
  expect(code).toBe(0);
  expect(out).toMatch(/^wizstatus +HMAC-SHA256 of the body in X-Signature +2 +any address$/m);
  expect(out).toMatch(/^note: DATABASE_URL: .*cannot be used as a database/m);
});

test('answers programs as JSON', async () => {
  const { code, out } = await tocsin(folderWith(GOOD), ['check', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    faults: [],
    sources: [{ name: 'wizstatus', secrets: 2, lastUsed: null }],
    routes: [{ name: 'ROUTE_DB' }, { name: 'ROUTE_DEFAULT' }],
    destinations: [{ destination: 'console', routes: ['ROUTE_DB', 'ROUTE_DEFAULT'] }],
    runbooks: [{ name: 'restart', allow: ['slack:S0SRE', 'console'] }],
  });
  expect(out).not.toContain('canary');
});

test('prints every fault of every place, with its cure, and no secret', async () => {
  const { code, out } = await tocsin(
    folderWith({
      ...GOOD,
      'templates/cards/broken.md': '---\ntitle: "{{ incidnt.title }}"\n---\n',
      '.env': `WIZSTATUS_SECRET=canary-one
ROUTE_DB=severity=critical -> slack:#alerts
ROUTE_X='console; template=incidnet'
METRICS_TOKEN=canary-two#canary
`,
    }),
    ['check'],
    { env: { PORT: 'eighty', RESPONDERS: 'nobody' } },
  );
  expect(code).toBe(1);
  for (const place of [
    '.env:1:1: nothing reads WIZSTATUS_SECRET',
    '.env:2:37: ROUTE_DB is cut off',
    '.env:4:25: METRICS_TOKEN is cut off',
    'PORT:1: ',
    'RESPONDERS:1: ',
    'ROUTE_X:19: there is no templates/cards/incidnet.md',
    'templates/cards/broken.md:2:',
    'templates/runbooks/restart.md: its secret DEPLOY_TOKEN is not set',
  ]) {
    expect(out).toContain(place);
  }
  expect(out).toContain('cure: did you mean WIZSTATUS_SECRETS?');
  expect(out).not.toContain('canary');
});

test('a runbook with one fault is told of the others, and its secret is no name that nothing reads', async () => {
  const { code, out } = await tocsin(
    folderWith({
      ...GOOD,
      'templates/runbooks/restart.md': RUNBOOK.replace(/allow: .*\n/, 'alow: [console]\ntimeout: soon\n'),
    }),
    ['check'],
  );
  expect(code).toBe(1);
  for (const part of ['Unknown key "alow"', 'The key "allow" is missing', '"soon" is no timeout']) {
    expect(out).toContain(part);
  }
  expect(out).toMatch(/^3 faults$/m);
});

test('a script that may not be executed is a fault, with its place and the command that mends it', async () => {
  const folder = folderWith(GOOD);
  chmodSync(join(folder, 'templates/runbooks/restart.sh'), 0o644);
  const { code, out } = await tocsin(folder, ['check']);
  expect(code).toBe(1);
  expect(out).toContain(`templates/runbooks/restart.md:5:11: templates/runbooks/restart.sh may not be executed.
    command: [./restart.sh]
              ^
    cure: chmod +x templates/runbooks/restart.sh`);
});

test('a route to a template that is not there is a fault', async () => {
  const { code, out } = await tocsin(folderWith(GOOD), ['check'], { env: { ROUTE_X: 'console; template=incidnt' } });
  expect(code).toBe(1);
  expect(out).toContain('ROUTE_X:19: there is no templates/cards/incidnt.md');
  expect(out).toContain('did you mean incident?');
});

test('a route to a template with a fault is told of that fault alone', async () => {
  const folder = folderWith({ ...GOOD, 'templates/cards/broken.md': '---\ntitle: "{{ incidnt.title }}"\n---\n' });
  const { out } = await tocsin(folder, ['check'], { env: { ROUTE_X: 'console; template=broken' } });
  expect(out).toContain('templates/cards/broken.md:2:');
  expect(out).toMatch(/^1 fault$/m);
});

test('what can be used and is hardly meant is noted under the tables, exit 0', async () => {
  const folder = folderWith({
    ...GOOD,
    '.env': GOOD['.env'].replace('canary-one, canary-two', 'canary-one-of-sixteen'),
  });
  const env = { HOST: '0.0.0.0' };
  const { code, out } = await tocsin(folder, ['check'], { env });
  expect(code).toBe(0);
  expect(out).toMatch(/RUNBOOK.*note: HOST: webhooks to 0\.0\.0\.0 must come by HTTPS.*cure: set TLS_CERT_FILE/s);
  const asJson = await tocsin(folder, ['check', '--json'], { env });
  expect(asJson.code).toBe(0);
  expect(JSON.parse(asJson.out)).toMatchObject({
    faults: [],
    notes: [{ place: 'HOST' }, { place: 'templates/runbooks/restart.md' }],
  });
});

test('with no source on it says so and what sets one on, exit 0', async () => {
  const { code, out } = await tocsin(folderWith({ 'templates/cards/incident.md': CARD }), ['check']);
  expect(code).toBe(0);
  expect(out).toMatch(/^note: <SOURCE>_SECRETS: no source is on, so no monitor can send$/m);
  expect(out).toMatch(/cure: set the secrets of a source, such as WIZSTATUS_SECRETS$/m);
});

test('who is named on a platform that is not there is noted, with the place and the cure, exit 0', async () => {
  const env = {
    RESPONDERS: 'console, slack:U1, teams:t1',
    ROUTE_X: 'severity=info -> console; mention=discord:role:9',
  };
  const { code, out } = await tocsin(folderWith(GOOD), ['check'], { env });
  expect(code).toBe(0);
  for (const note of [
    'RESPONDERS:10: slack:U1 cannot press: slack is off',
    'RESPONDERS:20: teams:t1 cannot press: teams is off',
    'ROUTE_X:35: discord:role:9 cannot be mentioned: discord is off',
    'templates/runbooks/restart.md: slack:S0SRE cannot run it: slack is off',
  ]) {
    expect(out).toContain(`note: ${note}`);
  }
});

test.each([
  ['[console]', 1, true],
  ['[console]', 0, false],
  ['[console, "*"]', 1, false],
])('a runbook for %s that %i must agree to: noted that nobody can run it: %s', async (allow, approve, isNoted) => {
  const runbook = RUNBOOK.replace(/allow: .*/, `allow: ${allow}\napprove: ${approve}`);
  const { code, out } = await tocsin(folderWith({ ...GOOD, 'templates/runbooks/restart.md': runbook }), ['check']);
  expect(code).toBe(0);
  expect(out.includes('note: templates/runbooks/restart.md: nobody can run it')).toBe(isNoted);
});

test('a card that names buttons which there are not is told so: an action is a fault, a runbook a note', async () => {
  const card = CARD.replace('---\n', '---\nbuttons: [acknowlege, resolve, "run:restrat", "{{ labels.button }}"]\n');
  const folder = folderWith({ ...GOOD, 'templates/cards/incident.md': card });
  const { code, out } = await tocsin(folder, ['check']);
  expect(code).toBe(1);
  expect(out).toMatch(/templates\/cards\/incident.md:2:\d+: There is no button "acknowlege"\./);
  expect(out).toContain('cure: Did you mean acknowledge?');
  expect(out).not.toContain('resolve"');
  const right = folderWith({ ...GOOD, 'templates/cards/incident.md': card.replace('acknowlege', 'acknowledge') });
  const noted = await tocsin(right, ['check']);
  expect(noted.code).toBe(0);
  expect(noted.out).toContain('there is no templates/runbooks/restrat.md, so no card has this button');
  expect(noted.out).toContain('cure: did you mean restart?');
});

test('faults for programs are JSON, exit 1', async () => {
  const { code, out } = await tocsin(folderWith(GOOD), ['check', '--json'], { env: { PORT: 'eighty' } });
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ faults: [{ place: 'PORT:1', cure: expect.any(String) as string }] });
});

test('what init writes has no fault', async () => {
  const folder = folderWith({ 'templates/cards/incident.md': CARD });
  await tocsin(folder, ['init', '--yes']);
  const { code, out } = await tocsin(folder, ['check']);
  expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('wizstatus') as string });
});
