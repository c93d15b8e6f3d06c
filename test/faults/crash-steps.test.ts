import { expect, test } from 'vitest';
import { expectWhole, storyThatDiesAt } from '../e2e/dying.ts';

// F2, F3, F28
test('killed at every operation of an incident’s way, it goes on after a start as if nothing had been', async () => {
  let next = Number(process.env.FROM ?? 1);
  let last = 0;
  let isThrough = false; // one came to its end and had not so many operations
  const one = async () => {
    while (!isThrough) {
      const operation = next++;
      const told = await storyThatDiesAt(operation);
      expectWhole(told);
      if (told.died) last = Math.max(last, operation);
      else isThrough = true;
    }
  };
  await Promise.all([one(), one()]);
  process.stdout.write(`${last} operations, dead at each of them\n`);
  expect(last).toBeGreaterThan(100);
});
