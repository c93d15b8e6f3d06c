import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Cleaner } from '../../src/runbooks/clean.ts';
import { MAX_BYTES, Output } from '../../src/runbooks/output.ts';
import { anyCharacter } from '../support/any-character.ts';

const bytes = (text: string) => Buffer.from(text);

/** An output behind its cleaner, as a run has them. */
function cleanOutput() {
  const [output, cleaner] = [new Output(), new Cleaner()];
  return {
    write: (chunk: string | Uint8Array) =>
      output.write(cleaner.write(typeof chunk === 'string' ? bytes(chunk) : chunk)),
    end: () => output.write(cleaner.end()),
    take: (last?: boolean) => output.take(last),
    whole: () => output.whole,
  };
}

function printed(...chunks: readonly (string | Uint8Array)[]): string {
  const output = cleanOutput();
  for (const chunk of chunks) output.write(chunk);
  output.end();
  return output.whole();
}

test('what was printed stands there as it was', () => {
  expect(printed('draining\n', '\thealthy ✓\n')).toBe('draining\n\thealthy ✓\n');
});

test.each([
  ['colours', '\u001b[1;31mdown\u001b[0m', 'down'],
  ['the cursor', 'a\u001b[2K\u001b[1Gb', 'ab'],
  ['a title', '\u001b]0;my title\u0007text', 'text'],
  ['a link', '\u001b]8;;https://example.com\u001b\\text\u001b]8;;\u001b\\', 'text'],
  ['a sequence without an end', '\u001b]0;never closed', ']0;never closed'],
  ['progress on one line', '10 %\r20 %\r\ndone', '10 %\n20 %\ndone'],
  ['control characters', 'a\u0000b\u0007c\u0085d\u007fe', 'abcde'],
  ['what reorders text', 'a\u202eb\u2066c', 'abc'],
  ['what nobody sees', 'a\u200bb\u00adc\u200ed\u{e0041}e', 'abcde'],
  ['text of two bytes a character', Buffer.from('down', 'utf16le').toString('latin1'), 'down'],
  ['pictures made of several', '👨‍👩‍👧 ❤️ 1️⃣ 👍🏽', '👨‍👩‍👧 ❤️ 1️⃣ 👍🏽'],
])('%s leave plain text', (_what, raw, shown) => {
  expect(printed(raw)).toBe(shown);
});

test('a byte that is no UTF-8 is a question mark', () => {
  expect(printed(Buffer.from([0x61, 0xff, 0x62]))).toBe('a?b');
});

test('no more than 64 KB are kept: the head, how much is missing, and the tail', () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `line ${index}\n`).join('');
  const whole = printed(lines);
  expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(MAX_BYTES);
  expect(whole).toMatch(/^line 0\nline 1\n/);
  expect(whole).toMatch(/\n… [\d,]+ bytes cut …\nline \d+\n/);
  expect(whole).toMatch(/\nline 49999\n$/);
  const cut = Number(/… ([\d,]+) bytes cut …/.exec(whole)?.[1]?.replaceAll(',', ''));
  expect(Buffer.byteLength(whole) + cut).toBeCloseTo(lines.length, -2);
});

test.each([
  ['one line', Buffer.alloc(1_000_000, 'x')],
  ['noise', Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7919) % 256))],
  ['long characters', Buffer.from('😀'.repeat(100_000))],
])('%s without end stays within 64 KB', (_what, raw) => {
  const whole = printed(raw);
  expect(Buffer.byteLength(whole)).toBeLessThanOrEqual(MAX_BYTES);
  expect(whole).toContain('bytes cut');
});

test('after a cut stands exactly what was printed last', () => {
  const text = Array.from({ length: 40_000 }, (_, index) => `line ${index}\n`).join('');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 90_000 }), { minLength: 1, maxLength: 60 }), (sizes) => {
      const chunks: string[] = [];
      for (let at = 0; chunks.length < sizes.length; at += chunks.at(-1)?.length ?? 0) {
        chunks.push(text.slice(at, at + (sizes[chunks.length] as number)));
      }
      const [head, tail = ''] = printed(...chunks).split(/\n… [\d,]+ bytes cut …\n/);
      const whole = chunks.join('');
      expect(whole.startsWith(head as string)).toBe(true);
      expect(whole.endsWith(tail)).toBe(true);
      expect(tail === '' || tail.startsWith('line ')).toBe(true);
    }),
    { numRuns: 50 },
  );
});

const pieces = fc.array(
  fc.oneof(
    fc.string({ unit: anyCharacter, maxLength: 40 }).map(bytes),
    fc.uint8Array({ maxLength: 20 }).map((raw) => Buffer.from(raw)),
    fc.constantFrom('\u001b[31m', '\u001b]0;t\u0007', '\u001b', '\r', '\r\n', '€', '😀', 'plain\n').map(bytes),
  ),
  { maxLength: 30 },
);

describe('in parts', () => {
  test('however it is cut into chunks, it is the same text', () => {
    fc.assert(
      fc.property(pieces, fc.integer({ min: 1, max: 7 }), (all, size) => {
        const whole = Buffer.concat(all);
        const cut = Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
          whole.subarray(index * size, (index + 1) * size),
        );
        expect(printed(...cut)).toBe(printed(whole));
      }),
    );
  });

  test('the parts, one after the other, are the whole', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        const output = cleanOutput();
        let shown = '';
        for (const piece of all) {
          output.write(piece);
          shown += output.take()?.added ?? '';
        }
        output.end();
        shown += output.take(true)?.added ?? '';
        expect(shown).toBe(output.whole());
      }),
    );
  });

  test('half a character and half a sequence wait for their rest', () => {
    const output = cleanOutput();
    output.write(Buffer.from([0x61, 0xe2, 0x82]));
    expect(output.take()?.added).toBe('a');
    expect(output.take()).toBeUndefined();
    output.write(Buffer.from([0xac, 0x1b, 0x5b]));
    expect(output.take()?.added).toBe('€');
    output.write(bytes('31mred'));
    expect(output.take()).toEqual({ whole: 'a€red', added: 'red' });
  });

  test('a flood between two looks is told as one cut', () => {
    const output = cleanOutput();
    output.write(bytes('begin\n'));
    output.take();
    output.write(bytes('y\n'.repeat(1_000_000)));
    expect(output.take()?.added).toMatch(/^y\n[y\n]*\n… [\d,]+ bytes cut …\ny\n[y\n]*$/);
    output.write(bytes('end\n'));
    expect(output.take()?.added).toBe('end\n');
  });
});

test('sequences made to be slow to read are read in time', () => {
  const hostile = [
    '\u001b[0'.repeat(20_000),
    `\u001b[${'0'.repeat(60_000)}`,
    '\u001b]'.repeat(30_000),
    `\u001b${';'.repeat(60_000)}`,
  ];
  const start = performance.now();
  for (const text of hostile) printed(text);
  expect(performance.now() - start).toBeLessThan(5_000);
});
