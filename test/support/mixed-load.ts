import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { wizstatus } from '../../src/sources/wizstatus.ts';
import { type Bridge, writeInto } from './bridge.ts';
import type { Trouble } from './http-chat/protocol.ts';
import type { HttpChatServer } from './http-chat/server.ts';

const MONITORS = 150;
const CARD = 'templates/cards/incident.md';
const TROUBLES: readonly Trouble[] = [
  { kind: 'status', status: 429, retryAfter: '1' },
  { kind: 'status', status: 429, retryAfter: '1', scope: 'account' },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 504 },
  { kind: 'status', status: 413 },
  { kind: 'slow', ms: 300 },
  { kind: 'stall' },
  { kind: 'drop' },
  { kind: 'refuse' },
  { kind: 'garbage' },
];

/** What was done to a bridge meanwhile. */
export interface Done {
  stored: number; // webhooks answered 200
  presses: number;
  troubles: number;
  readonly unexpected: string[]; // answers that nobody should have had
}

/**
 * Monitors that flap and repeat, people who press, a platform in all kinds of trouble, messages that are deleted, streams
 * that come and go, SIGHUP, and cards that are edited, well and badly.
 */
export function startMixedLoad(bridge: Bridge, chat: HttpChatServer, random: (bound: number) => number) {
  const done: Done = { stored: 0, presses: 0, troubles: 0, unexpected: [] };
  const stopping = new AbortController();
  const card = readFileSync(join(bridge.folder, CARD), 'utf8');
  let round = 0;

  async function webhook(): Promise<void> {
    const state = random(3) === 0 ? 'resolved' : 'firing';
    const sample = wizstatus.sample(state, bridge.secret, Date.now(), { monitor: `monitor ${random(MONITORS)}` });
    const { status } = await bridge.post('/webhooks/wizstatus', sample);
    if (status === 200) done.stored++;
    else done.unexpected.push(`a webhook: ${status}`);
  }

  async function press(): Promise<void> {
    const { incidents } = await bridge.api<{ incidents: { id: string }[] }>('/incidents?limit=50');
    const incident = incidents[random(incidents.length)];
    if (incident === undefined) return;
    const action = (['acknowledge', 'resolve', 'run', 'note', 'why'] as const)[random(5)] as string;
    const body = {
      ...(action === 'run' && { argument: 'note' }),
      ...(action === 'note' && { inputs: { text: 'A note.' } }),
    };
    const { status } = await bridge.press(incident.id, action, body);
    if ([200, 202, 404, 409].includes(status)) done.presses++;
    else done.unexpected.push(`${action}: ${status}`);
  }

  async function trouble(): Promise<void> {
    if (done.troubles % 20 === 0) chat.heal(); // ends what stalls, too
    chat.script({ times: 1 + random(3), trouble: TROUBLES[done.troubles++ % TROUBLES.length] as Trouble });
    const created = chat.log.filter(({ kind }) => kind === 'created').at(-1 - random(20));
    if (created?.message !== undefined && random(3) === 0) chat.deleteMessage(created.channel, created.message);
  }

  async function watch(): Promise<void> {
    const gone = new AbortController();
    const headers = { authorization: `Bearer ${bridge.token}` };
    const stream = await fetch(`${bridge.url}/api/events`, { headers, signal: gone.signal });
    await stream.body?.getReader().read();
    gone.abort();
  }

  async function reload(): Promise<void> {
    writeInto(bridge.folder, '.env', `LOG_LEVEL=${round++ % 2 === 0 ? 'error' : 'warn'}\n`);
    bridge.child.kill('SIGHUP');
  }

  async function edit(): Promise<void> {
    writeInto(bridge.folder, CARD, random(3) === 0 ? `${card}\n{{ no such\n` : `${card}\nRound ${round}.\n`);
  }

  /** Again and again, with a pause between. */
  async function every(ms: number, what: () => Promise<void>): Promise<void> {
    while (!stopping.signal.aborted) {
      await what().catch((error: Error) => done.unexpected.push(`${what.name}: ${error.message}`));
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }

  // As much as the channels can take between their troubles: of what waits ever longer nothing could be flat.
  const all = Promise.all([
    ...[1, 2].map(() => every(120, webhook)),
    every(250, press),
    every(2_000, trouble),
    every(900, watch),
    every(5_000, reload),
    every(7_000, edit),
  ]);
  return {
    /** Ends it, and all trouble; answers what was done. */
    async stop(): Promise<Done> {
      stopping.abort();
      await all;
      writeInto(bridge.folder, CARD, card);
      chat.heal();
      return done;
    },
  };
}
