import { expect, test } from 'vitest';
import { parseBlocks, parseSpans } from '../../src/templates/markdown.ts';

const plain = (text: string) => ({ kind: 'text', text });

test.each([
  ['a heading is bold', '## Title', [{ kind: 'paragraph', spans: [{ ...plain('Title'), bold: true }] }]],
  ['lines of a paragraph flow', 'a\nb', [{ kind: 'paragraph', spans: [plain('a b')] }]],
  ['a hard break stays', 'a\\\nb', [{ kind: 'paragraph', spans: [plain('a'), plain('\n'), plain('b')] }]],
  [
    'styles nest',
    '**a _b_**',
    [
      {
        kind: 'paragraph',
        spans: [
          { ...plain('a '), bold: true },
          { ...plain('b'), bold: true, italic: true },
        ],
      },
    ],
  ],
  ['HTML is text', '<b>x</b>', [{ kind: 'paragraph', spans: [plain('<b>x</b>')] }]],
  [
    'an image is a link',
    '![i](https://a.example)',
    [{ kind: 'paragraph', spans: [{ ...plain('i'), url: 'https://a.example' }] }],
  ],
  [
    'a reference is a link',
    '[x][r]\n\n[r]: https://a.example\n[r]: https://b.example',
    [{ kind: 'paragraph', spans: [{ ...plain('x'), url: 'https://a.example' }] }],
  ],
  [
    'a rule is nothing',
    'a\n\n---\n\nb',
    [
      { kind: 'paragraph', spans: [plain('a')] },
      { kind: 'paragraph', spans: [plain('b')] },
    ],
  ],
  [
    'a list in a list is one level deeper',
    '- a\n  - b\n- c',
    [
      { kind: 'list', ordered: false, depth: 0, items: [[plain('a')]] },
      { kind: 'list', ordered: false, depth: 1, items: [[plain('b')]] },
      { kind: 'list', ordered: false, depth: 0, items: [[plain('c')]] },
    ],
  ],
  [
    'an ordered list is ordered',
    '1. a\n2. b',
    [{ kind: 'list', ordered: true, depth: 0, items: [[plain('a')], [plain('b')]] }],
  ],
  [
    'a quote holds its paragraphs',
    '> a\n>\n> b',
    [
      { kind: 'quote', spans: [plain('a')] },
      { kind: 'quote', spans: [plain('b')] },
    ],
  ],
  [
    'strike, tables and bare addresses are text',
    '~~a~~ www.a.example',
    [{ kind: 'paragraph', spans: [plain('~~a~~ www.a.example')] }],
  ],
])('%s', (_, source, blocks) => {
  expect(parseBlocks(source)).toEqual(blocks);
});

test.each(['# a', '- a', '1. a', '> a', '---', '```', '[r]: https://a.example', '<b>'])(
  '%s on one line is only text',
  (source) => {
    expect(parseSpans(source)).toEqual([plain(source)]);
  },
);

test('a line keeps its emphasis, code and links', () => {
  expect(parseSpans('**a** `b`\n[c](https://a.example)')).toEqual([
    { ...plain('a'), bold: true },
    plain(' '),
    { ...plain('b'), code: true },
    plain(' '),
    { ...plain('c'), url: 'https://a.example' },
  ]);
});
