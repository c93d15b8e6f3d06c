import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { folderWith, tocsin } from './run.ts';

const envOf = (folder: string) => parseEnv(readFileSync(join(folder, '.env'), 'utf8'));

test('writes a .env with fresh secrets that only this user may read, and prints none of them', async () => {
  const [one, other] = [folderWith(), folderWith()];
  const { code, out, err } = await tocsin(one, ['init', '--yes']);
  await tocsin(other, ['init', '--yes']);
  expect(code).toBe(0);
  expect(out).toContain('npm start');
  const { WIZSTATUS_SECRETS: secret = '', CONSOLE_TOKEN: token = '' } = envOf(one);
  expect([secret.length, token.length]).toEqual([64, 64]);
  expect(envOf(other).WIZSTATUS_SECRETS).not.toBe(secret);
  expect(out + err).not.toContain(secret);
  expect(out + err).not.toContain(token);
  expect(statSync(join(one, '.env')).mode & 0o777).toBe(0o600);
});

test('leaves a .env alone that is there, unless --force is given', async () => {
  const folder = folderWith({ '.env': 'CONSOLE_TOKEN=mine\n' });
  const { code, err } = await tocsin(folder, ['init', '--yes']);
  expect(code).toBe(1);
  expect(err).toContain('--force');
  expect(envOf(folder)).toEqual({ CONSOLE_TOKEN: 'mine' });
  expect((await tocsin(folder, ['init', '--yes', '--force'])).code).toBe(0);
  expect(envOf(folder).CONSOLE_TOKEN).toHaveLength(64);
  expect(statSync(join(folder, '.env')).mode & 0o777).toBe(0o600);
});

test('asks, and asks again for a monitor that it does not know', async () => {
  const folder = folderWith();
  const answers = 'prometheus\nalertmanager, wizstatus\n8080\nhttps://tocsin.example.com\n\n\n\n';
  const { code, err } = await tocsin(folder, ['init'], { input: answers });
  expect(code).toBe(0);
  expect(err).toContain('There is no prometheus');
  expect(Object.keys(envOf(folder))).toEqual(
    expect.arrayContaining(['ALERTMANAGER_SECRETS', 'WIZSTATUS_SECRETS', 'PORT', 'PUBLIC_URL']),
  );
  expect(envOf(folder)).toMatchObject({ PORT: '8080', PUBLIC_URL: 'https://tocsin.example.com' });
});

test('asks again for what a setting cannot be, and says why without the value', async () => {
  const folder = folderWith();
  const wrong = ['eighty', 'no address', 'canary-bot', 'canary-app', 'canary'] as const;
  const answers = [
    'wizstatus',
    wrong[0],
    '8080',
    wrong[1],
    '',
    wrong[2],
    'xoxb-1-a',
    wrong[3],
    'xapp-1-b#1',
    'xapp-1-b',
  ];
  const input = [...answers, 'ops', wrong[4], 'MTE.G.x', '833333333333333331', ''].join('\n');
  const { code, err } = await tocsin(folder, ['init'], { input: `${input}\n` });
  expect(code).toBe(0);
  for (const variable of ['PORT', 'PUBLIC_URL', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'DISCORD_BOT_TOKEN'])
    expect(err).toContain(`${variable}: `);
  expect(err).toContain('cut off at this #');
  expect(err).not.toContain('canary');
  expect(envOf(folder)).toMatchObject({ PORT: '8080', SLACK_BOT_TOKEN: 'xoxb-1-a', SLACK_APP_TOKEN: 'xapp-1-b' });
  expect(envOf(folder)).not.toHaveProperty('PUBLIC_URL');
});

test('writes nothing where an answer cannot be used', async () => {
  const folder = folderWith();
  const input = 'wizstatus\n3000\n\nxoxb-1-a\nxapp-1-b\nal erts\n\n\n';
  const { code, out } = await tocsin(folder, ['init'], { input });
  expect(code).toBe(1);
  expect(out).toContain('ROUTE_DEFAULT:10');
  expect(() => statSync(join(folder, '.env'))).toThrow('ENOENT');
});

test('writes nothing where the questions are not answered', async () => {
  const folder = folderWith();
  const { code, err } = await tocsin(folder, ['init'], { input: 'wizstatus\n' });
  expect(code).toBe(1);
  expect(err).toContain('--yes');
  expect(() => statSync(join(folder, '.env'))).toThrow('ENOENT');
});

test('asks for Slack, and routes to its channel', async () => {
  const folder = folderWith();
  const answers = 'wizstatus\n3000\n\nxoxb-1-a\nxapp-1-b\n#ops\n\n\n';
  const { code, out } = await tocsin(folder, ['init'], { input: answers });
  expect(code).toBe(0);
  expect(out).toContain('send --to slack:ops');
  expect(out).not.toContain('xoxb');
  expect(envOf(folder)).toMatchObject({
    SLACK_BOT_TOKEN: 'xoxb-1-a',
    SLACK_APP_TOKEN: 'xapp-1-b',
    ROUTE_DEFAULT: 'slack:ops',
  });
});

test('writes nothing where a token of Slack is missing', async () => {
  const folder = folderWith();
  const { code, out } = await tocsin(folder, ['init'], { input: 'wizstatus\n3000\n\nxoxb-1-a\n\nops\n\n\n' });
  expect(code).toBe(1);
  expect(out).toContain('SLACK_APP_TOKEN');
  expect(() => statSync(join(folder, '.env'))).toThrow('ENOENT');
});

test('asks for Discord too, and routes to both', async () => {
  const folder = folderWith();
  const answers = 'wizstatus\n3000\n\nxoxb-1-a\nxapp-1-b\n\nMTE.G.x\n833333333333333331\n\n';
  expect((await tocsin(folder, ['init'], { input: answers })).code).toBe(0);
  expect(envOf(folder)).toMatchObject({
    DISCORD_BOT_TOKEN: 'MTE.G.x',
    ROUTE_DEFAULT: 'slack:alerts, discord:833333333333333331',
  });
});

test('asks for Microsoft Teams, whose channels the bot itself names once it runs', async () => {
  const folder = folderWith();
  const ids = ['0b1c2d3e-0000-4000-8000-000000000001', 'a-secret-of-the-app', '0b1c2d3e-0000-4000-8000-000000000002'];
  const answers = `wizstatus\n3000\nhttps://tocsin.example.com\n\n\n${ids.join('\n')}\n`;
  const { code, out } = await tocsin(folder, ['init'], { input: answers });
  expect(code).toBe(0);
  expect(out).toContain('Mention the bot');
  expect(out).not.toContain('a-secret-of-the-app');
  expect(envOf(folder)).toMatchObject({
    TEAMS_CLIENT_ID: ids[0],
    TEAMS_CLIENT_SECRET: ids[1],
    TEAMS_TENANT_ID: ids[2],
    ROUTE_DEFAULT: 'console',
  });
});
