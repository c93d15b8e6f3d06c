/** What stands where a secret was. */
export const REDACTED = '[redacted]';

/** A text that gives a secret away. */
export interface SecretForm {
  readonly text: string;
  /** So short that it is part of many words: it is a secret only where no letter, digit or _ touches it. */
  readonly short: boolean;
  /** Made of the secret as a whole: nobody spells its letters and digits in another way. */
  readonly encoded: boolean;
}

const SHORT = 8; // characters: fewer are short

/** The texts that give these secrets away, each once: as they are, in base64 and in hex. How each character may be spelled: `spellings.ts`. */
export function secretForms(secrets: readonly string[]): readonly SecretForm[] {
  const parts = new Set(secrets.flatMap(partsOf));
  const codes = new Set([...parts].flatMap((part) => [...base64(part), ...hex(part)]));
  const form = (encoded: boolean) => (text: string) => ({ text, short: text.length < SHORT, encoded });
  return [...[...parts].map(form(false)), ...[...codes].map(form(true))];
}

/** A secret of several lines, such as a private key, is often printed line by line: each that is long enough is one too. */
function partsOf(secret: string): readonly string[] {
  const trimmed = secret.trim();
  if (trimmed === '') return [];
  const lines = trimmed.split(/[\r\n]+/).map((line) => line.trim());
  return [secret, trimmed, ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORT) : [])];
}

/**
 * Base64 of the secret alone, and what is the same wherever it stands in a longer text, such as `user:secret` of Basic
 * credentials: that depends on how many bytes of a group of three come before it. In both alphabets.
 */
function base64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const within = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  );
  const alone = bytes.toString('base64');
  return [alone, alone.replace(/=+$/, ''), ...within.filter((text) => text.length >= SHORT)].flatMap((text) => [
    text,
    text.replaceAll('+', '-').replaceAll('/', '_'),
  ]);
}

/** Of very few bytes it would be a number like any other. */
function hex(secret: string): readonly string[] {
  const text = Buffer.from(secret).toString('hex');
  return text.length < SHORT ? [] : [text, text.toUpperCase()];
}
