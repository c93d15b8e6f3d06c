import { expect, test } from 'vitest';
import { InvalidPayload } from '../../src/domain/errors.ts';
import { parseJson } from '../../src/sources/json.ts';

const parse = (text: string) => parseJson(Buffer.from(text));
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);

test('64 levels are read, however many brackets stand beside each other or in texts', () => {
  expect(() => parse(nested(64))).not.toThrow();
  expect(parse(`["${'['.repeat(1_000)}\\"[[", ${'[],'.repeat(1_000)} 1]`)).toHaveLength(1_002);
});

test.each([65, 5_000, 500_000])('%i levels are refused', (depth) => {
  expect(() => parse(nested(depth))).toThrow(InvalidPayload);
  expect(() => parse('['.repeat(depth))).toThrow(InvalidPayload);
});

test.each([
  ['a key __proto__', '{"__proto__":{"x":1}}'],
  ['an escaped key', '{"\\u005f_proto__":{"x":1}}'],
  ['a nested key', '{"a":[{"__proto__":{"x":1}}]}'],
  ['constructor.prototype', '{"constructor":{"prototype":{"x":1}}}'],
  ['a byte order mark', '\uFEFF{}'],
  ['nothing', ''],
  ['half a text', '{"a":"b'],
])('%s is refused', (_what, text) => {
  expect(() => parse(text)).toThrow(InvalidPayload);
  expect(({} as { x?: unknown }).x).toBeUndefined();
});

test('bytes that are no UTF-8 are refused', () => {
  expect(() => parseJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(InvalidPayload);
});

test.each([
  ['the least one', '9007199254740992'],
  ['its neighbour', '9007199254740993'],
  ['a negative one', '-9007199254740993'],
  ['one of 20 digits', '12345678901234567891'],
  ['one that is too large for a number', '9'.repeat(400)],
])('of a whole number that JavaScript would round every digit is kept: %s', (_which, digits) => {
  expect(parse(digits)).toBe(digits);
  expect(parse(`{"id":${digits},"ids":[ ${digits},\n${digits}]}`)).toEqual({ id: digits, ids: [digits, digits] });
});

test.each([
  ['a whole one up to 2^53 - 1', '9007199254740991', 9_007_199_254_740_991],
  ['one with a fraction', '1234567890123456.5', 1_234_567_890_123_456.5],
  ['one with an exponent', '1234567890123456e5', 1_234_567_890_123_456e5],
])('a number stays one: %s', (_which, written, value) => {
  expect(parse(`{"a":${written},"b":9007199254740993}`)).toEqual({ a: value, b: '9007199254740993' });
});

test('long digits open no way to a prototype', () => {
  expect(() => parse('{"a":9007199254740993,"__proto__":{"x":1}}')).toThrow(InvalidPayload);
});
