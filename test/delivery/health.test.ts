import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LOST_AFTER_FAILURES } from '../../src/delivery/backoff.ts';
import { createHealth } from '../../src/delivery/health.ts';
import type { Failure } from '../../src/domain/errors.ts';

const down: Failure = { reason: 'unavailable', scope: 'channel', message: 'HTTP 503' };
const NOW = 1_000; // since the process began

/** Fails `times` in a row, each when the pause before it is over; answers after which of them the lane was lost. */
function fail(health: ReturnType<typeof createHealth>, failure: Failure, times: number): readonly boolean[] {
  let now = NOW;
  return Array.from({ length: times }, () => {
    const { pause, lost } = health.failed('slack', 'slack:a', failure, now, 0.5);
    now += pause;
    return lost;
  });
}

test('a lane is lost from its sixth failure in a row', () => {
  expect(fail(createHealth(), down, LOST_AFTER_FAILURES + 1)).toEqual([
    ...Array(LOST_AFTER_FAILURES - 1).fill(false),
    true,
    true,
  ]);
});

test('each delivery is told as lost once, until its lane works again', () => {
  const health = createHealth();
  const told = ['one', 'one', 'two'].map((delivery) => health.untold('slack:a', delivery));
  health.worked('slack', 'slack:a', 0, NOW);
  expect([...told, health.untold('slack:a', 'one')]).toEqual([true, false, true, true]);
});

test('being limited is no loss', () => {
  expect(fail(createHealth(), { ...down, reason: 'limited', retryAfter: 1_000 }, 20)).not.toContain(true);
});

test('only what was lost is back', () => {
  const health = createHealth();
  fail(health, down, LOST_AFTER_FAILURES - 1);
  expect(health.worked('slack', 'slack:a', 0, NOW)).toBe(false);
  fail(health, down, LOST_AFTER_FAILURES);
  expect([health.worked('slack', 'slack:a', 0, NOW), health.worked('slack', 'slack:a', 0, NOW)]).toEqual([true, false]);
});

test('what a process before this one told as lost is back when it works', () => {
  const health = createHealth();
  expect(health.worked('slack', 'slack:a', LOST_AFTER_FAILURES, NOW)).toBe(true);
  expect(health.worked('slack', 'slack:a', LOST_AFTER_FAILURES, NOW)).toBe(false);
});

test('a channel that fails pauses its own lane only, an account all of its lanes', () => {
  const health = createHealth();
  health.failed('slack', 'slack:a', down, NOW, 0.5);
  expect(health.accountPause('slack', NOW)).toBe(0);
  const { pause } = health.failed('slack', 'slack:a', { ...down, scope: 'account' }, NOW, 0.5);
  expect(pause).toBeGreaterThan(0);
  expect([0, 1, pause].map((later) => health.accountPause('slack', NOW + later))).toEqual([pause, pause - 1, 0]);
  expect(health.accountPause('discord', NOW)).toBe(0);
});

test('lanes that fail together count once against their account', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), (lanes) => {
      const health = createHealth();
      for (let n = 0; n < lanes; n++) health.failed('slack', `slack:${n}`, { ...down, scope: 'account' }, NOW, 0.5);
      expect(health.accountPause('slack', NOW)).toBeLessThanOrEqual(1_000);
    }),
  );
});

test('a success that was on its way does not end the pause of its account', () => {
  const health = createHealth();
  const { pause } = health.failed('slack', 'slack:a', { ...down, scope: 'account' }, NOW, 0.5);
  health.worked('slack', 'slack:b', 0, NOW + 1);
  expect(health.accountPause('slack', NOW + 1)).toBe(pause - 1);
});
