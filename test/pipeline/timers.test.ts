import { describe, expect, test, vi } from 'vitest';
import type { NewTimer } from '../../src/domain/ports.ts';
import { MAYA, MINUTE, routeOf, SECOND, startBridge } from './bridge.ts';

const routes = [
  routeOf(
    'ROUTE_DB',
    'monitor=~".*" -> slack:db; remind=10m; escalate=15m slack:managers; template=one-line; mention=slack:S1',
  ),
  routeOf('ROUTE_Z', 'slack:all'),
];

describe('while nobody acknowledges', () => {
  test('its channels are told again, and the card goes further', async () => {
    const { fire, wait, lines, view } = await startBridge({ routes });
    const id = await fire();
    await wait(10 * MINUTE - 1);
    expect(await lines(id, 'reminded')).toEqual([]);
    await wait(1);
    expect(await lines(id, 'reminded')).toMatchObject([{ tell: 'channel', channels: ['slack:db'] }]);
    await wait(5 * MINUTE);
    expect(await lines(id, 'escalated')).toMatchObject([{ tell: 'channel', channels: ['slack:db', 'slack:managers'] }]);
    const { deliveries } = await view(id);
    expect(deliveries.map(({ destination }) => destination)).toEqual(['slack:db', 'slack:all', 'slack:managers']);
    expect(deliveries[2]).toMatchObject({
      route: 'ROUTE_DB',
      options: { template: 'one-line', mention: [{ platform: 'slack', kind: 'group', id: 'S1' }] },
    });
    await wait(5 * MINUTE);
    expect(await lines(id, 'reminded')).toHaveLength(2);
  });

  test('a bridge that was down for days says it once', async () => {
    const { fire, wait, lines } = await startBridge({ routes });
    const id = await fire();
    await wait(3 * 24 * 60 * MINUTE);
    await wait(0);
    expect(await lines(id, 'reminded')).toHaveLength(1);
    expect(await lines(id, 'escalated')).toHaveLength(1);
  });

  test('a timer that is rung twice at once does its work once', async () => {
    const { bridge, fire, lines, store, ...time } = await startBridge({ routes });
    const id = await fire();
    await time.wait(10 * MINUTE - 1);
    const timer: NewTimer = { incident: id, kind: 'remind' };
    await Promise.all([bridge.ring(timer), bridge.ring(timer)]);
    expect(await lines(id, 'reminded')).toEqual([]);
    await time.wait(1);
    await Promise.all([bridge.ring(timer), bridge.ring(timer)]);
    expect(await lines(id, 'reminded')).toHaveLength(1);
  });

  test.each([
    ['acknowledge', {}],
    ['assign', { argument: 'slack:U2' }],
    ['resolve', {}],
    ['snooze', { argument: '12h' }],
  ])('%s ends it', async (action, more) => {
    const { fire, press, wait, lines } = await startBridge({ routes });
    const id = await fire();
    expect(await press(id, action, more)).toMatchObject({ kind: 'done' });
    await wait(60 * MINUTE);
    expect(await lines(id, 'reminded')).toEqual([]);
    expect(await lines(id, 'escalated')).toEqual([]);
  });

  test('its recovery ends it', async () => {
    const { fire, wait, lines } = await startBridge({ routes });
    const id = await fire({ key: 'k' });
    await fire({ key: 'k', kind: 'resolved' });
    await wait(60 * MINUTE);
    expect(await lines(id, 'reminded')).toEqual([]);
  });

  test('an incident that is gone takes its timers along', async () => {
    const { bridge, store } = await startBridge({ routes });
    await bridge.ring({ incident: 'gone', kind: 'remind', at: 1 });
    expect(await store.timers.nextAt(0)).toBeUndefined();
  });

  test('a clock that was set back by a day delays a reminder by its own interval at most', async () => {
    const started = await startBridge({ routes });
    const { fire, store, wait, lines, ring } = started;
    const id = await fire();
    started.now -= 24 * 60 * MINUTE;
    await store.clockSetBack(true);
    await ring();
    expect(await lines(id, 'reminded')).toEqual([]);
    await wait(10 * MINUTE);
    expect(await lines(id, 'reminded')).toHaveLength(1);
  });
});

describe('a snooze', () => {
  test('ends by itself, is told in the thread, and the waits count anew', async () => {
    const { fire, press, wait, lines, view } = await startBridge({ routes });
    const id = await fire();
    await press(id, 'snooze', { argument: '1h' });
    await wait(60 * MINUTE);
    expect(await lines(id, 'snoozed')).toMatchObject([
      { actor: MAYA },
      { actor: { platform: 'timer' }, tell: 'thread' },
    ]);
    expect((await view(id)).incident.snoozedUntil).toBeUndefined();
    await wait(10 * MINUTE - 1);
    expect(await lines(id, 'reminded')).toEqual([]);
    await wait(1);
    expect(await lines(id, 'reminded')).toHaveLength(1);
  });

  test('is named by why, and on the card', async () => {
    const { bridge, fire, press, view } = await startBridge({ routes });
    const id = await fire();
    await press(id, 'snooze', { argument: '1h' });
    expect(await press(id, 'why')).toMatchObject({
      text: expect.stringMatching(/the first of WIZSTATUS_SECRETS.*Snoozed until 2026-11-24 04:00:00 UTC/s),
    });
    expect(bridge.card((await view(id)).incident, []).state).toBe('Critical, firing, snoozed');
  });
});

describe('an acknowledgement that expires', () => {
  const settings = { routes, ackExpires: 60 * MINUTE };

  test('is asked for, and ends without an answer: its channels are told, and the reminders begin anew', async () => {
    const { fire, press, wait, lines, view } = await startBridge(settings);
    const id = await fire();
    await press(id, 'acknowledge');
    await wait(60 * MINUTE);
    expect(await lines(id, 'reminded')).toMatchObject([
      { tell: 'thread', mention: [{ platform: 'slack', kind: 'person', id: 'U1' }] },
    ]);
    expect((await view(id)).incident).toMatchObject({ status: 'acknowledged', owner: MAYA });
    await wait(15 * MINUTE);
    expect(await lines(id, 'expired')).toMatchObject([{ tell: 'channel' }]);
    expect((await view(id)).incident.status).toBe('firing');
    await wait(10 * MINUTE);
    expect((await lines(id, 'reminded')).at(-1)).toMatchObject({ tell: 'channel' });
  });

  test('holds where the owner answers', async () => {
    const { fire, press, wait, view } = await startBridge(settings);
    const id = await fire();
    await press(id, 'acknowledge');
    await wait(60 * MINUTE);
    expect(await press(id, 'acknowledge')).toMatchObject({ kind: 'done' });
    await wait(59 * MINUTE);
    expect((await view(id)).incident).toMatchObject({ status: 'acknowledged', owner: MAYA });
    expect((await view(id)).incident.askedAt).toBeUndefined();
  });

  test('holds for ever where it is not set', async () => {
    const { fire, press, wait, lines } = await startBridge({ routes });
    const id = await fire();
    await press(id, 'acknowledge');
    await wait(100 * 24 * 60 * MINUTE);
    expect(await lines(id, 'reminded')).toEqual([]);
  });

  test('that a press took over is not asked for before its own time', async () => {
    const { fire, press, wait, lines } = await startBridge(settings);
    const id = await fire();
    await press(id, 'acknowledge');
    await wait(50 * MINUTE);
    await press(id, 'take-over', { actor: { ...MAYA, id: 'U2', name: 'Jonas' } });
    await wait(59 * MINUTE);
    expect(await lines(id, 'reminded')).toEqual([]);
    await wait(MINUTE);
    expect(await lines(id, 'reminded')).toMatchObject([{ mention: [{ id: 'U2' }] }]);
  });
});

describe('what was acknowledged before ACK_EXPIRES was changed', () => {
  const HOUR = 60 * MINUTE;
  async function acknowledged(ackExpires?: number) {
    const it = await startBridge({ routes, ...(ackExpires !== undefined && { ackExpires }) });
    expect(await it.bridge.retime()).toBe(false); // as configured from its first start on
    const id = await it.fire();
    await it.press(id, 'acknowledge');
    const timers = async () => {
      const due = await it.store.timers.nextAt(0);
      return due === undefined ? 'none' : due - ((await it.view(id)).incident.acknowledgedAt ?? 0);
    };
    return { it, id, timers };
  }

  test.each([
    { what: 'set', from: undefined, to: HOUR },
    { what: 'made shorter', from: 4 * HOUR, to: HOUR },
    { what: 'made longer', from: HOUR, to: 4 * HOUR },
  ])('is asked for by the new one where it was $what, after a reload and after a start', async ({ from, to }) => {
    const { it, id, timers } = await acknowledged(from);
    it.set({ ackExpires: to });
    for (const pipeline of [it.bridge, it.again()]) {
      expect(await pipeline.retime()).toBe(false);
      expect(await timers()).toBe(to);
    }
    await it.wait(to - 1);
    expect(await it.lines(id, 'reminded')).toEqual([]);
    await it.wait(1);
    expect(await it.lines(id, 'reminded')).toHaveLength(1);
  });

  test('is not asked for where it was taken out', async () => {
    const { it, timers } = await acknowledged(HOUR);
    it.unset('ackExpires');
    expect(await it.bridge.retime()).toBe(false);
    expect(await timers()).toBe('none');
  });

  test('is all set again where the bridge stopped in between and comes back with the setting that it had', async () => {
    const { it } = await acknowledged(HOUR);
    const more = await Promise.all(Array.from({ length: 150 }, () => it.fire()));
    await Promise.all(more.map((id) => it.press(id, 'acknowledge')));
    const first = await it.store.timers.nextAt(0);
    it.set({ ackExpires: 4 * HOUR });
    expect(await it.bridge.retime()).toBe(true);
    it.set({ ackExpires: HOUR });
    const started = it.again();
    while (await started.retime());
    await it.wait(HOUR);
    for (const id of more) expect((await it.view(id)).incident.askedAt).toBe(first);
  });

  test('costs a start or a reload that changed nothing one look at the settings', async () => {
    const { it } = await acknowledged(HOUR);
    const looked = vi.spyOn(it.store, 'incidents');
    const changed = vi.spyOn(it.store, 'change');
    expect(await it.again().retime()).toBe(false);
    expect(looked).not.toHaveBeenCalled();
    expect(changed).not.toHaveBeenCalled();
  });
});

describe('a silence', () => {
  const quiet = { matchers: 'monitor="Production API"', length: '2h', why: 'a move' };
  const named = async (given = {}) => {
    const started = await startBridge({ routes: [...routes, routeOf('ROUTE_X', 'console')], ...given });
    const answer = await started.bridge.silence(quiet, MAYA);
    if (answer.kind !== 'done') throw new Error(answer.kind);
    return { ...started, silence: answer.silence, started };
  };
  const destinations = async ({ view }: Pick<Awaited<ReturnType<typeof startBridge>>, 'view'>, id: string) =>
    (await view(id)).deliveries.map(({ destination }) => destination);

  test('keeps a new incident in the console, with who and why in its timeline', async () => {
    const { fire, lines, started, silence, view } = await named();
    const id = await fire();
    expect(await destinations(started, id)).toEqual(['console']);
    expect((await view(id)).incident.silenced).toEqual({ silence: silence.id, until: silence.until });
    expect(await lines(id, 'silenced')).toMatchObject([
      { tell: 'edit', text: 'told it nowhere but in the console: silenced by Maya for another 2 h (a move)' },
    ]);
  });

  test('holds for no other monitor', async () => {
    const { fire, started } = await named();
    expect(await destinations(started, await fire({ monitor: 'Shop' }))).toContain('slack:db');
  });

  test('that is over has what still fires told, and reminded of from then on', async () => {
    const { fire, wait, lines, started, view } = await named();
    const [id, gone] = [await fire(), await fire({ key: 'gone' })];
    await fire({ key: 'gone', kind: 'resolved' });
    await wait(120 * MINUTE);
    expect(await destinations(started, id)).toEqual(['console', 'slack:db', 'slack:all']);
    expect(await destinations(started, gone)).toEqual(['console']);
    expect((await view(id)).incident.silenced).toBeUndefined();
    expect((await lines(id, 'silenced')).at(-1)?.text).toBe(
      'told it at last, 2 h after it opened: no silence holds any more',
    );
    await wait(10 * MINUTE - 1);
    expect(await lines(id, 'reminded')).toEqual([]);
    await wait(1);
    expect(await lines(id, 'reminded')).toHaveLength(1);
  });

  test('that is ended by hand has it told at once', async () => {
    const { bridge, fire, ring, silence, started } = await named();
    const id = await fire();
    expect(await bridge.endSilence(silence.id, MAYA)).toBeUndefined();
    await ring();
    expect(await destinations(started, id)).toContain('slack:db');
    expect(await bridge.endSilence(silence.id, MAYA)).toBe('It is over already.');
  });

  test('that ends under another one leaves it to that one', async () => {
    const { bridge, fire, wait, started } = await named();
    const id = await fire();
    await bridge.silence({ ...quiet, matchers: 'source=wizstatus', length: '3h' }, MAYA);
    await wait(120 * MINUTE);
    expect(await destinations(started, id)).toEqual(['console']);
    await wait(60 * MINUTE);
    expect(await destinations(started, id)).toContain('slack:db');
  });

  test('that no longer holds for it, because it became worse, has it told', async () => {
    const started = await startBridge({ routes });
    const { bridge, fire } = started;
    await bridge.silence({ ...quiet, matchers: 'severity=warning' }, MAYA);
    const id = await fire({ key: 'k', severity: 'warning' });
    expect(await destinations(started, id)).toEqual([]);
    await fire({ key: 'k', severity: 'critical' });
    expect(await destinations(started, id)).toContain('slack:db');
  });

  test('of what was resolved under it and is reopened later has it told then', async () => {
    const { fire, press, wait, started } = await named();
    const id = await fire();
    await press(id, 'resolve');
    await wait(150 * MINUTE);
    expect(await destinations(started, id)).toEqual(['console']);
    await press(id, 'reopen');
    await wait(0);
    expect(await destinations(started, id)).toContain('slack:db');
  });

  test('holds back the reminders and the escalation of what was told before it, and they come when it is over', async () => {
    const { bridge, fire, wait, lines } = await startBridge({ routes });
    const id = await fire();
    await bridge.silence({ ...quiet, length: '30m' }, MAYA);
    for (let minutes = 0; minutes < 29; minutes++) await wait(MINUTE);
    expect(await lines(id, 'reminded')).toEqual([]);
    expect(await lines(id, 'escalated')).toEqual([]);
    await wait(MINUTE);
    expect(await lines(id, 'reminded')).toHaveLength(1);
    expect(await lines(id, 'escalated')).toHaveLength(1);
  });

  test('pressed on a card is there for the next incident, and is named by why', async () => {
    const started = await startBridge({ routes });
    const { fire, press } = started;
    expect(await press(await fire(), 'silence', { argument: '2h' })).toMatchObject({ kind: 'done' });
    const id = await fire();
    expect(await destinations(started, id)).toEqual([]);
    expect(await press(id, 'why')).toMatchObject({
      text: expect.stringMatching(
        /Told nowhere but in the console until .*\nSilence \w+ \(source="wizstatus", monitor=/,
      ),
    });
  });

  test('pressed on a card stands on it until it is over, or ended, or the last of several is', async () => {
    const { bridge, fire, press, wait, view, store } = await startBridge({ routes });
    const id = await fire();
    const state = async () => bridge.card((await view(id)).incident, []).state;
    await press(id, 'silence', { argument: '2h' });
    expect(await state()).toBe('Critical, firing, silenced');
    await wait(2 * 60 * MINUTE - 1);
    expect(await state()).toBe('Critical, firing, silenced');
    await wait(1);
    expect(await state()).toBe('Critical, firing');

    await press(id, 'silence', { argument: '2h' });
    await bridge.silence({ ...quiet, matchers: 'source=wizstatus', length: '3h' }, MAYA);
    await wait(2 * 60 * MINUTE);
    expect(await state()).toBe('Critical, firing, silenced');
    for (const one of await store.silences.active()) await bridge.endSilence(one.id, MAYA);
    await wait(0);
    expect(await state()).toBe('Critical, firing');
  });

  test('pressed on a card is not said of it once it is resolved, and again where it is reopened meanwhile', async () => {
    const { bridge, fire, press, wait, view } = await startBridge({ routes });
    const id = await fire();
    const state = async () => bridge.card((await view(id)).incident, []).state;
    await press(id, 'silence', { argument: '2h' });
    await press(id, 'resolve');
    expect(await state()).toMatch(/^Resolved/);
    await press(id, 'reopen');
    expect(await state()).toBe('Critical, firing, silenced');
    await press(id, 'resolve');
    await wait(3 * 60 * MINUTE);
    await press(id, 'reopen');
    await wait(0);
    expect(await state()).toBe('Critical, firing');
  });

  test('pressed by many at once is one', async () => {
    const { fire, press, store, lines } = await startBridge({ routes });
    const id = await fire();
    const people = Array.from({ length: 20 }, (_, n) => ({ ...MAYA, id: `U${n}` }));
    const replies = await Promise.all(people.map((actor) => press(id, 'silence', { argument: '2h', actor })));
    expect(replies.filter(({ kind }) => kind === 'done')).toHaveLength(1);
    expect(replies.filter((reply) => reply.kind === 'refused' && reply.code === 'too_late')).toHaveLength(19);
    expect(await store.silences.active()).toHaveLength(1);
    expect(await lines(id, 'silenced')).toHaveLength(1);
  });

  test('is made and ended only by who may', async () => {
    const responders = new Map([['silence', [{ platform: 'slack', kind: 'person', id: 'U9' } as const]]]);
    const { bridge } = await startBridge({ routes, responders });
    expect(await bridge.silence(quiet, MAYA)).toEqual({ kind: 'not_allowed', text: 'Only slack:U9 may silence.' });
    expect(await bridge.endSilence('s1', MAYA)).toBe('Only slack:U9 may silence.');
  });

  test('with mistakes is not made, and every one of them is named', async () => {
    const { bridge, store } = await startBridge({ routes });
    const answer = await bridge.silence({ matchers: 'severity=critcal', length: 'long', why: ' ' }, MAYA);
    expect(answer).toMatchObject({
      kind: 'invalid_input',
      problems: [{ path: 'matchers' }, { path: 'length' }, { path: 'why' }],
    });
    expect(await store.silences.active()).toEqual([]);
  });

  test('keeps its length when the clock is set back', async () => {
    const { fire, started } = await named();
    const id = await fire();
    started.now -= 24 * 60 * MINUTE;
    await started.store.clockSetBack(true);
    await started.ring();
    expect(await destinations(started, id)).toEqual(['console']);
    await started.wait(120 * MINUTE + SECOND);
    expect(await destinations(started, id)).toContain('slack:db');
  });
});
