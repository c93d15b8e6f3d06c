import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnownSecrets } from '../../src/domain/known-secrets.ts';
import { Cleaner } from '../../src/runbooks/clean.ts';
import { Mask, masked } from '../../src/runbooks/mask.ts';
import { MAX_BYTES, Output } from '../../src/runbooks/output.ts';
import { inJson, spelledSecret } from '../domain/spell.ts';
import { anyCharacter } from '../support/any-character.ts';

const TOKEN = 'tok"en-5f2b/ü';
const KEY = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----';

/** What is shown of these chunks: in all, and after each of them. */
function shown(secrets: readonly string[], ...chunks: readonly (string | Uint8Array)[]) {
  const mask = new Mask(new KnownSecrets(secrets));
  const parts = chunks.map((chunk) => Buffer.from(mask.write(Buffer.from(chunk as string))));
  return { text: Buffer.concat([...parts, mask.end()]).toString(), parts: parts.map(String) };
}

describe('a secret is replaced', () => {
  test.each([
    ['as it is', TOKEN],
    ['within JSON', inJson(TOKEN)],
    ['within JSON in JSON', inJson(inJson(TOKEN))],
    ['in an address', encodeURIComponent(TOKEN)],
    ['in an address, but for /', encodeURIComponent(TOKEN).replaceAll('%2F', '/').toLowerCase()],
    ['by the numbers of its characters', TOKEN.replaceAll(/[^\w]/g, (c) => `\\u00${c.charCodeAt(0).toString(16)}`)],
    ['in HTML', TOKEN.replaceAll('"', '&quot;')],
    ['in hex', Buffer.from(TOKEN).toString('hex')],
    ['in base64', Buffer.from(TOKEN).toString('base64')],
  ])('%s, wherever a chunk ends in it', (_how, form) => {
    const bytes = Buffer.from(`<${form}>`);
    for (let at = 0; at <= bytes.length; at++) {
      expect(shown([TOKEN], bytes.subarray(0, at), bytes.subarray(at)).text).toBe('<[redacted]>');
    }
  });

  test('byte by byte, too', () => {
    const bytes = Buffer.from(`a ${TOKEN} b ${TOKEN}`);
    expect(shown([TOKEN], ...Array.from(bytes, (byte) => Uint8Array.of(byte))).text).toBe('a [redacted] b [redacted]');
  });

  test('of several lines', () => {
    expect(shown([KEY], 'key:\n', KEY, '\nend').text).toBe('key:\n[redacted]\nend');
  });

  test('of several lines that are printed one by one', () => {
    expect(shown([KEY], '> MIIEvQIBADANBg\n> kqhkiG9w0BAQEF\n').text).toBe('> [redacted]\n> [redacted]\n');
  });

  test.each([
    ['the longer one', 'deploy-token-prod', '[redacted]'],
    ['the shorter one', 'deploy-token-test', '[redacted]-test'],
  ])('that holds another, when %s is printed', (_which, printed, expected) => {
    expect(shown(['deploy-token', 'deploy-token-prod'], printed).text).toBe(expected);
  });

  test('that overlaps another', () => {
    expect(shown(['abcdefgh', 'efghijkl'], '<abcdefghijkl>').text).toBe('<[redacted]>');
  });

  test('that overlaps itself, without an end', () => {
    expect(shown(['aaaaaaaa'], ...Array<string>(100).fill('a'.repeat(1_000)), 'b').text).toBe('[redacted]b');
  });
});

/** The bytes, cut where the sizes say. */
function cut(bytes: Buffer, sizes: readonly number[]): readonly Buffer[] {
  const [size = bytes.length, ...rest] = sizes;
  return size >= bytes.length ? [bytes] : [bytes.subarray(0, size), ...cut(bytes.subarray(size), rest)];
}
const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 20 });

test('whatever the secret is, however each of its characters is spelled and wherever chunks end, it is replaced', () => {
  fc.assert(
    fc.property(spelledSecret, sizes, ({ secret, spelled }, at) => {
      const { text } = shown([secret], ...cut(Buffer.from(`<${spelled}>`), at));
      expect(text).toMatch(/^<\\*\[redacted\]>$/); // backslashes before the first character may stay
    }),
  );
});

test('a text without a secret is shown as it is, wherever chunks end', () => {
  const pieces = fc.constantFrom(
    'canary',
    '-7!',
    '%2d',
    '\\u002d',
    '\\',
    '&',
    '&#45;',
    '"',
    "'",
    'ca',
    '%',
    '\n',
    'ü',
    '😀',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), sizes, (all, at) => {
      const text = all.join('');
      expect(shown(['canary-7Z!', `'"\\%&7Z`], ...cut(Buffer.from(text), at)).text).toBe(text);
    }),
  );
});

describe('a secret under 8 characters is replaced', () => {
  test.each([
    ['where it stands alone', 'with (abc), abc', 'with ([redacted]), [redacted]'],
    ['not within a word', 'abcd xabc abc_ 0abc', 'abcd xabc abc_ 0abc'],
    ['behind an escape', '"a\\nabc" a%20abc \u001b[31mabc', '"a\\n[redacted]" a%20[redacted] \u001b[31m[redacted]'],
  ])('%s', (_where, printed, expected) => {
    for (let at = 0; at <= printed.length; at++) {
      expect(shown(['abc'], printed.slice(0, at), printed.slice(at)).text).toBe(expected);
    }
  });
});

describe('what is held back', () => {
  test('is only what may begin a secret', () => {
    const { parts } = shown(['secret-1'], 'draining\n', 'is sec', 'ond; sec', 'ret-1\n');
    expect(parts).toEqual(['draining\n', 'is ', 'second; ', '[redacted]\n']);
  });

  test('is shown at the end', () => {
    expect(shown(['secret-1'], 'it was a sec').text).toBe('it was a sec');
  });

  test('is never longer than the longest form', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('secret', '-1', 'se', '-', 'x\n'), { maxLength: 200 }), (chunks) => {
        const mask = new Mask(new KnownSecrets(['secret-1']));
        let behind = 0;
        for (const chunk of chunks.map((text) => text.replace('-1', '-2'))) {
          behind += chunk.length - mask.write(Buffer.from(chunk)).length;
          expect(behind).toBeLessThanOrEqual('c2VjcmV0LTE='.length);
        }
      }),
    );
  });
});

test('however the bytes are cut into chunks, what is shown is the same', () => {
  const secrets = ['secret-1', 'ret-1sec', 'abc', KEY];
  const pieces = fc.oneof(
    fc.constantFrom('secret-1', 'secret-1sec', 'ret-1', 'sec', 'abc', ' ', '\n', KEY.slice(0, 30), KEY),
    fc.string({ unit: anyCharacter, maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), fc.integer({ min: 1, max: 9 }), (all, size) => {
      const whole = Buffer.from(all.join(''));
      const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
        whole.subarray(index * size, (index + 1) * size),
      );
      expect(shown(secrets, ...chunks).text).toBe(shown(secrets, whole).text);
    }),
  );
});

test('without secrets every byte passes as it is', () => {
  expect(shown([], Uint8Array.of(0xff, 0x00)).parts).toEqual([String(Buffer.from([0xff, 0x00]))]);
});

test('nothing of a secret stands at either side of the cut', () => {
  const secret = 'S3CR'.repeat(8);
  const known = new KnownSecrets([secret]);
  const flood = 'y'.repeat(2 * MAX_BYTES);
  for (let before = 16 * 1024 - 40; before < 16 * 1024 + 10; before++) {
    const output = new Output();
    output.write(Buffer.from(masked('x'.repeat(before) + secret + flood + secret + 'z'.repeat(before), known)));
    expect(output.whole).toContain('bytes cut');
    expect(output.whole).not.toMatch(/S3|3C|CR|RS/);
  }
});

describe('a secret that is printed with what is taken out in it', () => {
  const secret = 'dGhpc-is-a-S3cret';
  const between = (what: string) => `${secret.slice(0, 5)}${what}${secret.slice(5)}`;

  test.each([
    ['a colour', '\u001b[31m'],
    ['what grep writes', '\u001b[m\u001b[K'],
    ['a title', '\u001b]0;t\u0007'],
    ['a link', '\u001b]8;;https://x.example\u001b\\'],
    ['NUL', '\0'],
    ['a bell', '\u0007'],
    ['a mark of direction', '\u202e'],
    ['zero-width characters', '\u200b\u200d\u200d\ufe0f'],
    ['a soft hyphen', '\u00ad'],
    ['tag characters', '\u{e0041}'],
  ])('%s, is hidden', (_what, what) => {
    expect(through(secret, Buffer.from(between(what)))).toBe('[redacted]');
    expect(through(secret, Buffer.from([...secret].join(what)))).toBe('[redacted]');
  });

  test('two bytes a character, is hidden', () => {
    expect(through(secret, Buffer.from(secret, 'utf16le'))).toBe('[redacted]');
  });

  /** As a run's output passes, byte for byte. */
  function through(known: string, bytes: Buffer): string {
    const [cleaner, mask] = [new Cleaner(), new Mask(new KnownSecrets([known]))];
    const parts = [...bytes].map((byte) => mask.write(cleaner.write(Uint8Array.of(byte))));
    return Buffer.concat([...parts, mask.write(cleaner.end()), mask.end()]).toString();
  }
});
