import { parse } from 'secure-json-parse';
import { InvalidPayload } from '../domain/errors.ts';

/** Far above what any monitor sends, far below what could exhaust the stack of whoever walks the value. */
const DEEPEST = 64;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A body as JSON, after its signature held. Throws InvalidPayload for what is not UTF-8, starts with a byte order mark, is nested
 * deeper than 64, is no JSON, or carries a key that could reach a prototype. A whole number that JavaScript would round comes as
 * the text of its digits: two ids that differ in the last one stay two.
 */
export function parseJson(body: Uint8Array): unknown {
  if (isDeeper(body, DEEPEST)) throw invalid(`is nested deeper than ${DEEPEST} levels`);
  const text = decode(body);
  if (text.startsWith('\uFEFF')) throw invalid('starts with a byte order mark: send UTF-8 without one');
  try {
    // A reviver makes reading several times slower, and hardly any body needs it.
    return parse(text, LONG_NUMBER.test(text) ? keepDigits : undefined, {
      protoAction: 'error',
      constructorAction: 'error',
    });
  } catch (cause) {
    throw invalid(text.trim() === '' ? 'is empty' : (cause as Error).message, cause);
  }
}

/** Where a number may be that is not safe: the least one has 16 digits. */
const LONG_NUMBER = /(?:^|[:,[\s])-?\d{16}/;

function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const written = context?.source;
  return written !== undefined && /^-?\d+$/.test(written) ? written : value;
}

function decode(body: Uint8Array): string {
  try {
    return utf8.decode(body);
  } catch (cause) {
    throw invalid('is not valid UTF-8', cause);
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const [LIST, LIST_END] = [0x5b, 0x5d]; // [ ]
const [OBJECT, OBJECT_END] = [0x7b, 0x7d]; // { }

/** One pass over the bytes, without recursion: bytes of a UTF-8 sequence never look like these characters. */
function isDeeper(body: Uint8Array, most: number): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]!;
    if (quoted) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === LIST || byte === OBJECT) {
      if (++depth > most) return true;
    } else if (byte === LIST_END || byte === OBJECT_END) depth--;
  }
  return false;
}

function invalid(message: string, cause?: unknown): InvalidPayload {
  return new InvalidPayload(
    'The body cannot be read as JSON. Send what the monitor sends, unchanged.',
    [{ path: 'body', message }],
    { cause },
  );
}
