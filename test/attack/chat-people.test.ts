import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { tocsinProcess } from '../cli/run.ts';
import { connected } from '../stories/platform-stories.ts';
import { MAIN, startBridge } from '../support/bridge.ts';
import { startDiscordTeam } from '../support/discord/platform.ts';
import { linesOf, scriptRunbook } from '../support/script-runbook.ts';
import { startSlackTeam } from '../support/slack/platform.ts';
import { soon } from '../support/soon.ts';

const MOST_MS = 3_000; // Slack waits no longer for an answer
const DRILL = 'echo "$TOCSIN_RUN" >> log';

/** A workspace with a bridge, and the card of one incident. `maya` is one of S0SRE. */
async function team(runbooks: Readonly<Record<string, string>>, script: 'all is well' | 'groups fail' = 'all is well') {
  const chat = await startSlackTeam();
  const [maya, jonas] = chat.people;
  chat.slack.groups.set('S0SRE', [maya.id]);
  if (script === 'groups fail')
    chat.slack.script({ method: 'usergroups.list', trouble: { kind: 'error', error: 'internal_error' } });
  const env = { ...chat.env, ROUTE_DEFAULT: chat.main };
  const bridge = await startBridge({ main: MAIN, env, files: runbooks });
  await connected(bridge, 'slack');
  const { body } = await bridge.send('Production API', 'firing');
  const [id] = body.incidents as [string];
  const card = () => {
    const [first] = chat.cards(chat.main);
    if (first === undefined) throw new Error('there is no card');
    return first;
  };
  const message = () => chat.slack.messages().find(({ ts }) => ts === card().id)!;
  await soon(card);
  const refused = () =>
    bridge.api(`/incidents/${id}`).then(({ timeline }) => timeline.filter(({ kind }) => kind === 'refused'));
  return { chat, slack: chat.slack, bridge, id, card, message, maya, jonas, refused };
}

describe('T27', () => {
  const SRE = scriptRunbook('drill', DRILL, { allow: '["slack:S0SRE"]' });

  test('T27 who is not of the group is refused alone and at once, also under the name of somebody who is', async () => {
    const { chat, bridge, card, maya, jonas, refused } = await team(SRE);
    for (const [index, name] of [jonas.name, maya.name].entries()) {
      expect(await chat.press(card(), 'drill', { ...jonas, name })).toBeLessThan(MOST_MS);
      await soon(() => expect(chat.whispers(jonas)).toHaveLength(index + 1));
    }
    for (const told of chat.whispers(jonas)) expect(told).toContain('Only slack:S0SRE may run drill.');
    expect(chat.whispers(maya)).toEqual([]);
    expect(new Set((await refused()).map(({ actor }) => actor.id))).toEqual(new Set([jonas.id]));
    expect(linesOf(bridge)).toEqual([]);

    await chat.press(card(), 'drill', maya);
    await soon(() => expect(linesOf(bridge)).toHaveLength(1));
  });

  test('T27 while groups cannot be looked up nobody counts as one of them', async () => {
    const { chat, bridge, id, card, maya, refused } = await team(SRE, 'groups fail');
    expect(await chat.press(card(), 'drill', maya)).toBeLessThan(MOST_MS);
    await soon(async () => expect(await refused()).toHaveLength(1));
    await soon(() => expect(chat.whispers(maya).join('\n')).toContain('cannot be looked up right now'));
    expect((await bridge.api(`/incidents/${id}`)).runs).toEqual([]);
  });
});

describe('T28', () => {
  test('T28 a press that comes from another workspace, or on a card of another incident or channel, does nothing', async () => {
    const { chat, slack, bridge, id, card, message, maya } = await team(
      scriptRunbook('drill', DRILL, { allow: '["*"]' }),
    );
    const other = (await bridge.send('Other', 'firing')).body.incidents?.[0];
    await soon(() => expect(chat.cards(chat.main)).toHaveLength(2));
    const value = (incident: string | undefined) => ({
      actions: [
        { type: 'button', action_id: 'press.0', value: `${incident}.run.drill`, action_ts: '1.1', block_id: 'b' },
      ],
    });
    const at = message();
    await slack.press(at, 'drill', { ...maya, team: 'T0OTHER00' });
    await slack.press(at, 'drill', maya, { team: { id: 'T0OTHER00' } });
    await slack.press(at, 'drill', maya, value(other));
    await slack.press(at, 'drill', maya, { channel: { id: 'C0OPS0000', name: 'ops' } });
    await soon(() => expect(chat.whispers(maya)).toHaveLength(4));
    for (const incident of [id, other]) expect((await bridge.api(`/incidents/${incident}`)).runs).toEqual([]);
    expect(linesOf(bridge)).toEqual([]);

    await chat.press(card(), 'drill', maya); // the same button, where it stands
    await soon(() => expect(linesOf(bridge)).toHaveLength(1));
  });
});

describe('asking what is open', () => {
  test('tells nothing to who is of another workspace, whatever they write', async () => {
    const { chat, slack, maya, jonas } = await team({});
    for (const words of ['open', '', 'open open'])
      await slack.command('/tocsin', words, { ...maya, team: 'T0OTHER00' });
    await soon(() => expect(chat.whispers(maya)).toHaveLength(3));
    await slack.command('/tocsin', 'open', jonas);
    await soon(() => expect(chat.whispers(jonas).join()).toContain('Production API is down'));
    expect(chat.whispers(maya).join()).not.toContain('Production API');
  });

  test('tells nothing in a server that no route leads to, though anybody may let a bot into theirs', async () => {
    const chat = await startDiscordTeam();
    const { discord, people } = chat;
    const [maya, stranger] = people;
    const bridge = await startBridge({ main: MAIN, env: { ...chat.env, ROUTE_DEFAULT: chat.main } });
    await connected(bridge, 'discord');
    await bridge.send('Production API', 'firing');
    await chat.ask('open', maya);
    await soon(() => expect(chat.answer(maya)?.text).toContain('Production API is down'));
    discord.letInto('811111111111111112');
    await discord.command('tocsin', 'open', stranger, { guild: '811111111111111112' });
    expect(chat.answer(stranger)?.text).toBe('No route leads here, so nothing is told here.');
  });
});

describe('T32', () => {
  const RISKY = scriptRunbook('risky', DRILL, { allow: '["*"]', more: 'approve: 1\n' });

  test('T32 nobody approves what they asked for, under another’s name neither; the trail says who did, and an edit of it shows', async () => {
    const { chat, bridge, id, card, maya, jonas } = await team(RISKY);
    await chat.press(card(), 'risky', maya);
    await soon(() => expect(card().buttons).toContain('Approve risky'));
    const { runs } = await bridge.api(`/incidents/${id}`);
    await chat.press(card(), 'Approve risky', { ...maya, name: jonas.name });
    expect(await bridge.press(id, 'approve', { argument: runs[0]?.id })).toMatchObject({
      status: 403,
      body: { code: 'not_allowed' },
    });
    await soon(() => expect(chat.whispers(maya).filter((told) => told.includes('Another person'))).toHaveLength(1));
    expect(linesOf(bridge)).toEqual([]);

    await Promise.all(Array.from({ length: 20 }, () => chat.press(card(), 'Approve risky', jonas)));
    await soon(() => expect(linesOf(bridge)).toEqual([runs[0]?.id]));
    await soon(async () => expect((await bridge.api(`/incidents/${id}`)).runs).toMatchObject([{ state: 'succeeded' }]));
    await bridge.stop();

    const run = (...args: string[]) => tocsinProcess(bridge.folder, ['audit', ...args]);
    const rows = (await run('--incident', id)).out.split('\n').map((line) => JSON.parse(line));
    expect(rows.map(({ actor, what, outcome }) => `${actor.id} ${what} ${outcome}`)).toEqual([
      `${maya.id} run risky waiting ${runs[0]?.id}`,
      `${maya.id} approve ${runs[0]?.id} not_allowed`,
      `console approve ${runs[0]?.id} not_allowed`,
      `${jonas.id} approve ${runs[0]?.id} done`,
      `risky began ${runs[0]?.id} running`,
      `risky ended ${runs[0]?.id} succeeded`,
    ]);
    expect(await run('verify')).toMatchObject({ code: 0 });
    const database = new DatabaseSync(join(bridge.folder, 'data', 'tocsin.db'));
    database.prepare("update audit set actor = replace(actor, ?, ?) where outcome = 'done'").run(jonas.id, maya.id);
    database.close();
    expect(await run('verify')).toMatchObject({ code: 1, out: expect.stringContaining('was changed') });
  });
});
