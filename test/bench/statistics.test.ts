import { expect, test } from 'vitest';
import { interleaved } from '../../bench/rounds.ts';
import { median, percentile, spreadOf } from '../../bench/statistics.ts';

const HUNDRED = Array.from({ length: 100 }, (_, index) => 100 - index);

test.each([
  [HUNDRED, 0.5, 50],
  [HUNDRED, 0.99, 99],
  [HUNDRED, 1, 100],
  [[3, 1, 2], 0.99, 3],
  [[7], 0.5, 7],
])('a percentile is the smallest value that this share does not exceed', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

test.each([
  [[3, 1, 2], 2],
  [[4, 1, 2, 3], 2.5],
  [[10, 9], 9.5],
])('a median is the middle by size', (values, expected) => {
  expect(median(values)).toBe(expected);
});

test('of nothing there is no median', () => {
  expect(() => spreadOf([])).toThrow('Nothing was measured');
});

test('each round begins with another contender, and each has its values round by round', async () => {
  const order: string[] = [];
  const measured = await interleaved(['A', 'B', 'C'], 3, async (name) => order.push(name));
  expect(order.join('')).toBe('ABCBCACAB');
  expect(Object.fromEntries(measured)).toEqual({ A: [1, 6, 8], B: [2, 4, 9], C: [3, 5, 7] });
});
