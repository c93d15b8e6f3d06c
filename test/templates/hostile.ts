import fc from 'fast-check';
import { anyCharacter } from '../support/any-character.ts';

/** What alert texts try: formatting, links, mentions, templates, markup, and characters that hide or reorder. */
export const CORPUS: readonly string[] = [
  ...[
    '<!channel>',
    '<!here>',
    '<!everyone>',
    '<!subteam^S1>',
    '<@U1>',
    '@everyone',
    '@here',
    '<@&1>',
    '<@1>',
    '<at>x</at>',
  ],
  ...[
    '\uFF20everyone',
    '@\u200Deveryone',
    '<https://evil.example|https://grafana.corp>',
    '[grafana](https://evil.example)',
  ],
  ...[
    'javascript:alert(1)',
    'data:text/html,x',
    'https://corp@evil.example',
    'https://xn--80ak6aa92e.com',
    '\u202Egpj.exe',
  ],
  ...['{{7*7}}', '#{7*7}', '<%=7*7%>', "{% include '/etc/passwd' %}", "{{constructor.constructor('..')()}}"],
  ...[
    '**bold** _it_ ~~no~~ `code` ```\nfence',
    '# heading\n- item\n1. one\n> quote',
    '<b>x</b><!-- y -->',
    '&amp; &#x2a;',
  ],
  ...[
    'ok\n\n\n\n\u2705 Acknowledged by alice\n[Resolve]',
    '\uFDD00\uFDD1',
    '\uFDD09999999\uFDD1',
    '\u0000\u0007\u009B31m',
    '\uD800',
  ],
  ...[
    '    indented',
    '\tcode',
    'a\r\nb\rc',
    '---',
    '===',
    '***',
    '[x]: https://evil.example',
    '![i](https://evil.example/i.png)',
  ],
];

const PIECES = '** * _ ` ``` [ ]( ) ![ < > # - + 1. | ~~ --- === \\ {{ }} {% %} &#42; http://x.example www. a'.split(
  ' ',
);
const BREAKS = [
  '\n',
  '\n\n',
  '\r',
  '\t',
  '    ',
  ' ',
  '\u0000',
  '\uD83D',
  '\u202E',
  '\uFDD0',
  '\uFDD1',
  '\uFDD00\uFDD1',
];

/** A hostile value; `harmless` is what it must behave like. */
export const hostile: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...CORPUS),
  fc
    .array(fc.constantFrom(...PIECES, ...BREAKS, ...CORPUS), { minLength: 1, maxLength: 12 })
    .map((parts) => parts.join('')),
  fc.string({ unit: anyCharacter, minLength: 1 }),
);
