import { describe, expect, test } from 'vitest';
import { holdsAddress, isLoopback, parseAddresses, parseTrustProxy } from '../../src/domain/addresses.ts';

describe('a list of addresses', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['10.0.0.1/32', '::ffff:10.0.0.1', true],
    ['10.0.0.1/32', '::ffff:a00:1', true],
    ['::ffff:10.0.0.0/104', '10.5.5.5', true],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::/32', '2001:db9::5', false],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['203.0.113.7, 2001:db8::1', '2001:db8::1', true],
    ['10.0.0.0/8', 'unknown', false],
    ['10.0.0.0/8', '10.0.0.1:4711', false],
  ])('%s and %s: %s', (list, address, held) => {
    expect(parseAddresses(list).problems).toEqual([]);
    expect(holdsAddress(parseAddresses(list).ranges, address)).toBe(held);
  });

  test('an address that is not known is in no list', () => {
    expect(holdsAddress(parseAddresses('0.0.0.0/0, ::/0').ranges, undefined)).toBe(false);
  });

  test.each([
    '127.1',
    '010.0.0.1',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '::/129',
    'fe80::1%eth0',
    'localhost',
    '',
    '::ffff:0:0/95',
  ])('"%s" is refused', (text) => {
    expect(parseAddresses(text).problems).toHaveLength(1);
  });

  test('every problem is told, with its column', () => {
    const { problems } = parseAddresses('10.0.0.1, nonsense,  300.1.1.1');
    expect(problems.map(({ column }) => column)).toEqual([11, 22]);
  });
});

describe('proxies to trust', () => {
  test.each(['true', 'TRUE', '*', '1', '10.0.0.1, 2', '0.0.0.0/0', '::/0'])(
    '"%s" is refused, with the reason',
    (text) => {
      expect(parseTrustProxy(text).problems).toMatchObject([{ message: expect.stringMatching(/caller|everybody/) }]);
    },
  );

  test('addresses and ranges are taken', () => {
    expect(parseTrustProxy('127.0.0.1, 10.0.0.0/8')).toMatchObject({
      ranges: [{ bits: 32 }, { bits: 8 }],
      problems: [],
    });
  });
});

test.each([
  ['127.0.0.1', true],
  ['127.8.8.8', true],
  ['::1', true],
  ['[::1]', true],
  ['::ffff:127.0.0.1', true],
  ['localhost', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['', false],
])('%s is loopback: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});
