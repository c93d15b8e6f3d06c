import { RE2JS } from 're2js';
import { nearest } from '../domain/nearest.ts';
import type { Scanner } from './scanner.ts';

/** What a matcher can look at beside labels. */
const FIELDS = ['source', 'severity', 'status', 'title', 'monitor', 'url', 'key'] as const;
export type Field = (typeof FIELDS)[number];

/** One condition. `name` is a field, or `labels.` and the label's name. */
export type Matcher =
  | { readonly name: Field | `labels.${string}`; readonly operator: '=' | '!='; readonly value: string }
  | {
      readonly name: Field | `labels.${string}`;
      readonly operator: '=~' | '!~';
      readonly value: string;
      readonly pattern: RE2JS; // linear time, whatever the pattern
    };

/** The words a field can ever have: comparing it with another is a mistake. */
const WORDS: Readonly<Partial<Record<Field, readonly string[]>>> = {
  severity: ['critical', 'error', 'warning', 'info'],
  status: ['firing', 'acknowledged', 'resolved'],
};

const MAX_PATTERN = 500; // characters
const MAX_PATTERN_PROGRAM = 1_000; // RE2 instructions: a match takes at most this many steps a character

const NAME = /[A-Za-z_](?:[\w./]|-(?!>))*/y;
const OPERATOR = /[=!~<>]+/y;
const QUOTED = /"(?:[^"\\]|\\.)*"/sy;
const BARE = /(?:[^\s,;"-]|-(?!>))+/y; // up to space, comma, semicolon, quote or arrow
const REST_OF_MATCHER = /(?:"(?:[^"\\]|\\.)*"|(?!->|,).)*/sy;

/** Reads matchers up to `->` or the end. Goes on behind a fault, so that all of them are found. */
export function readMatchers(scanner: Scanner): readonly Matcher[] {
  const matchers: Matcher[] = [];
  do {
    const matcher = readMatcher(scanner);
    if (matcher) matchers.push(matcher);
    else scanner.take(REST_OF_MATCHER);
  } while (scanner.take(/,/y));
  return matchers;
}

function readMatcher(scanner: Scanner): Matcher | undefined {
  scanner.skipSpace();
  const nameAt = scanner.at;
  const written = scanner.take(NAME);
  if (written === undefined)
    return scanner.fault(nameAt, 'a matcher is missing', 'write name=value, such as severity=critical');
  if (written === 'labels.') return scanner.fault(nameAt, 'the label has no name', 'write labels.team=payments');
  const name = subject(written);

  scanner.skipSpace();
  const operatorAt = scanner.at;
  const operator = scanner.take(OPERATOR) ?? '';
  if (!isOperator(operator))
    return scanner.fault(
      operatorAt,
      operator ? `"${operator}" is no operator` : `"${written}" is compared with nothing`,
      'write =, !=, =~ (pattern) or !~ after the name, and quotes around a value that begins so',
    );

  scanner.skipSpace();
  const valueAt = scanner.at;
  const value = readValue(scanner);
  if (value === undefined) return undefined;
  if (!endsWell(scanner)) return undefined;

  return operator === '=' || operator === '!='
    ? compared(scanner, valueAt, name, operator, value)
    : matched(scanner, valueAt, name, operator, value);
}

function subject(written: string): Matcher['name'] {
  if ((FIELDS as readonly string[]).includes(written)) return written as Field;
  return written.startsWith('labels.') ? (written as `labels.${string}`) : `labels.${written}`;
}

function isOperator(text: string): text is Matcher['operator'] {
  return text === '=' || text === '!=' || text === '=~' || text === '!~';
}

/** A bare word, or a quoted value. In quotes `\"` and `\\` are escapes; every other backslash is itself, as patterns want it. */
function readValue(scanner: Scanner): string | undefined {
  if (!scanner.looksAt(/"/y)) {
    return (
      scanner.take(BARE) ??
      scanner.fault(scanner.at, 'a value is missing', 'write it after the operator; "" is an absent label')
    );
  }
  const quoted = scanner.take(QUOTED);
  return quoted === undefined
    ? scanner.fault(scanner.at, 'the quoted value is not closed', 'end it with "; write a quote inside it as \\"')
    : quoted.slice(1, -1).replaceAll(/\\(["\\])/g, '$1');
}

function endsWell(scanner: Scanner): boolean {
  scanner.skipSpace();
  if (scanner.ended || scanner.looksAt(/,|->/y)) return true;
  scanner.fault(
    scanner.at,
    'the matcher goes on after its value',
    'put a comma between matchers, and quotes around a value with spaces, commas or semicolons',
  );
  return false;
}

function compared(scanner: Scanner, at: number, name: Matcher['name'], operator: '=' | '!=', value: string) {
  const words = WORDS[name as Field];
  if (!words || words.includes(value)) return { name, operator, value };
  const near = nearest(value, words);
  return scanner.fault(
    at,
    `${name} is never "${value}"`,
    `${near ? `did you mean ${near}? ` : ''}It is one of ${words.join(', ')}; a label of that name is labels.${name}`,
  );
}

function matched(scanner: Scanner, at: number, name: Matcher['name'], operator: '=~' | '!~', value: string) {
  if (value.length > MAX_PATTERN)
    return scanner.fault(at, 'the pattern is too long', `use at most ${MAX_PATTERN} characters, or several routes`);
  let pattern: RE2JS;
  try {
    pattern = RE2JS.compile(value, RE2JS.DOTALL); // as Prometheus does: `.` is any character
  } catch (error) {
    return scanner.fault(
      at,
      `the pattern cannot be read: ${complaint(error as Error)}`,
      'use RE2 syntax as in Prometheus: no look-around, no back-references, repeats up to 1000',
    );
  }
  if (pattern.programSize() > MAX_PATTERN_PROGRAM)
    return scanner.fault(at, 'the pattern would be slow', 'use smaller repeats, such as .* for .{0,500}');
  return { name, operator, value, pattern };
}

/** Without what the engine adds: its prefix, and the flag that stands for DOTALL. */
function complaint(error: Error): string {
  return error.message.replace('error parsing regexp: ', '').replace('`(?s)', '`');
}
