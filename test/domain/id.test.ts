import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idMaker, isId, newId } from '../../src/domain/id.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

test('an id has 16 characters that are safe in a path and are not mistaken for one another', () => {
  expect(newId(NOW)).toMatch(/^[0-9a-hjkmnp-tv-z]{16}$/);
});

test.each(['', 'nonsense', 'x'.repeat(15), 'x'.repeat(17), 'X'.repeat(16), 'u'.repeat(16), `${'x'.repeat(16)}\n`])(
  '%j is no id',
  (text) => {
    expect(isId(newId(NOW))).toBe(true);
    expect(isId(text)).toBe(false);
  },
);

test('ids begin with their time', () => {
  const idAt = idMaker();
  const tomorrow = idAt(NOW + 86_400_000);
  const nextYear = idAt(NOW + 366 * 86_400_000);
  expect([nextYear, tomorrow].toSorted()).toEqual([tomorrow, nextYear]);
  expect(nextYear.slice(0, 4)).not.toBe(tomorrow.slice(0, 4));
});

test('ids sort by the order in which they were made, also within a millisecond and when the clock is set back', () => {
  const off = fc.oneof(fc.constant(0), fc.integer({ min: -7_200_000, max: 7_200_000 }));
  fc.assert(
    fc.property(fc.array(off, { maxLength: 100 }), (offs) => {
      const idAt = idMaker();
      const ids = offs.map((by) => idAt(NOW + by));
      expect(ids.toSorted()).toEqual(ids);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});

test('a storm of one millisecond gets ids that differ and still sort', () => {
  const idAt = idMaker();
  const ids = Array.from({ length: 50_000 }, () => idAt(NOW));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});
