import { type DestinationStream, type Logger, pino } from 'pino';
import { KnownSecrets } from './domain/known-secrets.ts';
import type { Log } from './domain/ports.ts';
import { REDACTED } from './domain/secret-forms.ts';

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
  return pino(
    { level, hooks: { streamWrite: scrub } },
    destination ?? pino.destination({ fd: 1, sync: false, maxLength: MOST_UNREAD }),
  );
}

/** The logs of the rooms: each line says where it comes from. Their level changes together. */
export function roomLogs(log: Log): {
  of(bindings: Readonly<Record<string, string>>): Log;
  setLevel(level: string): void;
} {
  const logs = [log];
  return {
    of(bindings) {
      const room = log.child(bindings);
      logs.push(room);
      return room;
    },
    setLevel(level) {
      for (const one of logs) one.level = level;
    },
  };
}

/** Of lines that nobody takes. Whoever reads the log slowly, or a disk that is slow, makes nothing else wait. */
const MOST_UNREAD = 16 * 1024 * 1024; // characters

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
  const known = new KnownSecrets(secrets);
  return (line) => {
    let clean = line.replaceAll(BY_NAME, `$1"${REDACTED}"`);
    for (const [form, instead] of BY_FORM) clean = clean.replaceAll(form, instead);
    // Only inside of strings: a secret of digits must not break a number, and with it the line.
    if (known.isEmpty || known.find(Buffer.from(clean), 0, true) === undefined) return clean;
    return clean.replaceAll(STRINGS, (text) => `"${hidden(Buffer.from(text.slice(1, -1)), known)}"`);
  };
}

const STRINGS = new RegExp(JSON_STRING, 'g');

/** What stands in a string of JSON, without the secrets. No escape is cut in two: the line would be no JSON. */
function hidden(text: Buffer, known: KnownSecrets): string {
  const parts: (Buffer | string)[] = [];
  let told = 0;
  for (let found = known.find(text, 0, true); found !== undefined; found = known.find(text, found.at + 1, true)) {
    const { at, length = 0 } = found;
    const from = isEscaped(text, at) ? at - 1 : at;
    const to = at + length;
    if (from >= told) parts.push(text.subarray(told, from), REDACTED);
    told = Math.max(told, isEscaped(text, to) ? to + escapeLength(text, to) : to); // secrets may overlap
  }
  return [...parts, text.subarray(told)].join('');
}

const BACKSLASH = 0x5c;

/** Whether an odd number of backslashes stands before `at`: the last of them belongs to what stands there. */
function isEscaped(text: Uint8Array, at: number): boolean {
  let from = at;
  while (text[from - 1] === BACKSLASH) from--;
  return (at - from) % 2 === 1;
}

/** What belongs to the backslash before `at`: a letter, or the `u` and its four digits. */
const escapeLength = (text: Uint8Array, at: number): number => (text[at] === 0x75 ? 5 : 1);
