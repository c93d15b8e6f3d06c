import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Bridge, MAIN, startBridge } from '../support/bridge.ts';
import type { HttpChatServer } from '../support/http-chat/server.ts';
import { incidentsOf } from '../support/incidents-of.ts';
import { soon } from '../support/soon.ts';
import { cardsIn, entries, startChat } from './chat.ts';
import { expectCardsRight, expectNothingLost, expectRemembered, expectRunOnce, killLoop } from './kill-loop.ts';

const MONITORS = 150; // of them 60 recover: 210 webhooks, and 180 presses
const KILLS = 6;
const SENDERS = 8;

// F1, F3, F28 in small: `npm run test:faults` has it with 1,000 webhooks.
test('killed again and again under load: nothing answered is lost, each card stands once in each channel, no runbook ran twice', async () => {
  const killed = await killLoop({ monitors: MONITORS, kills: KILLS }, Number(process.env.SEED ?? randomInt(2 ** 31)));
  expectNothingLost(killed);
  expectCardsRight(killed);
  expectRunOnce(killed);
  await expectRemembered(killed);
}, 120_000);

test('asked to end under load, while a platform, a runbook and a sender hang, it ends well within 10 s and has lost nothing', async () => {
  const chat = await startChat();
  const env = { HTTP_CHAT_URL: chat.url, ROUTE_DEFAULT: 'http-chat:hangs, http-chat:ops' };
  chat.script({ channel: 'hangs', times: Number.POSITIVE_INFINITY, trouble: { kind: 'stall' } });
  const files = {
    'templates/runbooks/stubborn.md': runbook('Stubborn', './stubborn.sh'),
    'templates/runbooks/stubborn.sh':
      "#!/bin/sh\ntrap '' TERM\necho $$ >> ran\necho begun\nwhile :; do sleep 1; done\n",
  };
  const bridge = await startBridge({ env, files });
  const [first] = (await bridge.send('Production API', 'firing')).body.incidents as [string];
  expect((await bridge.press(first, 'run', { argument: 'stubborn' })).status).toBe(202);
  await soon(async () => expect((await bridge.api(`/incidents/${first}`)).runs).toMatchObject([{ output: 'begun\n' }]));
  const halfSent = connect(Number(new URL(bridge.url).port), '127.0.0.1');
  halfSent.on('error', () => {}).write('POST /webhook HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{');
  const watching = await fetch(`${bridge.url}/api/events`, { headers: { authorization: `Bearer ${bridge.token}` } });
  expect(watching.status).toBe(200);
  const jobs = Array.from({ length: 2_000 }, (_, index): Job => ({ monitor: `monitor ${index}`, state: 'firing' }));
  const accepted: string[] = [];
  const refused: number[] = [];
  const sending = Promise.all(
    Array.from({ length: SENDERS }, async (_, lane) => {
      for (const job of jobs.filter((_, index) => index % SENDERS === lane)) {
        const answer = await bridge.send(job.monitor, job.state).catch(() => undefined);
        if (answer === undefined) return; // nobody listens any more
        if (answer.status === 200) accepted.push(answer.body.incidents![0]!);
        else refused.push(answer.status);
      }
    }),
  );
  await soon(() => expect(accepted.length).toBeGreaterThan(100));

  const began = performance.now();
  expect(await bridge.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  await sending;
  await watching.body?.cancel().catch(() => {}); // it was cut
  expect(accepted.length).toBeLessThan(jobs.length);
  expect(new Set(refused).difference(new Set([503]))).toEqual(new Set());

  chat.heal();
  const next = await startBridge({ env, after: bridge });
  const kept = new Set((await incidentsOf(next)).map(({ id }) => id));
  expect(accepted.filter((id) => !kept.has(id))).toEqual([]);
  await soon(() => expect(missing(accepted, chat, 'ops')).toEqual([]));

  expect((await next.api(`/incidents/${first}`)).runs).toMatchObject([
    { state: expect.stringMatching(/^(failed|cancelled|unknown)$/) },
  ]);
  const ran = processesOf(bridge);
  expect(ran).toHaveLength(1);
  expect(() => process.kill(ran[0]!, 0)).toThrow('ESRCH');
}, 40_000);

test('a second order to end is obeyed at once, and the next start finds everything', async () => {
  const chat = await startChat();
  const env = { HTTP_CHAT_URL: chat.url, ROUTE_DEFAULT: 'http-chat:ops' };
  chat.script({ times: Number.POSITIVE_INFINITY, trouble: { kind: 'stall' } });
  const bridge = await startBridge({ env });
  const { body } = await bridge.send('Production API', 'firing');
  await soon(() => expect(entries(chat, 'troubled')).toHaveLength(1));
  const stopping = bridge.says('"msg":"stopping"');
  const began = performance.now();
  const first = bridge.stop();
  await stopping; // two signals of a kind that wait are one
  bridge.child.kill('SIGTERM');
  await first;
  expect(performance.now() - began).toBeLessThan(3_000);

  chat.heal();
  await startBridge({ env, after: bridge });
  await soon(() => expect(missing(body.incidents!, chat, 'ops')).toEqual([]));
});

test('a request that was stored just before the end is known after it', async () => {
  const bridge = await startBridge({ main: MAIN });
  expect((await bridge.send('Production API', 'firing', { id: 'request-1' })).body.status).toBe('ok');
  await bridge.kill();
  const next = await startBridge({ main: MAIN, after: bridge });
  expect(await next.send('Production API', 'firing', { id: 'request-1' })).toEqual({
    status: 200,
    body: { status: 'already_processed' },
  });
  expect(await incidentsOf(next)).toMatchObject([{ count: 1 }]);
});

test('a runbook that ran when the bridge was killed is unknown afterwards, is stopped, and never runs again by itself', async () => {
  const files = {
    'templates/runbooks/slow.md': runbook('Slow', './slow.sh'),
    'templates/runbooks/slow.sh': '#!/bin/sh\necho $$ >> ran\necho begun\nexec sleep 60\n',
  };
  const bridge = await startBridge({ main: MAIN, files });
  const [id] = (await bridge.send('Production API', 'firing')).body.incidents as [string];
  expect((await bridge.press(id, 'run', { argument: 'slow' })).status).toBe(202);
  await soon(async () => expect((await bridge.api(`/incidents/${id}`)).runs).toMatchObject([{ output: 'begun\n' }]));
  await bridge.kill();

  const next = await startBridge({ main: MAIN, after: bridge });
  await soon(async () =>
    expect(await next.api(`/incidents/${id}`)).toMatchObject({ status: 'firing', runs: [{ state: 'unknown' }] }),
  );
  const ran = processesOf(bridge);
  expect(ran).toHaveLength(1);
  await soon(() => expect(() => process.kill(ran[0]!, 0)).toThrow('ESRCH'));
  expect((await next.press(id, 'run', { argument: 'slow' })).status).toBe(202); // a person may, after having looked
});

interface Job {
  readonly monitor: string;
  readonly state: 'firing' | 'resolved';
}

function missing(incidents: readonly string[], chat: HttpChatServer, channel: string): readonly string[] {
  const shown = cardsIn(chat, channel);
  return incidents.filter((id) => !shown.has(id));
}

/** Of the runbook's script, each time it began. */
function processesOf({ folder }: Bridge): readonly number[] {
  return readFileSync(join(folder, 'templates', 'runbooks', 'ran'), 'utf8')
    .trim()
    .split('\n')
    .map(Number);
}

function runbook(label: string, command: string): string {
  return `---\nlabel: ${label}\nrun: script\ncommand: [${command}]\nallow: [console]\ntimeout: 2m\n---\n\nA test's.\n`;
}
