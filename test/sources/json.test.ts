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
