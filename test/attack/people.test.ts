import { describe, expect, test } from 'vitest';
import { type Bridge, bridgeOfFile, MAIN, startBridge } from '../support/bridge.ts';
import { linesOf, scriptRunbook } from '../support/script-runbook.ts';
import { soon } from '../support/soon.ts';
import { linkOn, startWorkflowChannel } from '../support/workflows/channel.ts';
import { storesNothing } from './stored.ts';

const bridge = bridgeOfFile({
  main: MAIN,
  files: {
    ...scriptRunbook('once', 'echo "$1" >> log\necho done', { more: 'command: [./once.sh, "{{ monitor }}"]\n' }),
    ...scriptRunbook('slow', 'echo begun\nsleep 60'),
    ...scriptRunbook('elsewhere', 'echo ran >> log', { more: 'match: monitor="Elsewhere"\n' }),
  },
});
const fire = async (monitor: string) => (await bridge().send(monitor, 'firing')).body.incidents?.[0] as string;
const runsOf = async (id: string) => (await bridge().api(`/incidents/${id}`)).runs;

/** So that it ends no later than its test: its end changes the incident. */
async function cancel(id: string, run: unknown): Promise<void> {
  expect((await bridge().press(id, 'cancel', { argument: run })).status).toBe(200);
  await soon(async () => expect(await runsOf(id)).toMatchObject([{ state: 'cancelled' }]));
}

async function signIn({ url, token }: Bridge): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${url}/?token=${token}`, { redirect: 'manual' });
  return { cookie: answer.headers.getSetCookie()[0]?.split(';')[0] as string, 'sec-fetch-site': 'same-origin' };
}

describe('T26', () => {
  test('T26 a press that names what is not there, or is somebody else’s, is 404 and does nothing', async () => {
    const [id, other] = [await fire('Tampered'), await fire('Other')];
    const { body } = await bridge().press(other, 'run', { argument: 'slow' });
    await soon(async () => expect(await runsOf(other)).toMatchObject([{ state: 'running' }]));
    await storesNothing(bridge(), async () => {
      for (const [incident, action, pressed] of [
        ['0000000000000000', 'acknowledge', {}],
        [`${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`, 'acknowledge', {}],
        [id.toUpperCase(), 'acknowledge', {}],
        [`${id}%00`, 'acknowledge', {}],
        ['..%2f..%2fetc', 'acknowledge', {}],
        [id, 'explode', {}],
        [id, 'Acknowledge', {}],
        [id, '__proto__', {}],
        [id, 'constructor', {}],
        [id, 'run', { argument: '../../etc/passwd' }],
        [id, 'run', { argument: './once.sh' }],
        [id, 'run', { argument: 'once.md' }],
        [id, 'run', { argument: 'elsewhere' }], // offered to another monitor only
        [id, 'run', { argument: '__proto__' }],
        [id, 'cancel', { argument: body['run'] }], // a run of the other incident
        [id, 'cancel', { argument: 'once' }],
      ] as const)
        expect(
          await bridge().press(incident, action, pressed),
          `${incident} ${action} ${JSON.stringify(pressed)}`,
        ).toMatchObject({
          status: 404,
          body: { code: expect.any(String), error: expect.any(String) },
        });
    });
    expect(await runsOf(id)).toEqual([]);
    expect(await runsOf(other)).toMatchObject([{ state: 'running' }]);
    expect(linesOf(bridge())).toEqual([]);
    await cancel(other, body['run']);
  });

  test('T26 a form of the console that names what is not there is 404 and does nothing', async () => {
    const [id, headers] = [await fire('Tampered form'), await signIn(bridge())];
    await storesNothing(bridge(), async () => {
      for (const [path, fields] of [
        ['/incidents/0000000000000000/actions/acknowledge', {}],
        [`/incidents/${id}/actions/explode`, {}],
        [`/incidents/${id}/actions/run`, { argument: 'elsewhere', confirmed: 'yes' }],
        [`/incidents/${id}/actions/run`, { argument: '../once', confirmed: 'yes' }],
        [`/incidents/${id}/actions/cancel`, { argument: 'once' }],
      ] as const) {
        const { status } = await fetch(bridge().url + path, {
          method: 'POST',
          headers,
          body: new URLSearchParams(fields),
          redirect: 'manual',
        });
        expect(status, path).toBe(404);
      }
    });
    expect(await runsOf(id)).toEqual([]);
  });

  test('T26 who presses comes from the token, never from what was sent', async () => {
    const id = await fire('Pretended');
    const pretended = { actor: { platform: 'slack', id: 'U0SRE', name: 'Maya' } };
    expect((await bridge().press(id, 'acknowledge', pretended)).status).toBe(422);
    expect(
      (await bridge().press(id, 'acknowledge', { inputs: { actor: 'slack:U0SRE', 'actor.id': 'U0SRE' } })).status,
    ).toBe(200);
    expect((await bridge().api(`/incidents/${id}`)).owner).toMatchObject({ platform: 'console', id: 'console' });
  });
});

describe('T29', () => {
  test('T29 of fifty who acknowledge at once one has it, and the others are told who and when', async () => {
    const id = await fire('Contended');
    const answers = await Promise.all(Array.from({ length: 50 }, () => bridge().press(id, 'acknowledge')));
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(49);
    for (const answer of refused)
      expect(answer).toMatchObject({
        status: 409,
        body: {
          code: 'too_late',
          error: expect.any(String),
          by: { platform: 'console' },
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        },
      });
    const { timeline } = await bridge().api(`/incidents/${id}`);
    expect(timeline.map(({ kind }) => kind)).toEqual(['opened', 'acknowledged']);
  });

  test('T29 a runbook runs once for each press, however often that press is sent', async () => {
    const id = await fire('Pressed twice');
    const ran = () => linesOf(bridge()).filter((line) => line === 'Pressed twice');
    const press = () => bridge().press(id, 'run', { argument: 'once' }, 'press-1');
    const answers = await Promise.all(Array.from({ length: 20 }, press));
    expect(answers.filter(({ status }) => status === 202)).not.toHaveLength(0);
    await soon(async () => expect(await runsOf(id)).toMatchObject([{ state: 'succeeded' }]));
    await press();
    expect(await runsOf(id)).toMatchObject([{ output: 'done\n', summary: /exit 0/ }]);
    expect(ran()).toHaveLength(1);

    expect((await bridge().press(id, 'run', { argument: 'once' }, 'press-2')).status).toBe(202);
    await soon(() => expect(ran()).toHaveLength(2));
  });

  test('T29 of fifty who run a runbook at once one starts it, and the others are told who has', async () => {
    const id = await fire('Run by many');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => bridge().press(id, 'run', { argument: 'slow' })),
    );
    const [started, ...others] = answers.toSorted((a, b) => a.status - b.status);
    expect(started).toMatchObject({ status: 202, body: { run: expect.any(String) } });
    for (const answer of others)
      expect(answer).toMatchObject({ status: 409, body: { code: 'already_running', by: { platform: 'console' } } });
    expect(await runsOf(id)).toHaveLength(1);
    await cancel(id, started?.body['run']);
  });
});

describe('T30', () => {
  test('T30 a press on a card of yesterday is told who was faster and when, and the state stays', async () => {
    const id = await fire('Stale');
    expect((await bridge().press(id, 'acknowledge')).status).toBe(200);
    expect((await bridge().press(id, 'resolve')).status).toBe(200);
    await storesNothing(bridge(), async () => {
      for (const [action, body] of [
        ['acknowledge', {}],
        ['take-over', {}],
        ['unacknowledge', {}],
        ['resolve', {}],
        ['run', { argument: 'once' }],
      ] as const)
        expect(await bridge().press(id, action, body), action).toMatchObject({
          status: 409,
          body: { code: 'too_late', by: { platform: 'console' }, at: expect.any(String) },
        });
    });
    expect(await bridge().api(`/incidents/${id}`)).toMatchObject({ status: 'resolved', runs: [] });
  });

  test('T30 what a newer incident has overtaken is not opened again', async () => {
    const old = await fire('Overtaken');
    await bridge().send('Overtaken', 'resolved');
    const next = await fire('Overtaken');
    expect(next).not.toBe(old);
    await storesNothing(bridge(), async () => {
      expect(await bridge().press(old, 'reopen')).toMatchObject({ status: 409, body: { code: 'too_late' } });
    });
    expect(await bridge().api(`/incidents/${old}`)).toMatchObject({ status: 'resolved' });
  });

  test('T30 the key of a press that was done does nothing else', async () => {
    const id = await fire('Key again');
    expect((await bridge().press(id, 'acknowledge', {}, 'one-key')).status).toBe(200);
    await storesNothing(bridge(), async () => {
      await bridge().press(id, 'resolve', {}, 'one-key');
      await bridge().press(id, 'run', { argument: 'once' }, 'one-key');
    });
    expect(await bridge().api(`/incidents/${id}`)).toMatchObject({ status: 'acknowledged', runs: [] });
  });
});

test('T31 who only follows the address of an action changes nothing, signed in or not', async () => {
  const id = await fire('Prefetched');
  const cookie = await signIn(bridge());
  const actions = [
    'acknowledge',
    'resolve',
    'note',
    'run?argument=once',
    'cancel?argument=x',
    'note?inputs.text=x&confirmed=yes',
  ];
  const robots = ['Slackbot-LinkExpanding 1.0', 'Mozilla/5.0 (compatible; Discordbot/2.0)', 'Mozilla/5.0 SafeLinks'];
  await storesNothing(bridge(), async () => {
    for (const action of actions)
      for (const method of ['GET', 'HEAD', 'OPTIONS'])
        for (const [index, robot] of robots.entries()) {
          const headers = { 'user-agent': robot, purpose: 'prefetch', ...(index === 0 ? {} : cookie) };
          for (const path of [`/incidents/${id}/actions/${action}`, `/api/incidents/${id}/actions/${action}`])
            expect(
              (await fetch(bridge().url + path, { method, headers, redirect: 'manual' })).status,
              `${method} ${path}`,
            ).toBeLessThan(500);
        }
  });
  expect(await runsOf(id)).toEqual([]);
});

describe('T31 a link on a card', () => {
  const robots = ['Slackbot-LinkExpanding 1.0', 'Mozilla/5.0 (compatible; Discordbot/2.0)', 'Mozilla/5.0 SafeLinks'];

  /** A bridge of its own, the incident that it told a workflow of, and the links on its card. */
  async function carded() {
    const channel = await startWorkflowChannel();
    const other = await startBridge({ main: MAIN, env: channel.env });
    const id = (await other.send('Linked', 'firing')).body.incidents?.[0] as string;
    const link = await soon(() => linkOn(channel.cards()[0], 'Acknowledge', other));
    return { other, id, link, channel };
  }
  const send = (url: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', headers, body: new URLSearchParams({ name: 'Maya' }) });

  test('T31 changes nothing, however often robots and browsers fetch it ahead', async () => {
    const { other, id, link } = await carded();
    await storesNothing(other, async () => {
      for (let times = 0; times < 100; times++) {
        const headers = { 'user-agent': robots[times % robots.length] as string, purpose: 'prefetch' };
        const answer = await fetch(link, { headers });
        expect(answer.status).toBe(200);
        expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
        expect(answer.headers.get('x-robots-tag')).toBe('noindex');
        expect(await answer.text()).not.toMatch(/<script|http-equiv="refresh"/);
        for (const method of ['HEAD', 'OPTIONS', 'PUT', 'DELETE'])
          expect((await fetch(link, { method, headers })).status, method).toBeLessThan(500);
      }
    });
    expect(await other.api(`/incidents/${id}`)).toMatchObject({ status: 'firing', owner: null });
  });

  test('T31 is done by its form once, and is 409 after it', async () => {
    const { other, id, link } = await carded();
    expect((await send(link)).status).toBe(200);
    const acknowledged = await other.api(`/incidents/${id}`);
    expect(acknowledged).toMatchObject({ status: 'acknowledged', owner: { platform: 'link', id: 'link' } });
    expect((await other.press(id, 'unacknowledge')).status).toBe(200);
    expect((await send(link)).status).toBe(409); // though it would fit again
    expect((await fetch(link)).status).toBe(409);
    expect(await other.api(`/incidents/${id}`)).toMatchObject({ status: 'firing' });
  });

  test('T31 that was tampered with, or is sent by a page of another site, is 403', async () => {
    const { other, link } = await carded();
    const [, what = '', signature = ''] = /\/a\/([^.]+)\.(.+)$/.exec(link) ?? [];
    const text = Buffer.from(what, 'base64url').toString();
    const forged = (changed: string) => `${other.url}/a/${Buffer.from(changed).toString('base64url')}.${signature}`;
    await storesNothing(other, async () => {
      for (const url of [
        forged(text.replace('acknowledge', 'resolve')),
        forged(text.replace('acknowledge', 'run.once')),
        forged(text.replace(/^\w+/, 'zzzzzzzz')), // the expiry
        `${other.url}/a/${what}`,
        `${other.url}/a/${what}.`,
        `${link}A`,
      ])
        expect([url, (await send(url)).status]).toEqual([url, 403]);
      for (const headers of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }])
        expect((await send(link, headers)).status).toBe(403);
    });
  });

  test('T31 is not there for a runbook: its button leads to the console, which asks to sign in', async () => {
    const channel = await startWorkflowChannel();
    const other = await startBridge({ main: MAIN, env: channel.env, files: scriptRunbook('once', 'echo ran >> log') });
    await other.send('Linked', 'firing');
    const link = await soon(() => linkOn(channel.cards()[0], 'once', other));
    expect(link).toMatch(/\/incidents\/\w+\/actions\/run\?argument=once$/);
    const answer = await fetch(link, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringMatching(/^\/sign-in\?/)]);
    expect((await send(link)).status).toBe(401);
    expect(linesOf(other)).toEqual([]);
  });
});
