import { beforeEach, describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { newId } from '../../src/domain/id.ts';
import type { Silence } from '../../src/domain/model.ts';
import type { Clock, Delivery, Lane, NewTimer, Step, Store, StoreChange } from '../../src/domain/ports.ts';
import { delivery, incident, line, MAYA, run } from '../store/incidents.ts';
import { DAY_MS, put } from '../store/samples.ts';
import { clockAt } from '../support/clock.ts';

const LEASE_MS = 60_000; // longer than any lease
const LIMITED = { reason: 'limited', scope: 'channel', message: 'slow down' } as const;
const FORBIDDEN = { reason: 'forbidden', scope: 'channel', message: 'not invited', cure: 'Invite the bot.' } as const;

/**
 * What every Store does. `open` answers a store on an empty database; `again` another one on the same database, as after
 * a restart: the first is closed.
 */
export function storeContract(
  open: (clock: Clock) => Promise<{ readonly store: Store; again(): Promise<Store> }>,
): void {
  let store: Store;
  let again: () => Promise<Store>;
  let ahead = 0;
  const now = () => Date.now() + ahead;

  beforeEach(async () => {
    ahead = 0;
    ({ store, again } = await open({ ...clockAt(), now }));
  });

  const view = async (id: string) => {
    const found = await store.incident(id);
    if (found === undefined) throw new Error(`no incident ${id}`);
    return found;
  };
  const laneOf = async (destination = 'slack:alerts'): Promise<Lane> => {
    const lane = (await store.lanes.claim(10)).find((one) => one.destination === destination);
    if (lane === undefined) throw new Error(`no lane ${destination}`);
    return lane;
  };
  const oneDue = async (lane: Lane): Promise<Delivery> => {
    const [first] = await store.lanes.due(lane, 1);
    if (first === undefined) throw new Error('nothing is due');
    return first;
  };
  /** Incidents whose cards stand in the channel as they are. */
  const standing = async (...keys: readonly string[]) => {
    const incidents = keys.map((key) => ({ incident: incident({ key }) }));
    for (const one of incidents) await put(store, { ...one, deliveries: [delivery()] });
    const lane = await laneOf();
    for (const { id } of await store.lanes.due(lane, keys.length))
      await store.lanes.settle(lane, [{ delivery: id, shown: 1, message: { id, channel: 'c' } }]);
    return { lane, incidents };
  };
  const told: StoreChange[] = [];
  const watched = () => {
    told.length = 0;
    return store.watch((what) => told.push(what));
  };

  describe('a change', () => {
    test('is stored whole', async () => {
      const meant = { channels: ['slack:alerts'], mention: [{ platform: 'slack', kind: 'person', id: 'U1' }] } as const;
      const [opened, to] = [incident({ owner: MAYA, url: 'https://example.com' }), delivery()];
      const asked = { ...line('opened'), ...meant };
      const queued = run(opened.id);
      await put(store, { incident: opened, timeline: [asked], deliveries: [to], runs: [queued] });
      expect(await store.incident(opened.id)).toEqual({
        incident: { ...opened, revision: 1 },
        timeline: [asked],
        deliveries: [
          {
            id: to.id,
            destination: 'slack:alerts',
            route: 'ROUTE_DEFAULT',
            options: to.options,
            state: 'waiting',
            wanted: 1,
            delivered: 0,
            attempt: 0,
          },
        ],
        runs: [queued],
      });
    });

    test('is shown at once where it is drawn from the store itself, in each of its revisions, and no lane has to serve it', async () => {
      const one = incident();
      await put(store, { incident: one, deliveries: [delivery('console')] });
      await put(store, { incident: one });
      expect((await store.incident(one.id))?.deliveries).toMatchObject([
        { destination: 'console', state: 'delivered', wanted: 2, delivered: 2 },
      ]);
      expect(await store.lanes.claim(1)).toEqual([]);
    });

    test('raises the revision', async () => {
      const opened = incident();
      await put(store, { incident: opened });
      await put(store, { incident: { ...opened, count: 2 } });
      expect((await view(opened.id)).incident).toMatchObject({ revision: 2, count: 2 });
    });

    test('answers what was decided', async () => {
      expect(await store.change({ decide: () => ({ changes: [], answer: 42 }) })).toEqual({
        duplicate: false,
        answer: 42,
      });
    });

    test('sees what it asked for, as it is', async () => {
      const opened = incident();
      const [queued, over] = [run(opened.id), run(opened.id, { state: 'succeeded' })];
      await put(store, { incident: opened, runs: [queued, over] });
      await store.change({
        ids: [opened.id, 'unknown'],
        decide: ({ byId, byKey, runs }) => {
          expect([...byId]).toEqual([[opened.id, { ...opened, revision: 1 }]]);
          expect([...byKey]).toEqual([[opened.key, { ...opened, revision: 1 }]]);
          expect([...runs]).toEqual([[opened.id, [queued]]]);
          return { changes: [], answer: undefined };
        },
      });
    });

    test('sees the open incident of a key rather than a later one that is resolved', async () => {
      const [first, second] = [incident({ key: 'k' }), incident({ key: 'k', status: 'resolved', resolvedAt: now() })];
      await put(store, { incident: first });
      await put(store, { incident: second });
      const changed = await store.change({
        keys: ['k'],
        decide: ({ byKey }) => ({ changes: [], answer: byKey.get('k')?.id }),
      });
      expect(changed).toMatchObject({ answer: first.id });
    });

    test('sees the last incident of a key where none is open', async () => {
      const resolved = { key: 'k', status: 'resolved', resolvedAt: now() } as const;
      const [first, second] = [incident(resolved), incident(resolved)];
      await put(store, { incident: first }, { incident: second });
      const changed = await store.change({
        keys: ['k'],
        decide: ({ byKey }) => ({ changes: [], answer: byKey.get('k')?.id }),
      });
      expect(changed).toMatchObject({ answer: second.id });
    });

    test('sees those that came just before it, in order', async () => {
      const opened = incident({ key: 'k', count: 0 });
      const counts = await Promise.all(
        Array.from({ length: 50 }, () =>
          store.change({
            keys: ['k'],
            decide: ({ byKey }) => {
              const before = byKey.get('k') ?? opened;
              const count = before.count + 1;
              return { changes: [{ incident: { ...before, count }, timeline: [line(`${count}`)] }], answer: count };
            },
          }),
        ),
      );
      expect(counts.map((one) => !one.duplicate && one.answer)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
      const { incident: stored, timeline } = await view(opened.id);
      expect(stored).toMatchObject({ count: 50, revision: 50 });
      expect(timeline.map(({ text }) => text)).toEqual(Array.from({ length: 50 }, (_, n) => `${n + 1}`));
    });

    test('sees the runs that came just before it', async () => {
      const opened = incident();
      await put(store, { incident: opened });
      const queued = run(opened.id);
      const ask = () =>
        store.change({
          ids: [opened.id],
          decide: ({ runs }) => {
            const isRunning = (runs.get(opened.id) ?? []).length > 0;
            return {
              changes: isRunning ? [] : [{ incident: opened, timeline: [], runs: [queued] }],
              answer: isRunning,
            };
          },
        });
      const both = await Promise.all([ask(), ask()]);
      expect(both.map((one) => !one.duplicate && one.answer)).toEqual([false, true]);
    });

    test('whose decision throws fails alone, with that error', async () => {
      const [before, after] = [incident(), incident()];
      const error = new Error('no');
      const results = await Promise.allSettled([
        put(store, { incident: before }),
        store.change({
          once: 'a',
          decide: () => {
            throw error;
          },
        }),
        put(store, { incident: after }),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect(results[1]).toMatchObject({ reason: error });
      expect(await store.views([before.id, after.id])).toHaveLength(2);
      expect(await store.change({ once: 'a', decide: () => ({ changes: [], answer: 1 }) })).toMatchObject({
        duplicate: false,
      });
    });

    test('of an incident that it did not ask for is refused', async () => {
      const opened = incident({ count: 7 });
      await put(store, { incident: opened });
      const blind = store.change({ decide: () => ({ changes: [{ incident: opened, timeline: [] }], answer: 1 }) });
      await expect(blind).rejects.toBeInstanceOf(StoreUnavailable);
      expect((await view(opened.id)).incident.revision).toBe(1);
    });

    test('that cannot be stored fails alone, and the store stays writable', async () => {
      const [before, after, taken] = [incident(), incident(), incident({ key: 'k' })];
      await put(store, { incident: taken });
      const results = await Promise.allSettled([
        put(store, { incident: before }),
        put(store, { incident: incident({ key: 'k' }) }), // a second open one of this key
        put(store, { incident: after }),
      ]);
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      expect((results[1] as PromiseRejectedResult).reason).toBeInstanceOf(StoreUnavailable);
      expect(await store.views([before.id, after.id])).toHaveLength(2);
      expect(await store.health()).toEqual({ writable: true });
    });

    test('may resolve an incident and open the next of its key at once', async () => {
      const first = incident({ key: 'k' });
      await put(store, { incident: first });
      await put(
        store,
        { incident: incident({ key: 'k' }) },
        { incident: { ...first, status: 'resolved', resolvedAt: now() } },
      );
      expect(await store.counts()).toMatchObject({ firing: 1 });
    });

    test('is found by how bad it is, whatever its words say', async () => {
      const [worst, quiet] = [
        incident({ severity: 'critical' }),
        incident({ severity: 'info', title: '"severity":"critical"', labels: { severity: 'critical' } }),
      ];
      await put(store, { incident: worst }, { incident: quiet });
      const found = await store.incidents({ severity: ['critical', 'error'], limit: 9 });
      expect(found.map(({ id }) => id)).toEqual([worst.id]);
    });

    test('of many incidents is stored whole', async () => {
      const many = Array.from({ length: 1_000 }, () => incident());
      const changes = many.map((one) => ({
        incident: one,
        timeline: [line('opened')],
        deliveries: [delivery('discord:1')],
      }));
      const changed = await store.change({
        keys: many.map(({ key }) => key),
        decide: ({ byKey }) => ({ changes, answer: byKey.size }),
      });
      expect(changed).toMatchObject({ answer: 0 });
      expect(await store.counts()).toMatchObject({
        firing: 1_000,
        lanes: [{ destination: 'discord:1', waiting: 1_000 }],
      });
    });
  });

  describe('a once-key', () => {
    const ask = (once: string) => store.change({ once, decide: () => ({ changes: [], answer: 1 }) });

    test('is taken by the first of two that come together', async () => {
      expect(await Promise.all([ask('a'), ask('a'), ask('b')])).toEqual([
        { duplicate: false, answer: 1 },
        { duplicate: true },
        { duplicate: false, answer: 1 },
      ]);
    });

    test('of a decision that is to be forgotten is decided anew', async () => {
      const answers: readonly (() => { changes: []; answer: string; forget?: true })[] = [
        () => ({ changes: [], answer: 'too late', forget: true }),
        () => ({ changes: [], answer: 'done' }),
        () => ({ changes: [], answer: 'never' }),
      ];
      const told = [];
      for (const decide of answers) told.push(await store.change({ once: 'f', decide }));
      expect(told).toEqual([
        { duplicate: false, answer: 'too late' },
        { duplicate: false, answer: 'done' },
        { duplicate: true },
      ]);
    });

    test('is seen once it is stored, and only then', async () => {
      await ask('a');
      const failed = store.change({
        once: 'b',
        decide: () => {
          throw new Error('no');
        },
      });
      await expect(failed).rejects.toThrow('no');
      expect([await store.seen('a'), await store.seen('b')]).toEqual([true, false]);
    });

    test('is known after a restart', async () => {
      await ask('a');
      store = await again();
      expect(await store.seen('a')).toBe(true);
      expect(await ask('a')).toEqual({ duplicate: true });
    });
  });

  describe('a delivery', () => {
    test('of a destination that the incident has already is left alone', async () => {
      const [opened, to] = [incident(), delivery()];
      await put(store, { incident: opened, deliveries: [to] });
      await put(store, { incident: opened, deliveries: [delivery(), delivery('discord:1')] });
      const { deliveries } = await view(opened.id);
      expect(deliveries.map(({ destination }) => destination)).toEqual(['slack:alerts', 'discord:1']);
      expect(deliveries[0]).toMatchObject({ id: to.id, wanted: 2 });
    });

    test('is due with the newest state, its living runs, and the lines that came after it was made', async () => {
      const [opened, to] = [incident(), delivery()];
      await put(store, { incident: opened, timeline: [line('opened')], deliveries: [to] });
      const queued = run(opened.id);
      await put(store, {
        incident: { ...opened, status: 'acknowledged' },
        timeline: [line('acknowledged'), line('repeated', 'edit')],
        runs: [queued, run(opened.id, { state: 'failed' })],
      });
      expect(await oneDue(await laneOf())).toEqual({
        ...to,
        incident: { ...opened, status: 'acknowledged', revision: 2 },
        runs: [queued],
        generation: 0,
        shown: 0,
        lines: [{ ...line('acknowledged'), at: expect.any(Number), seq: 2 }],
        attempt: 0,
        waitingSince: expect.any(Number),
      });
    });

    test('is told lines that came in the same commit, but in a later change', async () => {
      const opened = incident();
      await Promise.all([
        put(store, { incident: opened, timeline: [line('opened')], deliveries: [delivery()] }),
        put(store, { incident: opened, timeline: [line('acknowledged')] }),
      ]);
      expect((await oneDue(await laneOf())).lines.map(({ text }) => text)).toEqual(['acknowledged']);
    });

    test('made later is told nothing of what was before', async () => {
      const opened = incident();
      await put(store, { incident: opened, timeline: [line('opened')] });
      await put(store, { incident: opened, timeline: [line('escalated')], deliveries: [delivery()] });
      expect((await oneDue(await laneOf())).lines).toEqual([]);
    });

    test('is due again with every change', async () => {
      const opened = incident();
      await put(store, { incident: opened, deliveries: [delivery()] });
      const lane = await laneOf();
      const { id } = await oneDue(lane);
      await store.lanes.settle(lane, [{ delivery: id, shown: 1, message: { id: 'm', channel: 'c' } }]);
      expect(await store.lanes.due(lane, 1)).toEqual([]);
      expect((await view(opened.id)).deliveries[0]).toMatchObject({ state: 'delivered', delivered: 1 });
      await put(store, { incident: opened });
      expect(await oneDue(lane)).toMatchObject({ id, shown: 1, message: { id: 'm', channel: 'c' } });
    });

    test('stays due until its lines are told', async () => {
      const opened = incident();
      await put(store, { incident: opened, deliveries: [delivery()] });
      await put(store, { incident: opened, timeline: [line('one'), line('two')] });
      const lane = await laneOf();
      const { id } = await oneDue(lane);
      await store.lanes.settle(lane, [{ delivery: id, shown: 2, told: 1 }]);
      expect((await oneDue(lane)).lines.map(({ text }) => text)).toEqual(['two']);
      await store.lanes.settle(lane, [{ delivery: id, told: 2 }]);
      expect(await store.lanes.due(lane, 1)).toEqual([]);
    });

    test('is found by what it waits for', async () => {
      const { lane, incidents } = await standing('told', 'called', 'changed');
      const [told, called, changed] = incidents;
      await put(store, { ...told, timeline: [line('noted')] });
      await put(store, { ...called, timeline: [line('reminds', 'channel')] });
      await put(store, { ...changed });
      await put(store, { incident: incident({ key: 'fresh' }), deliveries: [delivery()] });
      const due = async (step?: Step) => (await store.lanes.due(lane, 9, step)).map((one) => one.incident.key);
      expect([await due('post'), await due('call'), await due('line')]).toEqual([['fresh'], ['called'], ['told']]);
      expect(await due('edit')).toEqual(['told', 'called', 'changed']);
      expect(await due()).toEqual(['told', 'called', 'changed', 'fresh']);
    });

    test('waits for its lines one by one, whatever its card shows', async () => {
      const { lane, incidents } = await standing('one');
      const timeline = [line('seen', 'edit'), line('a'), line('b', 'channel'), line('c')];
      await put(store, { ...incidents[0], timeline });
      const { id } = await oneDue(lane);
      const next = async (step: Step) => (await store.lanes.due(lane, 9, step)).map(({ lines }) => lines[0]?.text);
      const waiting = async () => [await next('line'), await next('call'), await next('edit')];
      expect(await waiting()).toEqual([['a'], [], ['a']]);
      await store.lanes.settle(lane, [{ delivery: id, told: 2 }]);
      expect(await waiting()).toEqual([[], ['b'], ['b']]);
      await store.lanes.settle(lane, [{ delivery: id, shown: 2, told: 3 }]);
      expect(await waiting()).toEqual([['c'], [], []]);
      await store.lanes.settle(lane, [{ delivery: id, told: 4 }]);
      expect(await store.lanes.due(lane, 9)).toEqual([]);
    });

    test('waits since its card is not right, and then since its next line was written', async () => {
      const { lane, incidents } = await standing('one');
      const began = now();
      const timeline = [line('a'), line('b')].map((one, index) => ({ ...one, at: began + index }));
      await put(store, { ...incidents[0], timeline });
      const { id } = await oneDue(lane);
      await store.lanes.settle(lane, [{ delivery: id, shown: 2 }]);
      expect(await oneDue(lane)).toMatchObject({ waitingSince: began });
      await store.lanes.settle(lane, [{ delivery: id, told: 1 }]);
      expect(await oneDue(lane)).toMatchObject({ waitingSince: began + 1 });
      ahead += 60_000;
      await put(store, { ...incidents[0] });
      expect((await oneDue(lane)).waitingSince).toBeGreaterThanOrEqual(began + 60_000);
    });

    test('that was overtaken by a change while it was sent stays due', async () => {
      const opened = incident();
      await put(store, { incident: opened, deliveries: [delivery()] });
      const lane = await laneOf();
      const { id } = await oneDue(lane);
      await put(store, { incident: opened });
      await store.lanes.settle(lane, [{ delivery: id, shown: 1 }]);
      expect(await oneDue(lane)).toMatchObject({ id, shown: 1, incident: { revision: 2 } });
    });

    test('that failed is due at its retry', async () => {
      await put(store, { deliveries: [delivery()] });
      const lane = await laneOf();
      const { id, incident: opened } = await oneDue(lane);
      const settledAt = now();
      await store.lanes.settle(lane, [{ delivery: id, failure: LIMITED, retryIn: 5_000 }]);
      expect(await store.lanes.due(lane, 1)).toEqual([]);
      await put(store, { incident: opened });
      expect(await store.lanes.due(lane, 1)).toEqual([]);
      expect((await view(opened.id)).deliveries[0]).toMatchObject({ state: 'retrying', attempt: 1 });
      expect((await view(opened.id)).deliveries[0]?.retryAt).toBeGreaterThanOrEqual(settledAt + 5_000);
      ahead += 5_000;
      expect(await oneDue(lane)).toMatchObject({ id, attempt: 1 });
    });

    test('that is shown leaves its destination counted, with nothing waiting', async () => {
      await put(store, { deliveries: [delivery()] });
      const lane = await laneOf();
      const { id } = await oneDue(lane);
      await store.lanes.settle(lane, [{ delivery: id, shown: 1, message: { id: 'm', channel: 'c' } }]);
      expect((await store.counts()).lanes).toEqual([{ destination: 'slack:alerts', waiting: 0, dead: 0 }]);
    });

    test('that is dead is due only after a replay', async () => {
      await put(store, { deliveries: [delivery()] });
      const lane = await laneOf();
      const { id, incident: opened } = await oneDue(lane);
      await store.lanes.settle(lane, [{ delivery: id, failure: FORBIDDEN }]);
      await put(store, { incident: opened });
      expect(await store.lanes.due(lane, 1)).toEqual([]);
      expect(await store.deadLetters()).toMatchObject([
        {
          delivery: { id, state: 'dead', error: 'not invited. Invite the bot.' },
          incident: { id: opened.id, title: opened.title, status: 'firing' },
        },
      ]);
      expect(await store.counts()).toMatchObject({ lanes: [{ waiting: 0, dead: 1 }] });

      watched();
      expect(await store.replay([id])).toBe(1);
      expect(told).toMatchObject([{ incidents: [opened.id], lanes: ['slack:alerts'] }]);
      expect(await oneDue(lane)).toMatchObject({ id, attempt: 0 });
      expect(await store.replay('all')).toBe(0);
    });
  });

  test('a line for the channels of some destinations is one for the thread at the others', async () => {
    const opened = incident();
    await put(store, { incident: opened, deliveries: [delivery(), delivery('slack:other')] });
    await put(store, { incident: opened, timeline: [{ ...line('reminds', 'channel'), channels: ['slack:alerts'] }] });
    const lanes = await store.lanes.claim(10);
    const tells = await Promise.all(
      lanes.map(async (lane) => {
        const { lines } = await oneDue(lane);
        return [lane.destination, lines.map(({ tell }) => tell)];
      }),
    );
    expect(Object.fromEntries(tells)).toEqual({ 'slack:alerts': ['channel'], 'slack:other': ['thread'] });
  });

  describe('an attempt to post', () => {
    beforeEach(() => put(store, { deliveries: [delivery()] }));
    const begun = async () => {
      const lane = await laneOf();
      const { id } = await oneDue(lane);
      expect(await store.lanes.sending(lane, id)).toBe(true);
      return { lane, id };
    };

    test('is ambiguous until its outcome is stored', async () => {
      const { lane, id } = await begun();
      expect(await oneDue(lane)).toMatchObject({ ambiguousSince: expect.any(Number) });
      await store.lanes.settle(lane, [{ delivery: id, message: { id: 'm', channel: 'c' } }]);
      expect(await oneDue(lane)).not.toHaveProperty('ambiguousSince');
    });

    test('is ambiguous after a restart', async () => {
      await begun();
      store = await again();
      expect(await oneDue(await laneOf())).toMatchObject({ ambiguousSince: expect.any(Number) });
    });

    test('of unknown outcome stays ambiguous through attempts that post nothing', async () => {
      const { lane, id } = await begun();
      const unknown = { ...LIMITED, reason: 'unknown_outcome' } as const;
      await store.lanes.settle(lane, [{ delivery: id, failure: unknown, retryIn: 0 }]);
      await store.lanes.settle(lane, [{ delivery: id, failure: LIMITED, retryIn: 0 }]); // looking for it was limited
      expect(await oneDue(lane)).toMatchObject({ ambiguousSince: expect.any(Number), attempt: 2 });
    });

    test('that was surely refused is not ambiguous', async () => {
      const { lane, id } = await begun();
      await store.lanes.settle(lane, [{ delivery: id, failure: LIMITED, retryIn: 0 }]);
      expect(await oneDue(lane)).not.toHaveProperty('ambiguousSince');
    });

    test('under a new generation shows nothing yet', async () => {
      const { lane, id } = await begun();
      await store.lanes.settle(lane, [{ delivery: id, shown: 1, message: { id: 'm', channel: 'c' } }]);
      await store.lanes.settle(lane, [{ delivery: id, generation: 1 }]);
      const due = await oneDue(lane);
      expect(due).toMatchObject({ generation: 1, shown: 0 });
      expect(due).not.toHaveProperty('message');
    });
  });

  describe('a lane', () => {
    test('is held by one', async () => {
      await put(store, { deliveries: [delivery(), delivery('discord:1')] });
      expect((await store.lanes.claim(10)).map(({ destination }) => destination).sort()).toEqual([
        'discord:1',
        'slack:alerts',
      ]);
      expect(await store.lanes.claim(10)).toEqual([]);
    });

    test('whose lease is over can be claimed by another, and the first can do nothing more', async () => {
      await put(store, { deliveries: [delivery()] });
      const first = await laneOf();
      const { id } = await oneDue(first);
      ahead += LEASE_MS;
      const second = await laneOf();
      expect(second.fence).toBeGreaterThan(first.fence);
      expect(await store.lanes.sending(first, id)).toBe(false);
      expect(await store.lanes.settle(first, [{ delivery: id, shown: 1 }])).toBe(false);
      expect(await store.lanes.renew(first)).toBe(false);
      await store.lanes.release(first, DAY_MS);
      expect(await store.lanes.settle(second, [{ delivery: id, shown: 1 }])).toBe(true);
    });

    test('whose lease is over is not claimed by whom says that it serves it still', async () => {
      await put(store, { deliveries: [delivery(), delivery('discord:1')] });
      await store.lanes.claim(10);
      ahead += LEASE_MS;
      expect(await store.lanes.claim(10, ['slack:alerts'])).toMatchObject([{ destination: 'discord:1' }]);
      expect(await store.lanes.claim(10, ['slack:alerts', 'discord:1'])).toEqual([]);
      expect(await store.lanes.claim(10)).toMatchObject([{ destination: 'slack:alerts' }]);
    });

    test('that is renewed stays held', async () => {
      await put(store, { deliveries: [delivery()] });
      const lane = await laneOf();
      ahead += LEASE_MS / 3;
      expect(await store.lanes.renew(lane)).toBe(true);
      ahead += LEASE_MS / 3;
      expect(await store.lanes.claim(10)).toEqual([]);
    });

    test('cannot settle what belongs to another', async () => {
      await put(store, { deliveries: [delivery(), delivery('discord:1')] });
      const lanes = await store.lanes.claim(10);
      const [one, other] = lanes as [Lane, Lane];
      const { id } = await oneDue(other);
      await store.lanes.settle(one, [{ delivery: id, shown: 1 }]);
      expect(await oneDue(other)).toMatchObject({ id, shown: 0 });
    });

    test('that is paused waits, across restarts', async () => {
      await put(store, { deliveries: [delivery()] });
      const pausedAt = now();
      await store.lanes.release(await laneOf(), 30_000);
      store = await again();
      expect(await store.lanes.claim(10)).toEqual([]);
      expect(await store.lanes.nextDueAt()).toBeGreaterThanOrEqual(pausedAt + 30_000);
      ahead += 30_000;
      expect(await store.lanes.claim(10)).toHaveLength(1);
    });

    test('is free after a restart', async () => {
      await put(store, { deliveries: [delivery()] });
      await laneOf();
      store = await again();
      expect(await store.lanes.claim(10)).toHaveLength(1);
    });

    test('gives what waited longest first', async () => {
      const [first, second] = [incident(), incident()];
      await put(store, { incident: first, deliveries: [delivery()] });
      ahead += 1_000;
      await put(store, { incident: second, deliveries: [delivery()] });
      ahead += 1_000;
      await put(store, { incident: first });
      const due = await store.lanes.due(await laneOf(), 10);
      expect(due.map((one) => one.incident.id)).toEqual([first.id, second.id]);
    });
  });

  describe('when the next lane is due', () => {
    test('is unknown where nothing waits', async () => {
      expect(await store.lanes.nextDueAt()).toBeUndefined();
    });

    test('is when the oldest became due', async () => {
      await put(store, { deliveries: [delivery()] });
      expect(await store.lanes.nextDueAt()).toBeLessThanOrEqual(now());
    });

    test('is the end of the lease where it is held', async () => {
      await put(store, { deliveries: [delivery()] });
      const lane = await laneOf();
      expect(await store.lanes.nextDueAt()).toBe(lane.until);
    });

    test('is the first retry', async () => {
      await put(store, { deliveries: [delivery()] }, { deliveries: [delivery()] });
      const lane = await laneOf();
      const [one, other] = (await store.lanes.due(lane, 2)) as [Delivery, Delivery];
      await store.lanes.settle(lane, [
        { delivery: one.id, failure: LIMITED, retryIn: 6_000 },
        { delivery: other.id, failure: LIMITED, retryIn: 5_000 },
      ]);
      await store.lanes.release(lane);
      const [, first] = (await store.views([one.incident.id, other.incident.id])).map(
        ({ deliveries }) => deliveries[0],
      );
      expect(await store.lanes.nextDueAt()).toBe(first?.retryAt);
    });
  });

  describe('a clock that is set back', () => {
    const MINUTE_MS = 60_000;
    const paused = async (ms: number) => {
      await put(store, { deliveries: [delivery()] });
      await store.lanes.release(await laneOf(), ms);
    };
    const retrying = async (ms: number) => {
      await put(store, { deliveries: [delivery()] });
      const lane = await laneOf();
      const { id } = await oneDue(lane);
      await store.lanes.settle(lane, [{ delivery: id, failure: LIMITED, retryIn: ms }]);
      await store.lanes.release(lane);
    };
    const untried = () => put(store, { deliveries: [delivery()] });
    const claimed = async () => (await store.lanes.claim(10)).map(({ destination }) => destination);

    test.each([
      ['a pause', () => paused(MINUTE_MS)],
      ['a retry', () => retrying(MINUTE_MS)],
      ['a first attempt', untried],
    ])('ends %s while the bridge runs, and who watches is told of the lane', async (_, wait) => {
      await wait();
      ahead = -10 * MINUTE_MS;
      expect(await claimed()).toEqual([]);
      const end = watched();
      await store.clockSetBack(true);
      end();
      expect(told).toMatchObject([{ lanes: ['slack:alerts'] }]);
      expect(await store.lanes.nextDueAt()).toBeLessThanOrEqual(now());
      const lane = await laneOf();
      expect(await store.lanes.due(lane, 10)).toHaveLength(1);
    });

    test.each([
      ['a pause', () => paused(MINUTE_MS)],
      ['a retry', () => retrying(MINUTE_MS)],
      ['a first attempt', untried],
    ])('before a start ends %s that lies further ahead than any may', async (_, wait) => {
      await wait();
      ahead = -DAY_MS;
      store = await again();
      expect(await claimed()).toEqual([]);
      await store.clockSetBack(false);
      expect(await claimed()).toEqual(['slack:alerts']);
    });

    test.each([
      ['a pause', paused],
      ['a retry', retrying],
    ])('or may have been leaves %s alone that may lie so far ahead', async (_, wait) => {
      await wait(14 * MINUTE_MS);
      store = await again();
      await store.clockSetBack(false);
      expect(await claimed()).toEqual([]);
      ahead = 14 * MINUTE_MS;
      expect(await claimed()).toEqual(['slack:alerts']);
    });

    test('gives others their own time anew to agree to a run, at most, and who watches is told of its incident', async () => {
      const opened = incident();
      const asked = run(opened.id, { state: 'waiting', requestedAt: now(), approveUntil: now() + 10 * MINUTE_MS });
      await put(store, { incident: opened, runs: [asked] });
      ahead = -60 * MINUTE_MS;
      const end = watched();
      await store.clockSetBack(true);
      end();
      expect(told).toMatchObject([{ incidents: [opened.id] }]);
      const [kept] = await store.runs.waiting();
      expect(kept?.approveUntil).toBe((kept?.requestedAt ?? 0) + 10 * MINUTE_MS);
      expect(kept?.approveUntil).toBeLessThanOrEqual(now() + 10 * MINUTE_MS);
      await store.clockSetBack(true);
      expect(await store.runs.waiting()).toEqual([kept]);
    });

    test('lengthens no lease of a lane or a run', async () => {
      const opened = incident();
      await put(store, { incident: opened, deliveries: [delivery()], runs: [run(opened.id)] });
      expect([await claimed(), await store.runs.claim(1)]).toMatchObject([['slack:alerts'], [{ fence: 1 }]]);
      ahead = -DAY_MS;
      expect(await store.lanes.nextDueAt()).toBeGreaterThan(now());
      await store.clockSetBack(true);
      expect(await store.lanes.nextDueAt()).toBeLessThanOrEqual(now());
      expect([await claimed(), await store.runs.claim(1)]).toMatchObject([['slack:alerts'], [{ fence: 2 }]]);
    });
  });

  describe('a queued run', () => {
    const opened = incident();
    let queued: ReturnType<typeof run>;
    beforeEach(async () => {
      queued = run(opened.id);
      await put(store, { incident: opened, runs: [queued] });
    });
    const began = () => put(store, { incident: opened, runs: [{ ...queued, state: 'running' }] });

    test('is claimed once, the oldest first', async () => {
      const later = run(opened.id);
      await put(store, { incident: opened, runs: [later, run(opened.id, { state: 'waiting' })] });
      expect((await store.runs.claim(1)).map(({ id }) => id)).toEqual([queued.id]);
      expect((await store.runs.claim(5)).map(({ id }) => id)).toEqual([later.id]);
      expect(await store.runs.claim(5)).toEqual([]);
    });

    test('that was not begun is claimed again once its lease is over, and not by whom says that it has it still', async () => {
      const [first] = await store.runs.claim(1);
      expect(await store.runs.claim(1)).toEqual([]);
      ahead += LEASE_MS;
      expect(await store.runs.claim(1, [queued.id])).toEqual([]);
      expect(await store.runs.claim(1)).toMatchObject([{ id: queued.id, fence: (first?.fence ?? 0) + 1 }]);
    });

    test('that was not begun is claimed again after a restart', async () => {
      await store.runs.claim(1);
      store = await again();
      expect(await store.runs.claim(1)).toMatchObject([queued]);
      expect(await store.runs.orphans()).toEqual([]);
    });

    test('is held while it is renewed, and learns that it was cancelled', async () => {
      const [lease] = await store.runs.claim(1);
      if (lease === undefined) throw new Error('nothing was queued');
      await began();
      expect(await store.runs.renew(lease)).toEqual({ held: true, cancelled: false });
      await put(store, { incident: opened, runs: [{ ...queued, state: 'running', cancelledBy: MAYA }] });
      expect(await store.runs.renew(lease)).toEqual({ held: true, cancelled: true });
      expect(await store.runs.renew({ ...lease, fence: lease.fence - 1 })).toMatchObject({ held: false });
    });

    test('that was running is an orphan after a restart, and is not claimed', async () => {
      await store.runs.claim(1);
      await began();
      expect(await store.runs.orphans()).toEqual([]);
      store = await again();
      expect(await store.runs.claim(1)).toEqual([]);
      expect(await store.runs.orphans()).toMatchObject([{ id: queued.id, state: 'running' }]);
    });

    test('shows what it prints, at once to those who watch', async () => {
      await store.runs.claim(1);
      await began();
      watched();
      const stored = store.runs.output(queued.id, opened.id, 'one\ntwo\n', 'two\n');
      expect(told).toEqual([
        {
          incidents: [],
          lanes: [],
          runs: false,
          output: { run: queued.id, incident: opened.id, text: 'two\n' },
        },
      ]);
      await stored;
      expect((await view(opened.id)).runs[0]?.output).toBe('one\ntwo\n');
    });

    test('keeps what it printed last when the store is closed', async () => {
      await store.runs.claim(1);
      await began();
      const stored = store.runs.output(queued.id, opened.id, 'last words', 'last words');
      store = await again();
      await stored;
      expect((await view(opened.id)).runs[0]?.output).toBe('last words');
    });
  });

  describe('a timer', () => {
    const set = (...timers: readonly NewTimer[]) =>
      store.change({ decide: () => ({ changes: [], timers, answer: undefined }) });
    const snooze = (incident: string, at?: number): NewTimer => ({
      incident,
      kind: 'snooze',
      ...(at !== undefined && { at }),
    });
    const claimed = async () => (await store.timers.claim(10)).map(({ incident }) => incident);

    test('is claimed once when it is due, with all that was set, the earliest first', async () => {
      const at = now() - 10;
      await set(snooze('b', at), { incident: 'a', kind: 'silence', argument: 's1', at: at - 10 });
      expect(await store.timers.claim(10)).toMatchObject([
        { incident: 'a', kind: 'silence', argument: 's1', at: at - 10, fence: 1 },
        { incident: 'b', kind: 'snooze', at },
      ]);
      expect(await store.timers.claim(10)).toEqual([]);
    });

    test('that is not due is not claimed, and says when', async () => {
      const at = now() + 60_000;
      await set(snooze('a', at), snooze('b', at + 1));
      expect(await claimed()).toEqual([]);
      expect(await store.timers.nextAt(now())).toBe(at);
      expect(await store.timers.nextAt(at + 1)).toBeUndefined();
    });

    test('replaces the one of its kind and argument, and can be claimed anew', async () => {
      await set(snooze('a', now() - 10));
      expect(await claimed()).toEqual(['a']);
      await set(snooze('a', now() - 5));
      expect(await claimed()).toEqual(['a']);
      await set(snooze('a', now() + 60_000));
      ahead = LEASE_MS - 1_000;
      expect(await claimed()).toEqual([]);
    });

    test('that is cancelled is gone', async () => {
      await set(snooze('a', now() - 10), { incident: 'a', kind: 'remind', at: now() - 10 });
      await set(snooze('a'));
      expect((await store.timers.claim(10)).map(({ kind }) => kind)).toEqual(['remind']);
    });

    test('is set whole with its change, or not at all', async () => {
      const failed = store.change({
        decide: () => {
          throw new Error('no');
        },
      });
      await expect(failed).rejects.toThrow('no');
      expect(await store.timers.nextAt(0)).toBeUndefined();
    });

    test('is claimed again after its holder died, and after a restart at once', async () => {
      await set(snooze('a', now() - 10));
      expect(await claimed()).toEqual(['a']);
      ahead = LEASE_MS;
      expect(await claimed()).toEqual(['a']);
      store = await again();
      expect(await claimed()).toEqual(['a']);
    });

    test('raises no revision, and who watches is told', async () => {
      const opened = incident();
      await put(store, { incident: opened });
      const end = watched();
      await set(snooze(opened.id, now() + 1_000));
      end();
      expect(told).toEqual([{ incidents: [], lanes: [], runs: false, timers: true }]);
      expect((await view(opened.id)).incident.revision).toBe(1);
    });

    test('is due at once when the clock was set back, also one that was claimed before', async () => {
      await set(snooze('a', now() - 10), snooze('b', now() + 60_000));
      expect(await claimed()).toEqual(['a']);
      ahead = -86_400_000;
      expect(await claimed()).toEqual([]);
      await store.clockSetBack(true);
      expect((await claimed()).toSorted()).toEqual(['a', 'b']);
    });
  });

  describe('a silence', () => {
    const silence = (id: string, more: Partial<Silence> = {}): Silence => ({
      id,
      matchers: 'severity=warning',
      madeAt: now(),
      until: now() + 60_000,
      why: 'a move',
      by: MAYA,
      ...more,
    });
    const active = async () => (await store.silences.active()).map(({ id }) => id);
    const seen = async () => {
      const changed = await store.change({
        decide: ({ silences }) => ({ changes: [], answer: silences.map(({ id }) => id) }),
      });
      return changed.duplicate ? [] : changed.answer;
    };

    test('is kept as it was made, across restarts', async () => {
      await store.silences.add(silence('s1'));
      store = await again();
      expect(await store.silences.active()).toMatchObject([
        { id: 's1', matchers: 'severity=warning', why: 'a move', by: MAYA },
      ]);
    });

    test('is seen by decisions while it lasts', async () => {
      await store.silences.add(silence('s2', { until: now() + 90_000 }));
      await put(store, { incident: incident(), silences: [silence('s1')] });
      expect(await seen()).toEqual(['s1', 's2']);
      ahead = 60_000;
      expect(await seen()).toEqual(['s2']);
      expect(await active()).toEqual(['s2']);
    });

    test('that is ended holds no longer, and what it kept quiet is due', async () => {
      await store.silences.add(silence('s1'));
      const timer = (incident: string, argument: string): NewTimer => {
        return { incident, kind: 'silence', argument, at: now() + 60_000 };
      };
      const timers = [timer('a', 's1'), timer('b', 's1'), timer('c', 's10')];
      await store.change({ decide: () => ({ changes: [], timers, answer: undefined }) });
      expect(await store.silences.end('s1', MAYA)).toBe(true);
      expect(await seen()).toEqual([]);
      expect((await store.timers.claim(10)).map(({ incident }) => incident).toSorted()).toEqual(['a', 'b']);
    });

    test('ends once', async () => {
      await store.silences.add(silence('s1'));
      await store.silences.end('s1', MAYA);
      expect(await store.silences.end('s1', MAYA)).toBe(false);
      expect(await store.silences.end('unknown', MAYA)).toBe(false);
    });

    test('is in the audit trail when it is made and when it is ended, with who did it', async () => {
      await store.silences.add(silence('s1'));
      await store.silences.end('s1', MAYA);
      await store.silences.end('s1', MAYA);
      const rows = await store.audit.rows({ after: 0, limit: 10 });
      expect(rows.map(({ what, actor, outcome }) => [what, actor.id, outcome])).toEqual([
        ['silence s1 severity=warning', MAYA.id, 'done'],
        ['end silence s1', MAYA.id, 'done'],
      ]);
      expect(await store.audit.verify()).toMatchObject({ ok: true, rows: 2 });
    });

    test('keeps its length when the clock is set back', async () => {
      await store.silences.add(silence('s1'));
      ahead = -86_400_000;
      await store.clockSetBack(true);
      const [kept] = await store.silences.active();
      expect(kept?.until).toBe((kept?.madeAt ?? 0) + 60_000);
      ahead += 61_000;
      expect(await active()).toEqual([]);
    });
  });

  describe('incidents', () => {
    const ids = (found: readonly { readonly id: string }[]) => found.map(({ id }) => id);

    test('are listed newest first, page by page', async () => {
      const all = Array.from({ length: 5 }, () => incident());
      await put(store, ...all.map((one) => ({ incident: one })));
      const newest = ids(all).reverse();
      const first = await store.incidents({ limit: 2 });
      expect(ids(first)).toEqual(newest.slice(0, 2));
      expect(ids(await store.incidents({ limit: 9, before: first[1]?.id ?? '' }))).toEqual(newest.slice(2));
    });

    test('are listed oldest first, where they are asked for so', async () => {
      const all = Array.from({ length: 3 }, () => incident());
      await put(store, ...all.map((one) => ({ incident: one })));
      expect(ids(await store.incidents({ status: ['firing'], oldestFirst: true, limit: 2 }))).toEqual(
        ids(all).slice(0, 2),
      );
    });

    test('are listed by status', async () => {
      const [firing, taken] = [incident(), incident({ status: 'acknowledged' })];
      const over = incident({ status: 'resolved', resolvedAt: now() });
      await put(store, { incident: firing }, { incident: taken }, { incident: over });
      expect(ids(await store.incidents({ limit: 9, status: ['firing', 'acknowledged'] }))).toEqual([
        taken.id,
        firing.id,
      ]);
      expect(ids(await store.incidents({ limit: 9, status: ['resolved'] }))).toEqual([over.id]);
      expect(await store.counts()).toMatchObject({ firing: 1, acknowledged: 1 });
    });

    test.for<readonly [string, string]>([
      ['its title', 'PRODUCTION'],
      ['a label', 'payments'],
      ['letters that are not ASCII', 'ÜBERLAST'],
      ['a sign that patterns use', '100%'],
    ])('are found by %s', async ([, text]) => {
      const hit = incident({ brief: 'Überlast, 100% CPU' });
      const miss = incident({ title: 'x', brief: '', text: '', monitor: '', labels: {} });
      await put(store, { incident: hit }, { incident: miss });
      expect(ids(await store.incidents({ limit: 9, text }))).toEqual([hit.id]);
    });

    test('are not found by the names of their parts', async () => {
      await put(store, { incident: incident() });
      expect(await store.incidents({ limit: 9, text: 'severity' })).toEqual([]);
    });

    test('are viewed in the order asked for, unknown ones left out', async () => {
      const [one, other] = [incident(), incident()];
      await put(store, { incident: one }, { incident: other });
      const found = await store.views([other.id, 'unknown', one.id]);
      expect(ids(found.map((one) => one.incident))).toEqual([other.id, one.id]);
    });
  });

  test('who watches is told what changed, once it can be read', async () => {
    const opened = incident();
    const seen = Promise.withResolvers<StoreChange>();
    const end = store.watch(seen.resolve);
    const asked = run(opened.id);
    await put(store, { incident: opened, deliveries: [delivery()], runs: [asked] });
    expect(await seen.promise).toEqual({
      incidents: [opened.id],
      lanes: ['slack:alerts'],
      runs: true,
      runStates: [{ id: asked.id, incident: opened.id, state: asked.state }],
    });
    end();
    watched()();
    await put(store, { incident: opened });
    expect(told).toEqual([]);
  });

  test('a watcher that fails harms nobody', async () => {
    store.watch(() => {
      throw new Error('no');
    });
    watched();
    await put(store, {});
    expect(told).toHaveLength(1);
    expect(await store.health()).toEqual({ writable: true });
  });

  test('the memory keeps the last value of a name, across restarts', async () => {
    expect(await store.memory.get('a')).toBeUndefined();
    await store.memory.put('a', '1');
    await store.memory.put('a', '2');
    store = await again();
    expect(await store.memory.get('a')).toBe('2');
  });

  test('a store that closes finishes what it accepted, and refuses the rest', async () => {
    const accepted = Array.from({ length: 300 }, () => incident());
    const stored = Promise.all(accepted.map((one) => put(store, { incident: one })));
    const closing = store.close();
    await Promise.resolve();
    await stored;
    await closing;
    await expect(put(store, {})).rejects.toBeInstanceOf(StoreUnavailable);
    expect(await store.health()).toEqual({ writable: false, reason: 'shutting down' });
    store = await again();
    expect(await store.counts()).toMatchObject({ firing: 300 });
  });

  test('ids that nobody knows do no harm', async () => {
    await put(store, { deliveries: [delivery()] });
    const lane = await laneOf();
    expect(await store.lanes.settle(lane, [{ delivery: newId(now()), shown: 1 }])).toBe(true);
    expect(await store.lanes.sending(lane, newId(now()))).toBe(true);
    expect(await store.replay(['unknown'])).toBe(0);
    expect(await store.incident('unknown')).toBeUndefined();
  });
}
