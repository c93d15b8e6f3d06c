import { add, lazily, type Place, placeOf, reading, type Step, type Then } from './automaton.ts';
import type { SecretForm } from './secret-forms.ts';

/**
 * Before the first character of a secret. Each of its characters may be spelled in its own way, as programs do:
 * percent-encoding, JSON and JSON in JSON, HTML, shells and source text. A form that is encoded as a whole keeps its letters and digits.
 */
export function beginningOf({ text, short, encoded }: SecretForm): Place {
  const characters = [...text.replace(BACKSLASHES_BEFORE, '')];
  const at = characters.reduceRight<Then>(
    (then, character, index) =>
      lazily(() => {
        const isFirst = index === 0;
        if (!encoded) return spelled(character, isFirst, then);
        const code = /[A-Za-z0-9]/.test(character)
          ? reading([asItIs(character)], then)
          : spelled(character, isFirst, then);
        return isFirst || short ? code : gapped(code);
      }),
    lazily(() => placeOf(short ? 'short' : 'long')),
  );
  return at();
}

const MOST_GAP = 3;

/** As `base64` breaks its lines, and `od` and its like set bytes apart; also where a line break is written in JSON. */
function gapped(code: Place, most = MOST_GAP): Place {
  const place = placeOf();
  place.also.push(() => code);
  if (most === 0) return place;
  const further = lazily(() => gapped(code, most - 1));
  add(place, ['\n\r :-'], further);
  add(place, ['\\', 'nr'], further);
  return place;
}

/** Where enough stands behind them they tell nothing, and would make a text full of backslashes costly to read. */
const BACKSLASHES_BEFORE = /^\\+(?=[^\\].{7})/s;

/** Each level of quoting puts backslashes before a character. Before the first one but the nearest is needed, if any. */
function spelled(character: string, isFirst: boolean, then: Then): Place {
  const plain = reading([asItIs(character), ...(OTHERS[character] ?? [])], then);
  addPercents(plain, [...Buffer.from(character)], then);
  add(plain, ['&'], entity(character, then));
  addQuotes(plain, character, then);
  const escaped = lazily(() => {
    const place = placeOf();
    for (const units of escapes(character)) addUnits(place, units, then);
    add(place, ['u', ...hexDigits('0026')], entity(character, then));
    return place;
  });

  const quoted = placeOf();
  quoted.also.push(escaped);
  if (!isFirst) quoted.also.push(() => plain);
  if (character === '\\') quoted.also.push(then);
  const entry = placeOf();
  entry.also.push(
    () => plain,
    backslashes(() => quoted, isFirst ? 1 : MOST_BACKSLASHES),
  );
  return entry;
}

const MOST_BACKSLASHES = 32; // each level of JSON doubles them, and a line of the log is one more

/** One to `most` backslashes, as they are or percent-encoded. */
function backslashes(then: Then, most = MOST_BACKSLASHES): Then {
  return lazily(() => {
    const behind = placeOf();
    behind.also.push(then);
    if (most > 1) behind.also.push(backslashes(then, most - 1));
    const place = reading([['\\']], () => behind);
    addPercents(place, [0x5c], () => behind);
    return place;
  });
}

const MOST_AGAIN = 2; // a sign that was encoded itself: `%252f`, `&amp;lt;`

/** `%2f` and `%2F`. */
function addPercents(from: Place, [byte, ...rest]: readonly number[], then: Then): void {
  if (byte === undefined) return;
  const onward = rest.length === 0 ? then : lazily(() => withPercents(rest, then));
  const digits = (again: number): Then =>
    lazily(() => {
      const place = reading([hexDigits(hex(byte, 2))], onward);
      if (again > 0) add(place, ['2', '5'], digits(again - 1));
      return place;
    });
  add(from, ['%'], digits(MOST_AGAIN));
}

function withPercents(bytes: readonly number[], then: Then): Place {
  const place = placeOf();
  addPercents(place, bytes, then);
  return place;
}

/** What else stands for a character without a backslash. */
const OTHERS: Readonly<Record<string, readonly (readonly Step[])[]>> = {
  ' ': [['+']], // a form
  '\n': [['\r', '\n']],
};

/** What stands behind backslashes: in JSON, JavaScript, Python, and a shell's `$'…'`. Between two units come backslashes again. */
function escapes(character: string): readonly (readonly (readonly Step[])[])[] {
  const point = character.codePointAt(0) as number;
  const bytes = [...Buffer.from(character)];
  const letter = LETTERS[character];
  return [
    character.split('').map((unit) => ['u', ...hexDigits(hex(unit.charCodeAt(0), 4))]),
    [['u', '{', ...hexDigits(hex(point, 1)), '}']],
    [['U', ...hexDigits(hex(point, 8))]],
    bytes.map((byte) => ['x', ...hexDigits(hex(byte, 2))]),
    ...(point > 0x7f && point <= 0xff ? [[['x', ...hexDigits(hex(point, 2))]]] : []),
    bytes.map((byte) => [...byte.toString(8).padStart(3, '0')]),
    ...(letter === undefined ? [] : [[[letter]]]),
  ];
}

const LETTERS: Readonly<Record<string, string>> = {
  '\u0007': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\u001b': 'e',
};

function addUnits(from: Place, [unit, ...rest]: readonly (readonly Step[])[], then: Then): void {
  if (unit === undefined) return;
  if (rest.length === 0) {
    add(from, unit, then);
    return;
  }
  const others = lazily(() => {
    const place = placeOf();
    addUnits(place, rest, then);
    return place;
  });
  add(from, unit, backslashes(others));
}

const NAMES: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** `amp;`, `#38;`, `#038;` or `#x26;`: what stands behind the ampersand. */
function entity(character: string, then: Then, again = MOST_AGAIN): Then {
  return lazily(() => {
    const point = character.codePointAt(0) as number;
    const decimals = new Set([0, 3, 4].map((width) => String(point).padStart(width, '0')));
    const hexes = new Set([1, 2, 4].map((width) => hex(point, width)));
    const name = NAMES[character];
    const place = reading(
      [
        ...[...decimals].map((digits) => ['#', ...digits, ';']),
        ...[...hexes].map((digits) => ['#', 'xX', ...hexDigits(digits), ';']),
        ...(name === undefined ? [] : [[...name, ';']]),
      ],
      then,
    );
    if (again > 0) add(place, [...'amp;'], entity(character, then, again - 1));
    return place;
  });
}

/** Quotes in quotes: doubled (CSV, SQL, YAML), and a shell's `'\''` and `'"'"'`; each behind backslashes, too. */
function addQuotes(from: Place, character: string, then: Then): void {
  for (const chain of QUOTED_QUOTES[character] ?? []) {
    const [first, ...rest] = chain;
    const others = rest.reduceRight<Then>((onward, quote) => {
      const bare = lazily(() => reading([[quote]], onward));
      return lazily(() => {
        const place = placeOf();
        place.also.push(bare, backslashes(bare));
        return place;
      });
    }, then);
    add(from, [first as string], others);
  }
}

const QUOTED_QUOTES: Readonly<Record<string, readonly string[]>> = { "'": [`''`, `'''`, `'"'"'`], '"': [`""`] };

const asItIs = (text: string): readonly Step[] => [...Buffer.from(text)].map((byte) => String.fromCharCode(byte));
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
const hexDigits = (digits: string): readonly Step[] =>
  [...digits].map((digit) => `${digit.toLowerCase()}${digit.toUpperCase()}`);
