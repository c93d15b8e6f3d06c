import { mkdirSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bridge, MAIN, startBridge, writeInto } from '../support/bridge.ts';

const READ_AGAIN = 'templates were read again';
const REFUSED = 'the last good ones stay';
const card = (title: string, body = '') => `---\ntitle: "${title}: {{ incident.title }}"\n---\n${body}\n`;

const start = (files: Readonly<Record<string, string>>, route: string) =>
  startBridge({ main: MAIN, env: { TEMPLATES_DIR: 'own', ROUTE_DEFAULT: route }, files });

/** The page of an incident, as the console shows it. */
async function pageOf(bridge: Bridge): Promise<string> {
  const { body } = await bridge.send('API', 'firing');
  const signedIn = await fetch(`${bridge.url}/?token=${bridge.token}`, { redirect: 'manual' });
  const headers = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '' };
  return (await fetch(`${bridge.url}/incidents/${body.incidents?.[0]}`, { headers })).text();
}

test('the removal of a template that a route names is told, and nothing is taken until it is there again', async () => {
  const own = { 'own/cards/incident.md': card('Default'), 'own/cards/special.md': card('Special') };
  const bridge = await start(own, 'console; template=special');
  const refused = bridge.says(REFUSED);
  rmSync(join(bridge.folder, 'own/cards/special.md'));
  writeInto(bridge.folder, 'own/cards/incident.md', card('Changed'));
  await refused;
  expect(bridge.output()).toContain('there is no templates/cards/special.md');
  expect(await pageOf(bridge)).toContain('Default: API is down');
  const readAgain = bridge.says(READ_AGAIN);
  writeInto(bridge.folder, 'own/cards/special.md', card('Back'));
  await readAgain;
  expect(await pageOf(bridge)).toContain('Changed: API is down');
});

test('a ConfigMap is taken whole: with a fault in one of its files the others of the same version wait', async () => {
  const version = (name: string, a: string, b: string) => ({
    [`own/cards/${name}/incident.md`]: a,
    [`own/cards/${name}/other.md`]: b,
  });
  const files = {
    ...version('..1', card('One'), card('One')),
    ...version('..2', card('Two'), card('{{ nope }}')),
    ...version('..3', card('Three'), card('Three')),
  };
  const bridge = await start({ 'own/cards/incident.md': card('Zero'), ...files }, 'console');
  const cards = join(bridge.folder, 'own/cards');
  const swap = async (name: string, answer: string) => {
    const said = bridge.says(answer);
    symlinkSync(name, join(cards, '..data_tmp'));
    renameSync(join(cards, '..data_tmp'), join(cards, '..data'));
    await said;
  };
  mkdirSync(cards, { recursive: true });
  const linked = bridge.says(READ_AGAIN);
  symlinkSync('..1', join(cards, '..data'));
  symlinkSync('..data/other.md', join(cards, 'other.md'));
  rmSync(join(cards, 'incident.md'));
  symlinkSync('..data/incident.md', join(cards, 'incident.md'));
  await linked;
  expect(await pageOf(bridge)).toContain('One: API is down');
  await swap('..2', REFUSED);
  expect(await pageOf(bridge)).toContain('One: API is down');
  await swap('..3', READ_AGAIN);
  expect(await pageOf(bridge)).toContain('Three: API is down');
});

test('a template that fails on an incident all the same gives the built-in card, which says so', async () => {
  const endless = '{% if incident.monitor == "API" %}{% for i in (1..1000000000) %}{% endfor %}{% endif %}';
  const bridge = await start({ 'own/cards/incident.md': card('Own', endless) }, 'console');
  const page = await pageOf(bridge);
  expect(page).toContain('Shown without its template.');
  expect(page).toContain('own/cards/incident.md:4:35');
  expect(page).toContain('API is down');
  expect(bridge.output()).toContain('"msg":"template failed"');
});

test('a runbook whose secret is not set is not taken while the bridge runs: the next start would be refused for it', async () => {
  const bridge = await start({ 'own/cards/incident.md': card('Default') }, 'console');
  const refused = bridge.says(REFUSED);
  writeInto(bridge.folder, 'own/runbooks/restart.sh', '#!/bin/sh\n');
  writeInto(
    bridge.folder,
    'own/runbooks/restart.md',
    '---\nlabel: Restart\nrun: script\ncommand: [./restart.sh]\nallow: [console]\nsecrets: [DEPLOY_TOKEN]\n---\n',
  );
  await refused;
  expect(bridge.output()).toContain('its secret DEPLOY_TOKEN is not set');
  expect(await pageOf(bridge)).not.toContain('Restart');
});
