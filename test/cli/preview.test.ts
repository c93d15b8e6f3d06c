import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith, tocsin } from './run.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const fixture = (name: string) => readFileSync(join(FIXTURES, name), 'utf8');
const CARD = '---\ntitle: "{{ incident.title }}"\n---\n{{ incident.text }}\n';
const down = fixture('wizstatus/firing.json');

describe('preview', () => {
  test('prints what each platform would be sent', async () => {
    const folder = folderWith({ 'down.json': down, 'templates/cards/incident.md': CARD });
    const { code, out, err } = await tocsin(folder, ['preview', 'down.json']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(JSON.parse(out)).toEqual({
      slack: expect.objectContaining({ text: expect.stringContaining('CRITICAL'), attachments: expect.any(Array) }),
      discord: expect.objectContaining({ content: expect.stringContaining('CRITICAL'), embeds: expect.any(Array) }),
      teams: expect.objectContaining({ type: 'message', attachments: expect.any(Array) }),
    });
  });

  test.each([
    ['slack', 'attachments'],
    ['discord', 'embeds'],
    ['teams', 'attachments'],
  ])('prints the message for %s alone, in the state that is asked for', async (platform, key) => {
    const folder = folderWith({ 'templates/cards/incident.md': CARD });
    const args = ['preview', '-', '--platform', platform, '--state', 'acknowledged'];
    const { code, out } = await tocsin(folder, args, { input: down });
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveProperty(key);
    expect(out).toContain('Maya Ortiz');
  });

  test('shows the first alert of several, and says so', async () => {
    const folder = folderWith({ 'templates/cards/incident.md': CARD });
    const input = fixture('alertmanager/batch.json');
    const { code, err } = await tocsin(folder, ['preview', '-', '--source', 'alertmanager'], { input });
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/^The first of \d+ alerts is shown\.$/) });
  });

  test('tells a fault of a template with its place', async () => {
    const folder = folderWith({ 'templates/cards/incident.md': '---\ntitle: "{{ incident.titel }}"\n---\n' });
    const { code, out } = await tocsin(folder, ['preview', '-'], { input: down });
    expect({ code, out }).toEqual({ code: 1, out: expect.stringContaining('incident.md:2:12: ') });
  });

  test.each([
    [['preview'], 'give one FILE'],
    [['preview', '-', '--platform', 'irc'], 'there is no platform "irc". There are slack, discord, teams.'],
    [['preview', '-', '--state', 'open'], 'there is no state "open". There are firing, acknowledged, resolved.'],
  ])('%j is wrong use', async (args, message) => {
    const { code, err } = await tocsin(folderWith(), args, { input: down });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
  });
});
