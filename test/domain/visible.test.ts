import fc from 'fast-check';
import { expect, test } from 'vitest';
import { visible } from '../../src/domain/visible.ts';
import { anyCharacter } from '../support/any-character.ts';

const PILE = '\u0301'.repeat(8);
const ENCLOSED = '\u0489'.repeat(8);

test.each([
  ['controls', 'a\0b\u0007c\u001B[31md\u007Fe\u009Bf', 'a\uFFFDb\uFFFDc\uFFFD[31md\uFFFDe\uFFFDf'],
  ['line breaks of every kind, and tabs', 'a\r\nb\rc\u2028d\u2029e\tf\ng', 'a\nb\nc\nd\ne f\ng'],
  ['overrides and isolates', 'safe\u202Egpj.exe \u2066x\u2069', 'safe\uFFFDgpj.exe \uFFFDx\uFFFD'],
  ['direction marks', 'a\u200Eb\u200Fc\u061Cd', 'a\uFFFDb\uFFFDc\uFFFDd'],
  ['spaces without width', 'a\u200Bb\u2060c\uFEFFd', 'a\uFFFDb\uFFFDc\uFFFDd'],
  ['hyphens that are not drawn', 'pass\u00ADword', 'pass\uFFFDword'],
  ['a Mongolian separator', 'a\u180Eb', 'a\uFFFDb'],
  ['Hangul fillers', 'a\u115F\u1160\u3164\uFFA0', 'a\uFFFD\uFFFD\uFFFD\uFFFD'],
  ['tags', 'a\u{E0001}\u{E0068}\u{E0069}\u{E007F}', 'a\uFFFD\uFFFD\uFFFD\uFFFD'],
  ['annotations', '\uFFF9a\uFFFAb\uFFFB', '\uFFFDa\uFFFDb\uFFFD'],
  ['what is no character', 'a\uFDD0b\uFFFEc\u{1FFFF}', 'a\uFFFDb\uFFFDc\uFFFD'],
  ['halves of pairs', 'a\uD800b\uDC00', 'a\uFFFDb\uFFFD'],
  ['a joiner that joins nothing', '@\u200Deveryone a\u200D \u200Cb', '@\uFFFDeveryone a\uFFFD \uFFFDb'],
  ['a joiner after a joiner', 'a\u200D\u200Db', 'a\uFFFD\uFFFDb'],
  ['a joiner beside a filler', 'a\u200D\u3164', 'a\uFFFD\uFFFD'],
  ['a selector that selects nothing', 'a\uFE0F \uFE00b 1\uFE0F', 'a\uFFFD \uFFFDb 1\uFFFD'],
  ['a second selector', '❤\uFE0F\uFE0F', '❤\uFE0F\uFFFD'],
  ['marks that pile up', `a${'\u0301'.repeat(9)}b${'\u0489'.repeat(5_000)}`, `a${PILE}\uFFFDb${ENCLOSED}\uFFFD`],
  ['marks that pile up on nothing', '\u0301'.repeat(20), `${PILE}\uFFFD`],
  ['marks that pile up around joiners', `a${'\u0301\u200D'.repeat(50)}b`, `a${'\u0301\u200D'.repeat(3)}\u0301\uFFFDb`],
  ['selectors that hide bytes', '😀\u{E0130}\u{E0131}', '😀\uFFFD\uFFFD'],
])('%s are made visible', (_what, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test.each([
  ['lines', 'one\n\ntwo'],
  ['emoji', '✅ 😀 ⚠️ ☎︎ 1️⃣ 🇩🇪'],
  ['emoji that are joined', '👩‍👩‍👧 👩🏽‍🚀 👩‍❤️‍👨 🏴‍☠️ 👁️‍🗨️ 🏳️‍🌈'],
  ['accents', 'e\u0301 Łukasz'],
  ['Persian', 'می\u200Cخواهم'],
  ['Hindi', 'क्\u200Dष'],
  ['Hebrew and Arabic', 'נבדק خادم'],
  ['a number sign of Arabic', '\u0601123'],
  ['variants of Han', '葛\u{E0100} \u795E\uFE00'],
  ['variants of Mongolian', 'ᠠ\u180B'],
  ['Vietnamese in parts', 'Tie\u0302\u0301ng Vie\u0323\u0302t'],
  ['Thai', 'ที่นี่มีปัญหา'],
  ['Hebrew with points and accents', 'בְּרֵאשִׁ֖ית בָּרָ֣א שּׁ\u05B0\u0596'],
  ['Arabic with vowels', 'بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ'],
  ['Devanagari', 'क्षत्रिय स्त्री ज्ञान र्ड्डिंः'],
  ['Burmese', 'မြန်မာ ကြွှော့း'],
  ['Tibetan', 'བསྒྲུབས་ ཧྐྵྨླྺྼྻྂ'],
  ['letters in circles', 'a\u20DD b\u20DF'],
  ['eight marks', `a${'\u0301'.repeat(8)}`],
  ['letters that are kept apart', 'Auf\u200Clage'],
  ['spaces of other widths', 'a\u00A0b\u3000c\u2009d'],
])('%s stay as they are', (_what, text) => {
  expect(visible(text)).toBe(text);
});

const UNSEEN =
  '\0 \t \r \u001B \u007F \u0085 \u00AD \u034F \u061C \u115F \u180B \u180E \u200B \u200C \u200D \u200E \u2028 \u202E \u2060 \u2066 \u3164 \uFE0F \uFEFF \uFFA0 \uFFF9 \uFDD0 \uD83D \uDC00 \u{E0041} \u{E0101}'.split(
    ' ',
  );
const SEEN = [
  'a',
  'z',
  '1',
  '#',
  ' ',
  '\n',
  '葛',
  'ᠠ',
  'می',
  'क्',
  'o\u0302\u0301',
  '😀',
  '❤',
  '🏽',
  '🇩',
  '\u20E3',
  '\uFFFD',
  '@',
];
const mixed = fc.oneof(
  fc.array(fc.constantFrom(...UNSEEN, ...SEEN)).map((parts) => parts.join('')),
  fc.string({ unit: anyCharacter }),
);

test('nothing that is not seen comes through, but joiners and selectors at work', () => {
  fc.assert(
    fc.property(mixed, (text) => {
      const shown = visible(text);
      expect(shown.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cs}\p{Bidi_Control}\p{Zl}\p{Zp}]/u);
      expect(shown.replaceAll(/[\p{Join_Control}\p{Variation_Selector}]/gu, '')).not.toMatch(
        /\p{Default_Ignorable_Code_Point}/u,
      );
      expect(shown).not.toMatch(
        /(?:^|[\s@\uFFFD])[\p{Join_Control}\p{Variation_Selector}]|\p{Join_Control}(?:$|[\s@\uFFFD])/u,
      );
    }),
    { numRuns: 5_000 },
  );
});

test('no more than eight marks stand on one character', () => {
  const marks = fc.array(
    fc.constantFrom('a', '\u0301', '\u0489', '\u0E49', '\u05B0', '\u0903', '\u200D', '\u200C', '\uFE0F', '\u034F'),
    {
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(marks, (parts) => {
      const shown = visible(parts.join(''));
      expect(shown).not.toMatch(/[\p{M}\p{Join_Control}]{9}/u);
      expect(visible(shown)).toBe(shown);
    }),
    { numRuns: 2_000 },
  );
});

test('text that is all seen is unchanged, and what was made visible stays so', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...SEEN)), mixed, (seen, text) => {
      expect(visible(seen.join(''))).toBe(seen.join(''));
      expect(visible(visible(text))).toBe(visible(text));
    }),
    { numRuns: 5_000 },
  );
});
