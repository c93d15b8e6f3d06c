import { expect, test } from 'vitest';
import { DeliveryError, type Reason } from '../../src/domain/errors.ts';
import { BRIDGE, type Card } from '../../src/domain/model.ts';
import type { Adapter, Platform, Rendered, Target } from '../../src/domain/ports.ts';
import { soon } from '../support/soon.ts';
import { type Bridge, lineOf, startBridge } from './bridge.ts';

const settled = (bridge: Bridge, incident: string) =>
  soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'delivered' }));
const failed = (reason: Reason) => new DeliveryError({ reason, scope: 'channel', message: reason });

/** A platform that can only post, and keeps the keys it was given. */
function postOnly(
  post?: (target: Target, content: Rendered, n: number) => Promise<void>,
): Adapter & { onces: string[] } {
  const onces: string[] = [];
  return {
    onces,
    status: () => ({ connected: true }),
    async post(target, content) {
      onces.push(target.once);
      await post?.(target, content, onces.length);
      return { id: `m${onces.length}`, channel: target.channel };
    },
    close: async () => {},
  };
}

test('a line in the thread mentions whom it is meant for, and one to the channel whom the card mentions too', async () => {
  const meant = { platform: 'hook', kind: 'person', id: '7' } as const;
  const oncall = { platform: 'hook', kind: 'group', id: 'oncall' } as const;
  const mentions: (readonly string[])[] = [];
  const adapter: Adapter = {
    ...postOnly(),
    edit: async () => {},
    reply: async (_target, _message, line, principals) => {
      mentions.push([line.tell, ...principals.map(({ id }) => id)]);
    },
  };
  await using bridge = await startBridge({ adapters: { hook: { adapter } }, card: { mentions: [oncall] } });
  bridge.start();
  const incident = await bridge.open('hook:ops');
  await settled(bridge, incident);
  await bridge.change(incident, {}, lineOf('noted', 'thread'));
  await bridge.change(incident, {}, { ...lineOf('assigned', 'thread'), mention: [meant] });
  await bridge.change(incident, {}, { ...lineOf('reminded', 'channel'), mention: [meant], channels: ['hook:ops'] });
  await bridge.change(incident, {}, { ...lineOf('reminded', 'channel'), channels: ['hook:other'] });
  await settled(bridge, incident);
  expect(mentions).toEqual([['thread'], ['thread', '7'], ['channel', '7', oncall.id], ['thread']]);
});

test('what comes with the first post stands in its thread, and tells the channel nothing twice', async () => {
  const replies: string[] = [];
  const adapter: Adapter = {
    ...postOnly(),
    edit: async () => {},
    reply: async (_target, _message, { tell, text }, principals) =>
      void replies.push([tell, text, ...principals.map(({ id }) => id)].join(' ')),
  };
  const mentions = [{ platform: 'hook', kind: 'group', id: 'oncall' }] as const;
  await using bridge = await startBridge({ adapters: { hook: { adapter } }, card: { mentions } });
  const incident = await bridge.open('hook:managers');
  await bridge.change(incident, {}, lineOf('escalated', 'channel'));
  bridge.start();
  await settled(bridge, incident);
  await bridge.change(incident, {}, lineOf('reminded', 'channel'));
  await settled(bridge, incident);
  expect(replies).toEqual(['thread escalated', 'channel reminded oncall']);
});

test('where messages cannot be edited only a new state is posted anew', async () => {
  const adapter = postOnly();
  await using bridge = await startBridge({ adapters: { hook: { adapter } } });
  bridge.start();
  const incident = await bridge.open('hook:ops');
  await settled(bridge, incident);
  await bridge.change(incident, { count: 2 }, lineOf('repeated', 'edit'));
  await bridge.change(incident, {}, lineOf('noted', 'thread'));
  await settled(bridge, incident);
  expect(adapter.onces).toHaveLength(1);
  await bridge.change(incident, { status: 'acknowledged' }, lineOf('acknowledged', 'thread'));
  await settled(bridge, incident);
  expect(adapter.onces.map((once) => once.split('.')[1])).toEqual(['0', '1']);
});

test('a new state that is posted anew mentions whom it is meant for, and the others only where it is told to the channel', async () => {
  const mentioned: string[][] = [];
  const adapter = postOnly();
  const render: Platform['render'] = (card) => {
    mentioned.push(card.mentions.map(({ id }) => id));
    return { json: card, cut: [], faults: [] };
  };
  const [mentions, jonas] = [
    [{ platform: 'hook', kind: 'person', id: 'maya' }],
    { platform: 'hook', kind: 'person', id: 'jonas' },
  ] as const;
  await using bridge = await startBridge({ adapters: { hook: { adapter, render } }, card: { mentions } });
  bridge.start();
  const incident = await bridge.open('hook:ops');
  await settled(bridge, incident);
  await bridge.change(incident, {}, lineOf('acknowledged', 'thread'));
  await settled(bridge, incident);
  await bridge.change(incident, {}, { ...lineOf('assigned', 'thread'), mention: [jonas] });
  await settled(bridge, incident);
  await bridge.change(incident, {}, lineOf('escalated', 'channel'));
  await settled(bridge, incident);
  expect(mentioned).toEqual([['maya'], [], ['jonas'], ['maya']]);
});

test('where messages stand alone each begins with why it came, and the first mentions whom the card does', async () => {
  const bodies: Card['body'][] = [];
  const mentioned: string[][] = [];
  const render: Platform['render'] = (card) => {
    bodies.push(card.body);
    mentioned.push(card.mentions.map(({ id }) => id));
    return { json: card, cut: [], faults: [] };
  };
  const mentions = [{ platform: 'hook', kind: 'person', id: 'maya' }] as const;
  const card = { body: [], mentions };
  await using bridge = await startBridge({ adapters: { hook: { adapter: postOnly(), render } }, card });
  const incident = await bridge.open('hook:ops');
  const missed = 'could not reach slack:db: not invited.';
  await bridge.change(incident, {}, { ...lineOf('delivery', 'thread'), actor: BRIDGE, text: missed });
  bridge.start();
  await settled(bridge, incident);
  const text = 'reminds: nobody has acknowledged it for 5 m';
  await bridge.change(incident, {}, { ...lineOf('reminded', 'channel'), actor: BRIDGE, text });
  await settled(bridge, incident);
  const why = (said: string) => [
    {
      kind: 'paragraph',
      spans: [
        { kind: 'text', text: 'Tocsin', bold: true },
        { kind: 'text', text: ` ${said}` },
      ],
    },
  ];
  expect(bodies).toEqual([why(missed), why(text)]);
  expect(mentioned).toEqual([['maya'], ['maya']]);
});

test('an error that an adapter did not foresee leaves the outcome of a post unknown', async () => {
  const adapter = postOnly(async (_, __, n) => {
    if (n === 1) throw new TypeError('undefined is not a function');
  });
  await using bridge = await startBridge({ speed: 20, adapters: { hook: { adapter } } });
  bridge.start();
  await settled(bridge, await bridge.open('hook:ops'));
  expect(bridge.attempted).toEqual(['hook unknown_outcome', 'hook ok']);
  expect(adapter.onces[1]).toBe(adapter.onces[0]);
});

test('a promise that never ends holds its lane for ten seconds only', async () => {
  const signals: AbortSignal[] = [];
  const adapter = postOnly(async (target, _, n) => {
    signals.push(target.deadline);
    if (n === 1) await new Promise(() => {});
  });
  await using bridge = await startBridge({ speed: 40, adapters: { hook: { adapter } } });
  bridge.start();
  const began = bridge.clock.now();
  await settled(bridge, await bridge.open('hook:ops'));
  expect(signals[0]?.aborted).toBe(true);
  expect(bridge.clock.now() - began).toBeGreaterThanOrEqual(10_000);
});

test('a card that the renderer fails on goes out as a plain one', async () => {
  const sent: unknown[] = [];
  const adapter = postOnly(async (_, content) => void sent.push(content.json));
  const render: Platform['render'] = (card) => {
    if (card.body.length > 0) throw new RangeError('Maximum call stack size exceeded');
    return { json: card.title, cut: [], faults: [] };
  };
  await using bridge = await startBridge({ adapters: { hook: { adapter, render } } });
  bridge.start();
  await settled(bridge, await bridge.open('hook:ops', 'Disk is full'));
  expect(sent).toEqual(['Disk is full']);
});

test.each<[Reason]>([['forbidden'], ['too_large']])(
  'a line that is refused as %s keeps no card from being right',
  async (reason) => {
    const edited: string[] = [];
    const adapter: Adapter = {
      ...postOnly(),
      edit: async (target) => void edited.push(target.once),
      reply: () => Promise.reject(failed(reason)),
    };
    await using bridge = await startBridge({ adapters: { hook: { adapter } } });
    bridge.start();
    const incident = await bridge.open('hook:ops');
    await settled(bridge, incident);
    for (const kind of ['acknowledged', 'resolved'] as const) {
      await bridge.change(incident, {}, lineOf(kind, 'thread'));
      await settled(bridge, incident);
    }
    expect(edited).toHaveLength(2);
  },
);

test('a line that fails is told again, and those before it are not', async () => {
  const told: string[] = [];
  let failures = 2;
  const adapter: Adapter = {
    ...postOnly(),
    edit: async () => {},
    async reply(_, __, line) {
      if (line.text === 'second' && failures-- > 0) throw failed('unavailable');
      told.push(line.text);
    },
  };
  await using bridge = await startBridge({ speed: 20, adapters: { hook: { adapter } } });
  const incident = await bridge.open('hook:ops');
  for (const text of ['first', 'second', 'third']) await bridge.change(incident, {}, lineOf('noted', 'thread', text));
  bridge.start();
  await settled(bridge, incident);
  expect(told).toEqual(['first', 'second', 'third']);
});

test('keys are at most 25 characters, and different for a post and each of its lines', async () => {
  const onces: string[] = [];
  const adapter: Adapter = {
    ...postOnly(async ({ once }) => void onces.push(once)),
    reply: async ({ once }) => void onces.push(once),
  };
  await using bridge = await startBridge({ adapters: { hook: { adapter } } });
  const incident = await bridge.open('hook:ops');
  for (const text of ['first', 'second']) await bridge.change(incident, {}, lineOf('noted', 'thread', text));
  bridge.start();
  await settled(bridge, incident);
  expect(new Set(onces).size).toBe(3);
  for (const once of onces) expect(once.length).toBeLessThanOrEqual(25);
});

test('a lane has one attempt in flight at most', async () => {
  let [inFlight, most] = [0, 0];
  const adapter = postOnly(async () => {
    most = Math.max(most, ++inFlight);
    await new Promise((turn) => setImmediate(turn));
    inFlight--;
  });
  await using bridge = await startBridge({ adapters: { hook: { adapter } } });
  bridge.start();
  await Promise.all(Array.from({ length: 50 }, () => bridge.open('hook:ops')));
  await soon(() => expect(adapter.onces).toHaveLength(50));
  expect(most).toBe(1);
});

test.each([
  ['is told in the thread, once', undefined],
  ['and cannot be told keeps no card from being right', failed('limited')],
])('what a card had no room for %s', async (_, refused) => {
  const told: (string | undefined)[] = [];
  const adapter: Adapter = {
    ...postOnly(),
    edit: async () => {},
    reply: async (_target, _message, { text, detail }) => {
      told.push(detail ?? text);
      if (refused !== undefined && told.length === 1) throw refused;
    },
  };
  const render: Platform['render'] = (card) => ({ json: card, cut: ['the rest of it', 'a label'], faults: [] });
  await using bridge = await startBridge({ adapters: { hook: { adapter, render } } });
  bridge.start();
  const incident = await bridge.open('hook:ops');
  await settled(bridge, incident);
  await bridge.change(incident, {}, lineOf('acknowledged', 'thread'));
  await settled(bridge, incident);
  expect(told).toEqual(['the rest of it\na label', expect.stringMatching('acknowledged')]);
});

test('what a card had no room for is left to the console where the next card waits', async () => {
  const said: string[] = [];
  const adapter: Adapter = {
    ...postOnly(async (_, { json }) => void said.push((json as Card).title)),
    edit: async () => {},
    reply: async (_target, _message, { detail }) => void said.push(detail ?? ''),
  };
  const render: Platform['render'] = (card) => ({ json: card, cut: [`the rest of ${card.title}`], faults: [] });
  await using bridge = await startBridge({ adapters: { hook: { adapter, render } } });
  const incidents = [await bridge.open('hook:ops', 'one'), await bridge.open('hook:ops', 'two')];
  bridge.start();
  for (const incident of incidents) await settled(bridge, incident);
  await soon(() => expect(said).toEqual(['one', 'two', 'the rest of two']));
});

test('a long rest of a card is told in a few replies, broken between lines', async () => {
  const told: string[] = [];
  const onces: string[] = [];
  const adapter: Adapter = {
    ...postOnly(),
    reply: async (target, _message, { detail }) => {
      onces.push(target.once);
      told.push(detail ?? '');
    },
  };
  const lines = Array.from({ length: 400 }, (_, n) => `line ${n} of what was left out`);
  const render: Platform['render'] = (card) => ({ json: card, cut: lines, faults: [] });
  await using bridge = await startBridge({ adapters: { hook: { adapter, render } } });
  bridge.start();
  await bridge.open('hook:ops');
  await soon(() => expect(told).toHaveLength(5));
  expect(new Set(onces).size).toBe(5);
  expect(Math.max(...told.map((part) => part.length))).toBeLessThanOrEqual(1_500);
  expect(lines.join('\n').startsWith(told.slice(0, 4).join('\n'))).toBe(true);
  expect(told[4]).toMatch(/…$/);
});
