/** What stands where a secret was. */
export const REDACTED = '[redacted]';

/** A text that gives a secret away. */
export interface SecretForm {
  readonly text: string;
  /** So short that it is part of many words: it is a secret only where no letter, digit or _ touches it. */
  readonly short: boolean;
}

const SHORT = 8; // characters: fewer are short

/** How these secrets may stand in a text: as they are, within JSON, in an address, in base64. The longest first, each once. */
export function secretForms(secrets: readonly string[]): readonly SecretForm[] {
  const texts = new Set(secrets.flatMap(partsOf).flatMap(encodings));
  return [...texts].map((text) => ({ text, short: text.length < SHORT })).sort((a, b) => b.text.length - a.text.length);
}

/** A secret of several lines, such as a private key, is often printed line by line: each that is long enough is one too. */
function partsOf(secret: string): readonly string[] {
  const trimmed = secret.trim();
  if (trimmed === '') return [];
  const lines = trimmed.split(/[\r\n]+/).map((line) => line.trim());
  return [secret, trimmed, ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORT) : [])];
}

function encodings(secret: string): readonly string[] {
  const inAddress = encodeURIComponent(secret);
  const asCurlDoes = inAddress.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return [secret, JSON.stringify(secret).slice(1, -1), inAddress, asCurlDoes, ...base64(secret)];
}

/**
 * Base64 of the secret alone, and what is the same wherever it stands in a longer text, such as `user:secret` of Basic
 * credentials: that depends on how many bytes of a group of three come before it.
 */
function base64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const within = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6)),
  );
  return [bytes.toString('base64'), ...within.filter((text) => text.length >= SHORT)];
}
