import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { unzipped } from '../support/unzip.ts';
import { folderWith, tocsin } from './run.ts';

test('prints the Slack app’s manifest and a link that opens Slack’s page with it', async () => {
  const { code, out } = await tocsin(folderWith(), ['manifest', 'slack', '--json']);
  expect(code).toBe(0);
  const { manifest, link } = JSON.parse(out);
  expect(manifest.settings).toMatchObject({ socket_mode_enabled: true, interactivity: { is_enabled: true } });
  expect(manifest.oauth_config.scopes.bot).toEqual(
    expect.arrayContaining(['chat:write', 'channels:history', 'usergroups:read', 'commands']),
  );
  expect(manifest.features.slash_commands).toEqual([
    { command: '/tocsin', description: expect.any(String), usage_hint: 'open', should_escape: false },
  ]);
  const url = new URL(link);
  expect(url.origin + url.pathname).toBe('https://api.slack.com/apps');
  expect(JSON.parse(url.searchParams.get('manifest_json') as string)).toEqual(manifest);
});

test('for HTTPS names the address that Slack sends presses and commands to', async () => {
  const { out } = await tocsin(folderWith(), ['manifest', 'slack', '--http', 'https://tocsin.example.com/']);
  expect(out).toContain('"request_url": "https://tocsin.example.com/slack/events"');
  expect(out).toContain('"url": "https://tocsin.example.com/slack/events"');
  expect(out).toContain('SLACK_SIGNING_SECRET');
});

const TEAMS = {
  TEAMS_CLIENT_ID: '0b1c2d3e-0000-4000-8000-000000000001',
  TEAMS_CLIENT_SECRET: 'a-secret',
  TEAMS_TENANT_ID: '0b1c2d3e-0000-4000-8000-000000000002',
};

test('writes the package of the Teams app for the bot that is configured', async () => {
  const folder = folderWith();
  const env = { ...TEAMS, PUBLIC_URL: 'https://bridge.example.com' };
  const { code, out } = await tocsin(folder, ['manifest', 'teams'], { env });
  expect(code).toBe(0);
  expect(out).toContain('Upload a custom app');
  const files = unzipped(readFileSync(join(folder, 'tocsin-teams.zip')));
  expect([...files.keys()]).toEqual(['manifest.json', 'color.png', 'outline.png']);
  const manifest = JSON.parse(String(files.get('manifest.json')));
  expect(manifest).toMatchObject({
    manifestVersion: '1.25',
    id: TEAMS.TEAMS_CLIENT_ID,
    bots: [{ botId: TEAMS.TEAMS_CLIENT_ID, scopes: ['team', 'groupChat', 'personal'] }],
    developer: { websiteUrl: 'https://bridge.example.com' },
    icons: { color: 'color.png', outline: 'outline.png' },
  });
  expect(manifest.description.short.length).toBeLessThanOrEqual(80);
  expect(manifest.name.short.length).toBeLessThanOrEqual(30);
});

test('the package is the same each time, and a bot may be named that is not configured', async () => {
  const folder = folderWith();
  for (const file of ['a.zip', 'b.zip'])
    expect((await tocsin(folder, ['manifest', 'teams', '--id', 'a-bot', '--out', file])).code).toBe(0);
  expect(readFileSync(join(folder, 'a.zip'))).toEqual(readFileSync(join(folder, 'b.zip')));
});

test('the package goes where it is told to, and where it cannot be written it says so', async () => {
  const [folder, elsewhere] = [folderWith(), folderWith()];
  const to = (file: string) => tocsin(folder, ['manifest', 'teams', '--id', 'a-bot', '--out', file]);
  expect((await to(join(elsewhere, 'a.zip'))).code).toBe(0);
  expect(readFileSync(join(elsewhere, 'a.zip')).length).toBeGreaterThan(0);
  const { code, err } = await to(join(elsewhere, 'nowhere', 'a.zip'));
  expect([code, err]).toEqual([1, expect.stringContaining('nowhere/a.zip cannot be written')]);
});

test.each([
  ['manifest'],
  ['manifest', 'irc'],
  ['manifest', 'slack', '--http', 'http://x'],
  ['manifest', 'slack', '--id', 'x'],
  ['manifest', 'teams'],
  ['manifest', 'teams', '--http', 'https://x'],
  ['manifest', 'teams', '--id', 'x', '--url', 'http://x'],
])('%j is wrong use', async (...args) => {
  expect((await tocsin(folderWith(), args)).code).toBe(2);
});
