import { describe, expect, test } from 'vitest';
import { readFrontMatter } from '../../src/templates/front-matter.ts';

const read = (text: string) => readFrontMatter('templates/cards/x.md', text);
const BOMB = [
  'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]',
  'b: &b [*a, *a, *a, *a, *a, *a, *a]',
  'c: [*b, *b, *b, *b, *b, *b, *b]',
];

test('a file is its keys, its body and where each of them stands', () => {
  const { matter, faults } = read('---\ntitle: "x"\nlist: { of: [1, plain] }\ntext: |\n  one\n  two\n---\nBody\n');
  expect(faults).toEqual([]);
  expect(matter?.data).toEqual({ title: 'x', list: { of: [1, 'plain'] }, text: 'one\ntwo\n' });
  expect(matter).toMatchObject({ body: 'Body\n', bodyLine: 8 });
  expect(matter?.place(['title'])).toMatchObject({ line: 2, column: 9 });
  expect(matter?.place(['list', 'of', 1])).toMatchObject({ line: 3, column: 17 });
  expect(matter?.place(['text'])).toMatchObject({ line: 5, column: 3, indent: 2 });
  expect(matter?.keyPlace(['list', 'of'])).toMatchObject({ line: 3, column: 9 });
});

test('windows line ends and a byte order mark change no position', () => {
  const { matter } = read('\uFEFF---\r\ntitle: x\r\n---\r\nBody\r\n');
  expect(matter).toMatchObject({ body: 'Body\n', bodyLine: 4 });
  expect(matter?.place(['title'])).toMatchObject({ line: 2, column: 8 });
});

test('keys that are names of prototypes are data', () => {
  const { matter } = read('---\n__proto__: 1\nconstructor: 2\n---\n');
  expect(Object.entries(matter?.data ?? {})).toEqual([
    ['__proto__', 1],
    ['constructor', 2],
  ]);
});

test('no and dates stay texts', () => {
  expect(read('---\na: no\nb: 2026-11-24\n---\n').matter?.data).toEqual({ a: 'no', b: '2026-11-24' });
});

describe('a fault says where, what and the cure', () => {
  test.each([
    ['no front matter', 'Hello', '1:1', /no front matter/, /Begin the file/],
    ['no end', '---\na: 1\n', '1:1', /no end/, /Close it/],
    ['no keys', '---\n- a\n---\n', '2:1', /not a list of keys/, /key: value/],
    ['a key twice', '---\na: 1\na: 2\n---\n', '3:1', /unique/, /Keep one/],
    ['unquoted Liquid alone', '---\ntitle: {{ x }}\n---\n', '2:8', /reads this as a map/, /Quote/],
    ['unquoted Liquid with words', '---\ntitle: {{ x }} is down\n---\n', '2:8', /reads this as a map/, /Quote/],
    ['unquoted Liquid in a list', '---\ncommand: [a, {{ x }}]\n---\n', '2:14', /reads this as a map/, /Quote/],
    ['unquoted tag', '---\ntitle: {% if x %}a{% endif %}\n---\n', '2:9', /./, /Quote the whole value/],
    ['a second colon', '---\na: b: c\n---\n', '2:4', /Nested mappings/, /Quote/],
    ['an unknown YAML tag', '---\na: !foo b\n---\n', '2:4', /Unresolved tag/, /Quote/],
    ['an alias bomb', `---\n${BOMB.join('\n')}\n---\n`, '3:8', /aliases/, /Write the values out/],
    ['a slot mark', '---\na: 1\n---\nx\uFDD00\uFDD1', '4:1', /U\+FDD0/, /Remove/],
    ['too long a file', `---\n---\n${'x'.repeat(70_000)}`, '1:1', /longer than/, /Shorten/],
  ])('%s', (_, text, place, message, cure) => {
    const { matter, faults } = read(text);
    expect(matter).toBeUndefined();
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      place: `templates/cards/x.md:${place}`,
      message: expect.stringMatching(message),
      cure: expect.stringMatching(cure),
    });
  });

  test('and shows the line with a caret under the column', () => {
    expect(read('---\ntitle: {{ x }}\n---\n').faults[0]?.excerpt).toBe('title: {{ x }}\n       ^');
  });

  test('and cuts a long line around the caret', () => {
    const [line, caret] = read(`---\n${'x'.repeat(500)}: b: c\n---\n`).faults[0]?.excerpt?.split('\n') ?? [];
    expect(line?.length).toBeLessThan(120);
    expect(line?.[caret?.indexOf('^') ?? -1]).toBe('b');
  });
});
