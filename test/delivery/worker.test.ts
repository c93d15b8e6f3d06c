import { describe, expect, test } from 'vitest';
import { DeliveryError } from '../../src/domain/errors.ts';
import type { Card } from '../../src/domain/model.ts';
import type { Adapter } from '../../src/domain/ports.ts';
import type { Trouble } from '../support/http-chat/protocol.ts';
import { soon } from '../support/soon.ts';
import { type Bridge, lineOf, startBridge } from './bridge.ts';

const status = (code: number, more: { retryAfter?: string; scope?: 'account' } = {}): Trouble => ({
  kind: 'status',
  status: code,
  ...more,
});
const settled = (bridge: Bridge, incident: string) =>
  soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'delivered' }));
const titles = (entries: readonly { readonly content?: unknown }[]) =>
  entries.map(({ content }) => (content as Card).title);

describe('a card', () => {
  test('is posted once, edited with each change, and its lines are told in its thread', async () => {
    await using bridge = await startBridge();
    bridge.start();
    const incident = await bridge.open('http-chat:ops', 'Production API is down');
    await settled(bridge, incident);
    await bridge.change(incident, { status: 'acknowledged' }, lineOf('acknowledged', 'thread'));
    await settled(bridge, incident);
    await bridge.change(incident, { status: 'resolved' }, lineOf('resolved', 'channel'));
    await settled(bridge, incident);

    expect(bridge.seen('ops').map(({ kind }) => kind)).toEqual(['created', 'edited', 'replied', 'edited', 'replied']);
    expect(bridge.seen('ops', 'edited').map(({ content }) => (content as Card).state)).toEqual([
      'acknowledged',
      'resolved',
    ]);
    expect(bridge.seen('ops', 'replied').map(({ content }) => content)).toMatchObject([
      { kind: 'acknowledged' },
      { kind: 'resolved', tell: 'channel' },
    ]);
    expect(bridge.attempted).toEqual(Array(5).fill('http-chat ok'));
    expect(bridge.delivered.map(({ platform }) => platform)).toEqual(Array(3).fill('http-chat'));
  });

  test('that waited while its channel was down shows the newest state, in one post', async () => {
    await using bridge = await startBridge({ speed: 20 });
    bridge.chat.script({ times: 1_000, trouble: status(503) });
    bridge.start();
    const incident = await bridge.open('http-chat:ops');
    await soon(() => expect(bridge.seen('ops', 'troubled').length).toBeGreaterThan(2));
    for (let n = 1; n <= 10; n++) await bridge.change(incident, { title: `change ${n}` });
    bridge.chat.heal();
    await settled(bridge, incident);
    expect(titles(bridge.seen('ops', 'created'))).toEqual(['change 10']);
    expect(bridge.seen('ops', 'edited')).toEqual([]);
  });

  test('that was deleted is posted anew under its next generation', async () => {
    await using bridge = await startBridge();
    bridge.start();
    const incident = await bridge.open('http-chat:ops');
    await settled(bridge, incident);
    const { message } = await bridge.delivery(incident);
    bridge.chat.deleteMessage('ops', message!.id);
    await bridge.change(incident, { status: 'acknowledged' }, lineOf('acknowledged', 'thread'));
    await settled(bridge, incident);
    const [first, second] = bridge.seen('ops', 'created').map(({ once }) => once!);
    expect(first).toMatch(/\.0$/);
    expect(second).toBe(first!.replace(/\.0$/, '.1'));
    expect(bridge.seen('ops', 'replied')).toMatchObject([{ message: 'm2' }]);
  });

  test('that is deleted again is a dead letter, and posted anew when it is replayed', async () => {
    await using bridge = await startBridge();
    bridge.start();
    const incident = await bridge.open('http-chat:ops');
    for (const state of ['delivered', 'dead']) {
      await settled(bridge, incident);
      bridge.chat.deleteMessage('ops', (await bridge.delivery(incident)).message!.id);
      await bridge.change(incident, { title: 'a change' });
      await soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state }));
    }
    expect(bridge.seen('ops', 'created')).toHaveLength(2);
    await bridge.store.replay('all');
    await settled(bridge, incident);
    expect(bridge.seen('ops', 'created').map(({ once }) => once!.split('.')[1])).toEqual(['0', '1', '2']);
  });

  test('that is refused for its size goes out as a plain one', async () => {
    await using bridge = await startBridge();
    bridge.chat.script({ times: 1, operation: 'post', trouble: status(413) });
    bridge.start();
    await settled(bridge, await bridge.open('http-chat:ops', 'Disk is full'));
    expect(bridge.seen('ops', 'created')).toMatchObject([
      { content: { title: 'Disk is full', body: [], facts: [], more: [] } },
    ]);
    expect((bridge.seen('ops', 'created')[0]!.content as Card).buttons).not.toEqual([]);
  });
});

describe('a lane', () => {
  test('keeps the order of its incidents', async () => {
    await using bridge = await startBridge();
    bridge.chat.script({ times: 1, operation: 'post', trouble: status(503) });
    const names = Array.from({ length: 8 }, (_, n) => `incident ${n}`);
    for (const name of names) {
      await bridge.open('http-chat:ops', name);
      bridge.skip(1); // within one millisecond there is no order
    }
    bridge.start();
    await soon(() => expect(titles(bridge.seen('ops', 'created'))).toEqual(names));
  });

  test('that hangs delays no other', async () => {
    await using bridge = await startBridge({ speed: 0.1 }); // an attempt may hang for 100 s of the machine's
    bridge.chat.script({ times: 1_000, channel: 'slow', trouble: { kind: 'stall' } });
    bridge.start();
    await bridge.open('http-chat:slow');
    await soon(() => expect(bridge.seen('slow', 'troubled')).toHaveLength(1));
    for (let n = 0; n < 20; n++) await bridge.open(`http-chat:fast-${n}`);
    await soon(() => expect(bridge.chat.log.filter(({ kind }) => kind === 'created')).toHaveLength(20));
    await soon(() => expect(bridge.attempted).toEqual(Array(20).fill('http-chat ok'))); // the one that hangs has not ended
  });

  test('that is limited waits as long as it was asked to, and ten changes end in one edit', async () => {
    await using bridge = await startBridge();
    bridge.start();
    const incident = await bridge.open('http-chat:ops');
    await settled(bridge, incident);
    bridge.chat.script({ times: 1, channel: 'ops', trouble: status(429, { retryAfter: '0.6' }) });
    for (let n = 1; n <= 10; n++) await bridge.change(incident, { title: `change ${n}` });
    await bridge.open('http-chat:other');
    await settled(bridge, incident);

    const [limited] = bridge.seen('ops', 'troubled');
    const [other] = bridge.seen('other', 'created');
    const edits = bridge.seen('ops', 'edited');
    expect(titles(edits).at(-1)).toBe('change 10');
    const after = edits.filter(({ at }) => at > limited!.at);
    expect(after).toHaveLength(1);
    expect(after[0]!.at - limited!.at).toBeGreaterThanOrEqual(598); // the server's clock rounds
    expect(other!.at).toBeLessThan(after[0]!.at);
  });

  test('waits where the whole account is limited', async () => {
    await using bridge = await startBridge();
    bridge.chat.script({ times: 1, channel: 'a', trouble: status(429, { retryAfter: '0.6', scope: 'account' }) });
    bridge.start();
    await bridge.open('http-chat:a');
    await soon(() => expect(bridge.seen('a', 'troubled')).toHaveLength(1));
    const incident = await bridge.open('http-chat:b');
    await settled(bridge, incident);
    expect(bridge.seen('b', 'created')[0]!.at - bridge.seen('a', 'troubled')[0]!.at).toBeGreaterThanOrEqual(598);
  });

  test.each([
    ['refused', status(400)],
    ['broken', status(500)],
  ])('is not held up by a card that is always %s', async (_, trouble) => {
    await using bridge = await startBridge({ speed: 20 });
    bridge.chat.script({ times: 10_000, containing: 'poison', trouble });
    await bridge.open('http-chat:ops', 'poison');
    for (let n = 0; n < 50; n++) await bridge.open('http-chat:ops', `incident ${n}`);
    bridge.start();
    await soon(() => expect(bridge.seen('ops', 'created')).toHaveLength(50));
  });
});

test('the result of an attempt is dropped where another process took the lane meanwhile', async () => {
  await using bridge = await startBridge({ speed: 20 });
  bridge.chat.script({ times: 1, operation: 'post', trouble: { kind: 'slow', ms: 100 } });
  bridge.start();
  const incident = await bridge.open('http-chat:ops');
  await soon(() => expect(bridge.seen('ops', 'troubled')).toHaveLength(1));
  bridge.skip(60_000);
  const [lane] = await bridge.store.lanes.claim(1);
  await soon(() => expect(bridge.attempted).toEqual(['http-chat ok']));
  expect(await bridge.delivery(incident)).toMatchObject({ state: 'waiting', delivered: 0 });
  await bridge.store.lanes.release(lane!);
  await settled(bridge, incident);
  expect(bridge.seen('ops', 'created')).toHaveLength(1);
});

test('a clock that is set back makes neither a channel nor its account wait longer', async () => {
  await using bridge = await startBridge({ speed: 20 });
  bridge.chat.script({ times: 1_000, trouble: status(503, { scope: 'account' }) });
  bridge.start();
  const incident = await bridge.open('http-chat:ops');
  await soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'retrying' }));
  bridge.skip(-3_600_000);
  bridge.chat.heal();
  await bridge.store.clockSetBack(true);
  await settled(bridge, incident);
});

test('a lane that is served is not served a second time when the clock is set ahead', async () => {
  const posted: string[] = [];
  const gate = Promise.withResolvers<void>();
  const adapter: Adapter = {
    status: () => ({ connected: true }),
    close: async () => {},
    edit: async () => {},
    async post({ once }) {
      posted.push(once);
      await gate.promise;
      return { id: once, channel: 'ops' };
    },
  };
  await using bridge = await startBridge({ adapters: { teams: { adapter } } });
  bridge.start();
  const incident = await bridge.open('teams:ops');
  await soon(() => expect(posted).toHaveLength(1));
  bridge.skip(31_000);
  for (const other of ['http-chat:a', 'http-chat:b']) await settled(bridge, await bridge.open(other)); // it has looked for lanes meanwhile
  gate.resolve();
  await settled(bridge, incident);
  expect(posted).toHaveLength(1);
});

describe('a post of unknown outcome', () => {
  test('that arrived is found and adopted', async () => {
    await using bridge = await startBridge({ speed: 20 });
    bridge.chat.script({ times: 1, operation: 'post', trouble: { kind: 'drop' } });
    bridge.start();
    const incident = await bridge.open('http-chat:ops');
    await soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'retrying' }));
    await settled(bridge, incident);
    expect(bridge.seen('ops').map(({ kind }) => kind)).toEqual(['troubled', 'created', 'looked', 'edited']);
  });

  test('that did not arrive is posted under the same key', async () => {
    await using bridge = await startBridge({ speed: 20 });
    bridge.chat.script({ times: 1, operation: 'post', trouble: { kind: 'stall' } });
    bridge.start();
    await settled(bridge, await bridge.open('http-chat:ops'));
    const [troubled, looked, created] = bridge.seen('ops');
    expect([troubled!.kind, looked!.kind, created!.kind]).toEqual(['troubled', 'looked', 'created']);
    expect(created!.once).toBe(troubled!.once);
  });

  test('that could not be looked for at first is looked for again, and not posted twice', async () => {
    await using bridge = await startBridge({ speed: 20 });
    bridge.chat.script({ times: 1, operation: 'post', trouble: { kind: 'drop' } });
    bridge.chat.script({ times: 2, operation: 'find', trouble: status(503) });
    bridge.start();
    await settled(bridge, await bridge.open('http-chat:ops'));
    expect(bridge.seen('ops', 'created')).toHaveLength(1);
  });

  test('is posted again where looking is not allowed', async () => {
    await using bridge = await startBridge({ speed: 20 });
    bridge.chat.script({ times: 1, operation: 'post', trouble: { kind: 'refuse' } });
    bridge.chat.script({ times: 1, operation: 'find', trouble: status(403) });
    bridge.start();
    await settled(bridge, await bridge.open('http-chat:ops'));
    expect(bridge.seen('ops', 'created')).toHaveLength(1);
  });
});

describe('what waited for days while the bridge was off', () => {
  const DAY_MS = 86_400_000;

  test('arrives, though its platform is not reached at the first attempt', async () => {
    await using bridge = await startBridge();
    const incidents = await Promise.all(Array.from({ length: 5 }, () => bridge.open('http-chat:ops')));
    bridge.skip(4 * DAY_MS);
    bridge.chat.script({ times: 1, trouble: status(503) });
    bridge.start();
    for (const incident of incidents) await settled(bridge, incident);
    expect(bridge.seen('ops').map(({ kind }) => kind)).toEqual(['troubled', ...Array(5).fill('created')]);
  });

  test('is a dead letter once it was tried some times, and never faster than its lane may go', async () => {
    const triedAt: number[] = [];
    const adapter: Adapter = {
      status: () => ({ connected: false }),
      close: async () => {},
      async post() {
        triedAt.push(bridge.clock.monotonic());
        throw new DeliveryError({ reason: 'unavailable', scope: 'channel', message: 'down' });
      },
    };
    await using bridge = await startBridge({ speed: 100, adapters: { down: { adapter } } });
    const incidents = [await bridge.open('down:ops'), await bridge.open('down:ops')];
    bridge.skip(4 * DAY_MS);
    bridge.start();
    for (const incident of incidents)
      await soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'dead', attempt: 6 }));
    const gaps = triedAt.slice(1).map((at, index) => at - (triedAt[index] as number));
    expect(gaps).toHaveLength(11);
    expect(Math.min(...gaps)).toBeGreaterThan(300); // the shortest pause is of 500 ms, and a timer of 100 times the speed is early
  });
});

describe('a dead letter', () => {
  test('says the cure, is told elsewhere, and is delivered when it is replayed', async () => {
    await using bridge = await startBridge();
    bridge.chat.script({ times: 1, operation: 'post', trouble: status(403) });
    bridge.start();
    const incident = await bridge.open('http-chat:ops');
    await soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'dead' }));
    expect((await bridge.delivery(incident)).error).toContain('Invite the bot to the channel.');
    await soon(() => expect(bridge.lost).toMatchObject([{ failure: { reason: 'forbidden' } }]));
    await bridge.store.replay('all');
    await settled(bridge, incident);
    await soon(() => expect(bridge.back).toHaveLength(1));
  });

  test('is made of all that waits where a channel keeps the bot out, after a single call', async () => {
    await using bridge = await startBridge();
    bridge.chat.script({ times: 100, operation: 'post', trouble: status(403) });
    const incidents = await Promise.all(Array.from({ length: 20 }, () => bridge.open('http-chat:ops')));
    bridge.start();
    for (const incident of incidents)
      await soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'dead' }));
    await soon(() => expect(bridge.lost).toHaveLength(20));
    expect(bridge.seen('ops')).toHaveLength(1);
  });

  test('is made where the platform is not configured, and names its variables', async () => {
    await using bridge = await startBridge();
    bridge.start();
    const incident = await bridge.open('slack:C012');
    await soon(async () => expect(await bridge.delivery(incident)).toMatchObject({ state: 'dead' }));
    expect((await bridge.delivery(incident)).error).toContain('SLACK_');
  });
});

test('a destination that keeps failing is told as lost, once for each incident that waits, and once as back', async () => {
  await using bridge = await startBridge({ speed: 40 });
  bridge.chat.script({ times: 10_000, trouble: status(502) });
  bridge.start();
  const incidents = await Promise.all(Array.from({ length: 5 }, () => bridge.open('http-chat:ops')));
  await soon(() => expect(bridge.lost).toHaveLength(5));
  incidents.push(await bridge.open('http-chat:ops'));
  await soon(() => expect(bridge.lost).toHaveLength(6));
  await soon(() => expect(bridge.seen('ops', 'troubled').length).toBeGreaterThan(8));
  const deliveries = await Promise.all(incidents.map((incident) => bridge.delivery(incident)));
  const waits = deliveries.flatMap(({ retryAt }) => (retryAt === undefined ? [] : [retryAt - bridge.clock.now()]));
  expect(waits).not.toEqual([]);
  expect(Math.max(...waits)).toBeLessThanOrEqual(21_000); // so that with the sending every card is right within 30 s
  bridge.chat.heal();
  for (const incident of incidents) await settled(bridge, incident);
  expect([bridge.lost.length, bridge.back.length]).toEqual([6, 1]);
});

describe('stop', () => {
  test('waits for the attempt in flight, settles it, and begins no other', async () => {
    await using bridge = await startBridge();
    bridge.chat.script({ times: 1, operation: 'post', trouble: { kind: 'slow', ms: 150 } });
    const incidents = [await bridge.open('http-chat:ops'), await bridge.open('http-chat:ops')];
    const worker = bridge.start();
    await soon(() => expect(bridge.seen('ops', 'troubled')).toHaveLength(1));
    await worker.stop();
    expect(bridge.seen('ops', 'created')).toHaveLength(1);
    expect(await Promise.all(incidents.map(async (one) => (await bridge.delivery(one)).state))).toEqual([
      'delivered',
      'waiting',
    ]);
    expect(await bridge.store.lanes.claim(10)).toMatchObject([{ destination: 'http-chat:ops' }]);
  });

  test('ends an attempt that hangs at its deadline, and frees the lane', async () => {
    await using bridge = await startBridge({ speed: 0.1 }); // by itself it would end after 100 s of the machine's
    bridge.chat.script({ times: 1, operation: 'post', trouble: { kind: 'stall' } });
    const worker = bridge.start();
    await bridge.open('http-chat:ops');
    await bridge.open('http-chat:ops');
    await soon(() => expect(bridge.seen('ops', 'troubled')).toHaveLength(1));
    await worker.stop(50);
    expect(bridge.attempted).toEqual(['http-chat unknown_outcome']);
    expect(bridge.seen('ops', 'created')).toEqual([]);
    expect(await bridge.store.lanes.nextDueAt()).toBeDefined();
  });
});
