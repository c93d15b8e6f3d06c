import { expect, test } from 'vitest';
import { oneLine, printable } from '../../src/cli/printable.ts';

test.each([
  ['\u001B[31mred\u0007', '\\u001b[31mred\\u0007'],
  ['\0 \r \u007F \u009B', '\\u0000 \\u000d \\u007f \\u009b'],
  ['safe\u202Egpj.exe', 'safe\\u202egpj.exe'],
  ['a\tb\nc', 'a b\nc'],
  ['Łukasz 👩‍👩‍👧 می\u200Cخواهم', 'Łukasz 👩‍👩‍👧 می\u200Cخواهم'],
])('%j is printed as %s', (text, printed) => {
  expect(printable(text)).toBe(printed);
});

test.each(['\u001B\u0007\0', '\u007F\u009B\u0085', '\u202E\u2066\u200F', '\u2028\u2029', 'a\t\n'])(
  'JSON that holds %j is the same value when it was printed',
  (value) => {
    expect(JSON.parse(printable(JSON.stringify({ value }, undefined, 2)))).toEqual({ value });
  },
);

test('a value of a line is one line, with nothing in it that is not seen', () => {
  expect(oneLine(' a\r\n\tb\u001Bc\u2028 ')).toBe('a b\uFFFDc');
});
