import { expect, test } from 'vitest';
import { expectWhole, operationsOf, storyThatDiesAt } from './dying.ts';

const SAMPLES = 6;

// F2 in small: `npm run test:faults` takes every operation.
test('killed at operations all along an incident’s way, it goes on after a start as if nothing had been', async () => {
  const undisturbed = await storyThatDiesAt(Number.POSITIVE_INFINITY);
  expectWhole(undisturbed);
  const all = operationsOf(undisturbed.place).length;
  process.stdout.write(`${all} operations\n`);
  const places = Array.from({ length: SAMPLES }, (_, index) => 1 + Math.floor((index * all * 0.8) / SAMPLES));
  const one = async () => {
    for (let place = places.shift(); place !== undefined; place = places.shift()) {
      const told = await storyThatDiesAt(place);
      expect(told.died, `at operation ${place}`).toBe(true);
      expectWhole(told);
    }
  };
  await Promise.all([one(), one()]);
}, 120_000);
