import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownSecrets } from '../../src/domain/known-secrets.ts';
import { inJson, SECRET, spelledSecret } from './spell.ts';

/** What of the text is a secret. */
function foundIn(text: string, secret: string): string | undefined {
  const data = Buffer.from(text);
  const found = new KnownSecrets([secret]).find(data, 0, true);
  return found && data.subarray(found.at, found.at + (found.length ?? 0)).toString();
}

const percent = (text: string) =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
const lower = (text: string) => text.replaceAll(/%../g, (code) => code.toLowerCase());
const bytes = (text: string, each: (byte: number) => string) => [...Buffer.from(text)].map(each).join('');
const goJson = (text: string) =>
  inJson(text).replaceAll(/[<>&]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const asciiJson = (text: string) =>
  inJson(text).replaceAll(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
const html = (text: string) =>
  text.replaceAll(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? '&#39;');
/** With `gap` after each so many characters but the last. */
const wrapped = (text: string, length: number, gap: string) =>
  (text.match(new RegExp(`.{1,${length}}`, 'g')) ?? []).join(gap);

describe('a secret is found', () => {
  test.each<[string, (text: string) => string]>([
    ['as it is', (text) => text],
    ['as encodeURIComponent writes it', encodeURIComponent],
    ['as encodeURI writes it', encodeURI],
    ['in a form', (text) => new URLSearchParams({ a: text }).toString().slice(2)],
    ['as Python quotes it for an address', (text) => percent(text).replaceAll('%2F', '/')],
    ['percent-encoded in lower case', (text) => lower(percent(text))],
    ['percent-encoded whole', (text) => bytes(text, (byte) => `%${byte.toString(16).padStart(2, '0')}`)],
    ['percent-encoded twice', (text) => percent(percent(text))],
    ['in JSON', inJson],
    ["in Go's JSON", goJson],
    ["in PHP's JSON", (text) => asciiJson(text).replaceAll('/', '\\/')],
    [
      'in JSON with capital digits',
      (text) => asciiJson(text).replaceAll(/\\u..../g, (c) => `\\u${c.slice(2).toUpperCase()}`),
    ],
    [
      'in JSON, every character by its number',
      (text) =>
        [...text]
          .map((c) => (asciiJson(c).length > 1 ? asciiJson(c) : `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`))
          .join(''),
    ],
    ['in JSON in JSON', (text) => inJson(inJson(text))],
    ['in JSON in JSON in JSON', (text) => inJson(inJson(asciiJson(text)))],
    ['in JSON in an address', (text) => percent(inJson(text))],
    ['in HTML', html],
    ['in HTML of PHP', (text) => html(text).replaceAll('&#39;', '&#039;')],
    ['in HTML of Python', (text) => html(text).replaceAll('&#39;', '&#x27;')],
    ['in HTML twice', (text) => html(html(text))],
    ['in HTML in JSON', (text) => goJson(html(text))],
    ['in JSON in HTML', (text) => html(inJson(text))],
    ['in single quotes of a shell', (text) => text.replaceAll("'", `'\\''`)],
    ['in single quotes of a shell, the other way', (text) => text.replaceAll("'", `'"'"'`)],
    ['in single quotes of a shell in JSON', (text) => inJson(text.replaceAll("'", `'\\''`))],
    ['behind backslashes of a shell', (text) => text.replaceAll(/[^\w]/gu, '\\$&')],
    [
      "in a shell's $'…'",
      (text) =>
        text.replaceAll(/[\\']/g, '\\$&').replaceAll(/[^ -~]/gu, (c) => bytes(c, (byte) => `\\${byte.toString(8)}`)),
    ],
    [
      "as Python's bytes",
      (text) =>
        text.replaceAll(/[\\']/g, '\\$&').replaceAll(/[^ -~]/gu, (c) => bytes(c, (byte) => `\\x${byte.toString(16)}`)),
    ],
    ['in CSV', (text) => text.replaceAll('"', '""')],
    ['in base64', (text) => Buffer.from(text).toString('base64')],
    ['in base64 in an address', (text) => encodeURIComponent(Buffer.from(text).toString('base64'))],
    ['in base64 of addresses', (text) => Buffer.from(text).toString('base64url')],
    ['in hex', (text) => Buffer.from(text).toString('hex')],
    ['in base64 of many lines', (text) => wrapped(Buffer.from(text).toString('base64'), 4, '\n')],
    ['in base64 of many lines in JSON', (text) => wrapped(Buffer.from(text).toString('base64'), 4, '\\r\\n')],
    ['in hex of many lines', (text) => wrapped(Buffer.from(text).toString('hex'), 6, '\n')],
    ['byte by byte in hex', (text) => wrapped(Buffer.from(text).toString('hex'), 2, ' ')],
    ['byte by byte in hex of many lines', (text) => wrapped(Buffer.from(text).toString('hex'), 2, '\n ')],
    ['as a fingerprint', (text) => wrapped(Buffer.from(text).toString('hex').toUpperCase(), 2, ':')],
  ])('%s', (_how, write) => {
    expect(foundIn(`<${write(SECRET)}>`, SECRET)).toBe(write(SECRET));
  });

  test('with each character in a spelling of its own', () => {
    fc.assert(
      fc.property(spelledSecret, ({ secret, spelled }) => {
        const found = foundIn(`<${spelled}>`, secret);
        expect(`<${spelled}>`.replace(found ?? '', () => '')).toMatch(/^<\\*>$/); // all but backslashes before it
      }),
    );
  });
});

test('more secrets than are kept in mind at once are found all the same', () => {
  const secrets = Array.from({ length: 300 }, (_, index) => `${index}-`.padEnd(40, `canary${index}`));
  const known = new KnownSecrets(secrets);
  for (const secret of [...secrets, ...secrets]) {
    expect(known.find(Buffer.from(`<${secret}>`), 0, true)).toEqual({ at: 1, length: 40 });
  }
});

test('a text without the secret has none', () => {
  const pieces = fc.constantFrom('canary', '-7!', '%2d', '\\u002d', '\\', '&', '&#45;', '"', "'", 'ca', '%', '\n', '-');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (all) => {
      expect(foundIn(all.join(''), 'canary-7Z!')).toBeUndefined();
    }),
  );
});

describe('a secret under 8 characters', () => {
  test.each(['abc', '(abc)', 'a\\nabc', 'x%20abc', '\u001b[31mabc\u001b[0m', '%61%62%63', '\\u0061bc'])(
    'is found alone: %j',
    (text) => {
      expect(foundIn(text, 'abc')).toBeDefined();
    },
  );

  test.each(['abcd', 'xabc', 'abc_', '0abc', 'x%61bc'])('is not found in a word: %j', (text) => {
    expect(foundIn(text, 'abc')).toBeUndefined();
  });
});

test('a text that begins like a secret again and again costs as much as another', () => {
  const known = new KnownSecrets([`${'\\'.repeat(20)}xcanary-`, 'a'.repeat(40)]);
  const time = (text: string) => {
    const data = Buffer.from(text.repeat(300_000 / text.length));
    const start = performance.now();
    expect(known.find(data, 0, true)).toBeUndefined();
    return performance.now() - start;
  };
  for (const text of ['\\', `${'a'.repeat(39)}b`, '%5c', '%25']) expect(time(text), text).toBeLessThan(2_000);
});
