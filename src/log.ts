import { type DestinationStream, type Logger, pino } from 'pino';
import { REDACTED, type SecretForm, secretForms } from './domain/secret-forms.ts';

/**
 * The log: JSON lines, for stdout unless told otherwise. No line holds one of `secrets`, nor what stands in a header or
 * an address that carries one, at any level and in any depth: each line is cleaned as it is written.
 */
export function createLog(
  level: string,
  secrets: readonly string[] | (() => readonly string[]), // a function where they may change
  destination?: DestinationStream,
): Logger {
  const scrub = typeof secrets === 'function' ? following(secrets) : scrubber(secrets);
  return pino({ level, hooks: { streamWrite: scrub } }, destination ?? pino.destination(1));
}

/** Fields and headers whose value is a secret whatever it is. */
const SECRET_NAMES =
  '(?:proxy-)?authorization|(?:set-)?cookie|[\\w-]*(?:signature|token|secret|password|api-?key)|webhook_?url';
const JSON_STRING = '"(?:[^"\\\\]|\\\\.)*"';

/** `"x-signature":"…"`, also as neighbours in Node's rawHeaders, also a list of values. */
const BY_NAME = new RegExp(`(?<!:)("(?:${SECRET_NAMES})"[:,])(?:${JSON_STRING}|\\[(?:${JSON_STRING},?)*\\])`, 'gi');

/** What gives itself away by its form, wherever it stands. */
const BY_FORM: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, `$1 ${REDACTED}`],
  [/([?&](?:[\w-]*token|key|sig|signature|secret|password)=)[^&#\s"\\]+/gi, `$1${REDACTED}`],
  [/\b(sha256=|v\d[a-z]?[=,])[\w+/=-]{32,}/gi, `$1${REDACTED}`],
  [/(\/\/[^/\s"@:]*:)[^/\s"@]+@/g, `$1${REDACTED}@`], // a password in an address
  [/(\/a\/)[\w.~-]{16,}/g, `$1${REDACTED}`], // a signed link
  [/(hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/)[^\s"\\]+/gi, `$1${REDACTED}`],
  [/(discord(?:app)?\.com\/api\/(?:v\d+\/)?webhooks\/)[^\s"\\]+/gi, `$1${REDACTED}`],
  [/(\.(?:webhook\.office\.com|logic\.azure\.com|powerplatform\.com)[:\d]*\/)[^\s"\\]+/gi, `$1${REDACTED}`],
];

function following(secrets: () => readonly string[]): (line: string) => string {
  let list = secrets();
  let scrub = scrubber(list);
  return (line) => {
    const now = secrets();
    if (now !== list) {
      list = now;
      scrub = scrubber(list);
    }
    return scrub(line);
  };
}

function scrubber(secrets: readonly string[]): (line: string) => string {
  const forms = secretForms(secrets).map(patternOf);
  const known = forms.length === 0 ? undefined : new RegExp(forms.join('|'), 'g');
  return (line) => {
    let clean = line.replaceAll(BY_NAME, `$1"${REDACTED}"`);
    for (const [form, instead] of BY_FORM) clean = clean.replaceAll(form, instead);
    // Only inside of strings: a secret of digits must not break a number, and with it the line.
    if (known === undefined || clean.search(known) < 0) return clean;
    return clean.replaceAll(STRINGS, (text) => `"${text.slice(1, -1).replaceAll(known, REDACTED)}"`);
  };
}

const STRINGS = new RegExp(JSON_STRING, 'g');

/** In a line of JSON the letter of an escape, such as that of a line break, is none. */
const NO_WORD_BEFORE = String.raw`(?:(?<!\w)|(?<=\\(?:[bfnrt]|u[\da-f]{4})))`;

/** A form as it stands in a line of JSON. */
function patternOf({ text, short }: SecretForm): string {
  const written = RegExp.escape(JSON.stringify(text).slice(1, -1));
  return short ? String.raw`${NO_WORD_BEFORE}${written}(?!\w)` : written;
}
