import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { NewTimer } from '../../src/domain/ports.ts';
import { startTimekeeper, type TimekeeperOptions } from '../../src/pipeline/timekeeper.ts';
import { clockAt } from '../support/clock.ts';
import { soon } from '../support/soon.ts';
import { MINUTE, routeOf, startBridge, type TestBridge } from './bridge.ts';

const routes = [routeOf('ROUTE_DEFAULT', 'slack:all; remind=10m')];

/** Time that the test sets, and waits that are short. It ends with the test. */
function keep(it: TestBridge, over: Partial<TimekeeperOptions> = {}) {
  const { monotonic, wait } = clockAt(100);
  const timekeeper = startTimekeeper({
    timers: it.store.timers,
    watch: it.store.watch,
    clockSetBack: it.store.clockSetBack,
    ring: it.bridge.ring,
    retime: it.bridge.retime,
    clock: { now: it.clock.now, monotonic: () => monotonic() / 100, wait },
    log: pino({ level: 'silent' }),
    ...over,
  });
  onTestFinished(() => timekeeper.stop());
  return timekeeper;
}

test('a timer that comes to be due is rung, and goes on', async () => {
  const it = await startBridge({ routes });
  keep(it);
  const id = await it.fire();
  it.now += 10 * MINUTE;
  await soon(async () => expect(await it.lines(id, 'reminded')).toHaveLength(1));
  it.now += 10 * MINUTE;
  await soon(async () => expect(await it.lines(id, 'reminded')).toHaveLength(2));
});

test('a clock that is set back while it runs delays no timer by more than its own time', async () => {
  const it = await startBridge({ routes });
  const clockSetBack = vi.fn(it.store.clockSetBack);
  keep(it, { clockSetBack });
  const id = await it.fire();
  await soon(() => expect(clockSetBack.mock.calls).toEqual([[false]])); // at the start, anything may have happened
  it.now -= 24 * 60 * MINUTE;
  await soon(async () => expect((await it.view(id)).incident.nudges?.since).toBe(it.now));
  expect(clockSetBack.mock.calls).toEqual([[false], [true]]);
  it.now += 10 * MINUTE;
  await soon(async () => expect(await it.lines(id, 'reminded')).toHaveLength(1));
});

test('a clock that was set back while the bridge was down delays none either', async () => {
  const it = await startBridge({ routes });
  const id = await it.fire();
  it.now -= 24 * 60 * MINUTE;
  keep(it);
  await soon(async () => expect((await it.view(id)).incident.nudges?.since).toBe(it.now));
});

test('one that cannot be rung holds up no other', async () => {
  const it = await startBridge({ routes });
  const [bad, good] = [await it.fire(), await it.fire()];
  it.now += 10 * MINUTE;
  keep(it, {
    async ring(timer: NewTimer) {
      if (timer.incident === bad) throw new Error('not now');
      await it.bridge.ring(timer);
    },
  });
  await soon(async () => expect(await it.lines(good, 'reminded')).toHaveLength(1));
  expect(await it.lines(bad, 'reminded')).toEqual([]);
});

test('an acknowledgement of before ACK_EXPIRES was set is asked for, also of many', async () => {
  const it = await startBridge({ routes });
  const all = await Promise.all(Array.from({ length: 250 }, () => it.fire()));
  await Promise.all(all.map((id) => it.press(id, 'acknowledge')));
  keep(it);
  await soon(async () => expect(await it.store.memory.get('timers.ack-expires')).toBe('off'));
  it.now += 60 * MINUTE;
  it.set({ ackExpires: 60 * MINUTE });
  await soon(async () => {
    const acknowledged = await it.store.incidents({ limit: 1_000, status: ['acknowledged'] });
    expect(acknowledged.filter(({ askedAt }) => askedAt !== undefined)).toHaveLength(250);
  });
});

test('when it is stopped it rings no more', async () => {
  const it = await startBridge({ routes });
  const id = await it.fire();
  await keep(it).stop();
  it.now += 10 * MINUTE;
  expect(await it.store.timers.claim(10)).toMatchObject([{ incident: id, kind: 'remind' }]);
  expect(await it.lines(id, 'reminded')).toEqual([]);
});
