import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationText, parseDuration } from '../../src/domain/duration.ts';

test.each([
  ['500ms', 500],
  ['90s', 90_000],
  ['15m', 900_000],
  ['1h30m', 5_400_000],
  [' 90d ', 7_776_000_000],
  ['2w', 1_209_600_000],
  ['0s', 0],
])('%j is %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', '5', 'm', '1.5h', '-1m', '1 h', '1h 30m', '1y', '5min', '1M', '999999999w', '1e3s', '9'.repeat(99)])(
  '%j is no duration',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  [-5, '0 s'],
  [499, '0 s'],
  [48_000, '48 s'],
  [59_900, '1 m'],
  [250_000, '4 m 10 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 m'],
  [86_399_999, '1 d'],
  [90_000_000, '1 d 1 h'],
  [259_200_000, '3 d'],
])('%i ms reads %j', (ms, text) => {
  expect(durationText(ms)).toBe(text);
});

test('any text gives a count that can be added to a time, or none', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^(\d{1,10}(ms|s|m|h|d|w|x)?){0,20}$/), (text) => {
      const ms = parseDuration(text);
      expect(ms === undefined || Number.isSafeInteger(ms)).toBe(true);
    }),
  );
});
