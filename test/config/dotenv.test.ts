import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readDotenv } from '../../src/config/dotenv.ts';

test.each([
  ['a plain value', 'A=b', 'b'],
  ['spaces around it', '  A =  b c ', 'b c'],
  ['export', 'export A=b', 'b'],
  ['an equals sign in it', 'A=b=c', 'b=c'],
  ['single quotes', `A='x -> "y" # z'`, 'x -> "y" # z'],
  ['double quotes with a line break', 'A="x\\ny"', 'x\ny'],
  ['several lines', "A='x\n# y\nz'", 'x\n# y\nz'],
  ['a comment after it', 'A=b # the letter', 'b'],
  ['a comment after its quote', "A='b' # the letter", 'b'],
  ['Windows line ends', 'A=b\r\n', 'b'],
  ['a byte order mark', '\uFEFFA=b', 'b'],
  ['nothing', 'A=', ''],
  ['only spaces, and a line after it', 'A=  \nB=2', ''],
])('reads %s', (_, text, value) => {
  const { entries, strayLines } = readDotenv(text);
  expect(entries[0]).toEqual({ name: 'A', value, line: 1, column: text.replace('\uFEFF', '').indexOf('A') + 1 });
  expect(strayLines).toEqual([]);
});

test.each([
  ['a # within a value', 'A=slack:#alerts', { kind: 'after_hash', line: 1, column: 9 }],
  ['a # that begins the value', 'A=#alerts', { kind: 'after_hash', line: 1, column: 3 }],
  ['a # that only looks like a comment', 'A=slack: #alerts', { kind: 'after_hash', line: 1, column: 10 }],
  ['what follows a quote', `B=1\nA="monitor="x" -> console"`, { kind: 'after_quote', line: 2, column: 13 }],
  ['a quote that is never closed', `A='x`, { kind: 'open_quote', line: 1, column: 3 }],
])('tells what is lost: %s', (_, text, lost) => {
  expect(readDotenv(text).entries.at(-1)).toMatchObject({ name: 'A', lost });
});

test('tells the lines that set nothing', () => {
  expect(readDotenv('A=1\n\n  what is this\n=x\n# fine\n').strayLines).toEqual([
    { line: 3, column: 3 },
    { line: 4, column: 1 },
  ]);
});

test('finds the names and values that parseEnv finds, for every file without a loss', () => {
  const name = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/);
  const value = fc.oneof(
    fc.stringMatching(/^[\w:=>,./-]{0,12}$/),
    fc.stringMatching(/^'[^'\\\r]{0,12}'$/),
    fc.stringMatching(/^"[\w #'\n]{0,12}"$/),
  );
  const line = fc.oneof(
    fc.tuple(name, value).map(([left, right]) => `${left}=${right}`),
    fc.stringMatching(/^#[\w =]{0,8}$/),
    fc.constant(''),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
      const text = lines.join('\n');
      const { entries } = readDotenv(text);
      fc.pre(entries.every(({ lost }) => lost === undefined));
      expect(Object.fromEntries(entries.map((entry) => [entry.name, entry.value]))).toEqual({ ...parseEnv(text) });
    }),
  );
});
