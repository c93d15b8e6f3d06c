import fc from 'fast-check';
import { anyCharacter } from '../support/any-character.ts';

/** Holds all that encodings change. */
export const SECRET = `tok'en"/<&>\\ü😀 +%-5f2b`;

export const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
const unicode = (character: string) => character.split('').map((unit) => `\\u${hex(unit.charCodeAt(0), 4)}`);
const bytes = (character: string, each: (byte: number) => string) => [...Buffer.from(character)].map(each).join('');
const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

const WAYS: readonly ((character: string) => string)[] = [
  (character) => character,
  (character) => bytes(character, (byte) => `%${hex(byte, 2)}`),
  (character) => bytes(character, (byte) => `%${hex(byte, 2).toUpperCase()}`),
  (character) => bytes(character, (byte) => `%25${hex(byte, 2)}`),
  (character) => (character === ' ' ? '+' : character),
  (character) => unicode(character).join(''),
  (character) => unicode(character).join('').toUpperCase().replaceAll('U', 'u'),
  (character) => bytes(character, (byte) => `\\x${hex(byte, 2)}`),
  (character) => bytes(character, (byte) => `\\${byte.toString(8).padStart(3, '0')}`),
  (character) => (/[\w]/.test(character) ? character : `\\${character}`),
  (character) => `&#${character.codePointAt(0)};`,
  (character) => `&#x${hex(character.codePointAt(0) as number, 2)};`,
  (character) => NAMED[character] ?? character,
  (character) => (character === "'" ? `'\\''` : character),
  inJson,
];

/** A secret, and how it stands in a text: each character in some spelling, the whole in so many levels of JSON. */
export const spelledSecret = fc
  .array(fc.tuple(fc.string({ unit: anyCharacter, minLength: 1, maxLength: 1 }), fc.constantFrom(...WAYS)), {
    minLength: 8,
    maxLength: 24,
  })
  .filter(
    (all) =>
      all
        .map(([character]) => character)
        .join('')
        .trim() !== '',
  )
  .chain((all) =>
    fc.integer({ min: 0, max: 3 }).map((levels) => {
      let spelled = all.map(([character, spell]) => spell(character)).join('');
      for (let level = 0; level < levels; level++) spelled = inJson(spelled);
      return { secret: all.map(([character]) => character).join(''), spelled };
    }),
  );
