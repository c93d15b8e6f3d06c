import { expect, test } from 'vitest';
import { folderWith, tocsin } from './run.ts';

test('prints the Slack app’s manifest and a link that opens Slack’s page with it', async () => {
  const { code, out } = await tocsin(folderWith(), ['manifest', 'slack', '--json']);
  expect(code).toBe(0);
  const { manifest, link } = JSON.parse(out);
  expect(manifest.settings).toMatchObject({ socket_mode_enabled: true, interactivity: { is_enabled: true } });
  expect(manifest.oauth_config.scopes.bot).toEqual(
    expect.arrayContaining(['chat:write', 'channels:history', 'usergroups:read']),
  );
  const url = new URL(link);
  expect(url.origin + url.pathname).toBe('https://api.slack.com/apps');
  expect(JSON.parse(url.searchParams.get('manifest_json') as string)).toEqual(manifest);
});

test('for HTTPS names the address that Slack sends presses to', async () => {
  const { out } = await tocsin(folderWith(), ['manifest', 'slack', '--http', 'https://tocsin.example.com/']);
  expect(out).toContain('"request_url": "https://tocsin.example.com/slack/events"');
  expect(out).toContain('SLACK_SIGNING_SECRET');
});

test.each([['manifest'], ['manifest', 'irc'], ['manifest', 'slack', '--http', 'http://x']])(
  '%j is wrong use',
  async (...args) => {
    expect((await tocsin(folderWith(), args)).code).toBe(2);
  },
);
