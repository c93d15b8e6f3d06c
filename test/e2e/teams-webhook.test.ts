import { expect, test } from 'vitest';
import { MAIN, startBridge } from '../support/bridge.ts';
import { soon } from '../support/soon.ts';
import { linkOn, startWorkflowChannel } from '../support/workflows/channel.ts';
import { SIGNATURE } from '../support/workflows/server.ts';

async function team(env: Readonly<Record<string, string>> = {}) {
  const channel = await startWorkflowChannel();
  const bridge = await startBridge({ main: MAIN, env: { ...channel.env, LOG_LEVEL: 'trace', ...env } });
  const cardOf = (nth: number) =>
    soon(() => {
      expect(channel.cards()).toHaveLength(nth);
      return channel.cards()[nth - 1];
    });
  const send = (url: string, fields: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' }, body: new URLSearchParams(fields) });
  return { ...channel, bridge, cardOf, send };
}

test('a team behind a Workflows webhook acknowledges by a link, and each new state is a card of its own', async () => {
  const { bridge, cardOf, send, cards } = await team();
  const { body } = await bridge.send('Production API', 'firing');
  const id = body.incidents?.[0] as string;
  const first = await cardOf(1);
  expect(first?.text).toContain('Production API is down');

  const link = linkOn(first, 'Acknowledge', bridge);
  const page = await (await fetch(link)).text();
  expect(page).toContain('Production API is down');
  const done = await send(link, { name: 'Maya' });
  expect([done.status, await done.text()]).toEqual([200, expect.stringContaining('You have it.')]);
  expect((await cardOf(2))?.text).toContain('Acknowledged by Maya (by link)');

  await bridge.press(id, 'note', { inputs: { text: 'looking' } });
  await bridge.send('Production API', 'resolved');
  const last = await cardOf(3);
  expect(last?.text).toContain('Resolved');
  expect(last?.text).toMatch(/reported it resolved/); // why it came
  await soon(async () =>
    expect((await bridge.api(`/incidents/${id}`)).deliveries).toMatchObject([
      { destination: 'teams-webhook:ops', state: 'delivered' },
    ]),
  );
  expect(cards()).toHaveLength(3); // the note is in the timeline only
});

test('a card says what everybody may do by links, and leads to the console for the rest', async () => {
  const { bridge, cardOf } = await team({ RESPONDERS_RESOLVE: 'slack:U1, console' });
  const { body } = await bridge.send('Production API', 'firing');
  const card = await cardOf(1);
  expect(linkOn(card, 'Acknowledge', bridge)).toContain('/a/');
  expect(linkOn(card, 'Resolve', bridge)).toBe(`${bridge.url}/incidents/${body.incidents?.[0]}/actions/resolve`);
});

test('a workflow that is throttled, away or unsure is asked again; one that is gone is told with the cure', async () => {
  const { bridge, workflows, cardOf } = await team();
  workflows.script({ kind: 'status', status: 429, headers: { 'retry-after': '1' } });
  workflows.script({ kind: 'status', status: 503 });
  await bridge.send('Production API', 'firing');
  await cardOf(1);

  workflows.script({ kind: 'status', status: 404 });
  const { body } = await bridge.send('Web', 'firing');
  await soon(async () =>
    expect((await bridge.api(`/incidents/${body.incidents?.[0]}`)).deliveries).toMatchObject([
      { state: 'dead', error: expect.stringContaining('Then replay.') },
    ]),
  );
});

test('no log line holds the address of a workflow, or a link', async () => {
  const { bridge, cardOf, send, workflows } = await team();
  workflows.script({ kind: 'drop' });
  await bridge.send('Production API', 'firing');
  const link = linkOn(await cardOf(2), 'Acknowledge', bridge); // posted twice: nobody can tell whether the first is there
  await fetch(link);
  await send(link);
  await send(link);
  await fetch(`${link}x`);
  expect(await bridge.stop()).toBe(0);
  const token = link.split('/a/')[1] as string;
  expect(bridge.output()).toContain('"route":"/a/*"');
  for (const secret of [token, token.split('.')[1] as string, SIGNATURE]) expect(bridge.output()).not.toContain(secret);
});
