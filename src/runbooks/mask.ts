import { REDACTED, secretForms } from '../domain/secret-forms.ts';

interface Form {
  readonly bytes: Buffer;
  readonly short: boolean; // a secret only where no letter, digit or _ touches it
}

/** The secrets of a run in every form, by first byte, the longest first. */
export class KnownSecrets {
  readonly #byFirst: readonly (readonly Form[])[];
  readonly longest: number; // bytes

  constructor(secrets: readonly string[]) {
    const forms = secretForms(secrets).map(({ text, short }) => ({ bytes: Buffer.from(text), short }));
    const byFirst: Form[][] = Array.from({ length: 256 }, () => []);
    for (const form of forms) byFirst[form.bytes[0] as number]?.push(form);
    this.#byFirst = byFirst;
    this.longest = Math.max(0, ...forms.map(({ bytes }) => bytes.length));
  }

  /** How many bytes at `at` are a secret; 0: none. `before`: the byte that stands before `data`. */
  lengthAt(data: Buffer, at: number, before: number): number {
    for (const { bytes, short } of this.#byFirst[data[at] as number] as readonly Form[]) {
      const end = at + bytes.length;
      if (end > data.length || !same(data, at, end, bytes)) continue;
      if (short && (isWord(at === 0 ? before : data[at - 1]) || isWord(data[end]))) continue;
      return bytes.length;
    }
    return 0;
  }

  /** Whether what comes next decides if a secret begins at `at`. */
  isOpenAt(data: Buffer, at: number): boolean {
    const left = data.length - at;
    return (this.#byFirst[data[at] as number] as readonly Form[]).some(
      ({ bytes, short }) =>
        (bytes.length > left || (short && bytes.length === left)) && same(data, at, data.length, bytes),
    );
  }
}

/**
 * One pipe of a run, with `[redacted]` where a secret was, however it is cut into chunks. Holds back only what may be the
 * beginning of a secret, so at most as many bytes as the longest form has.
 */
export class Mask {
  readonly #known: KnownSecrets;
  #held = Buffer.alloc(0);
  #hidden = 0; // bytes of `held` that belong to a secret which is replaced already
  #before = -1; // the byte before `held`

  constructor(known: KnownSecrets) {
    this.#known = known;
  }

  write(chunk: Uint8Array): Uint8Array {
    if (this.#known.longest === 0) return chunk;
    const data = Buffer.concat([this.#held, chunk]);
    let sure = Math.max(0, data.length - this.#known.longest);
    while (sure < data.length && !this.#known.isOpenAt(data, sure)) sure++;
    return this.#replace(data, sure);
  }

  /** What was held back, when nothing follows. */
  end(): Uint8Array {
    return this.#replace(this.#held, this.#held.length);
  }

  /** Bytes before `sure`, where it is known which of them begin a secret. What follows is held. */
  #replace(data: Buffer, sure: number): Buffer {
    const parts: Buffer[] = [];
    let shown = this.#hidden; // all before it is told
    for (let at = 0; at < sure; at++) {
      const length = this.#known.lengthAt(data, at, this.#before);
      if (length === 0) continue;
      if (at >= shown) parts.push(data.subarray(shown, at), MARK);
      shown = Math.max(shown, at + length); // secrets may overlap
    }
    if (shown < sure) parts.push(data.subarray(shown, sure));
    this.#hidden = Math.max(0, shown - sure);
    this.#before = data[sure - 1] ?? this.#before;
    this.#held = Buffer.from(data.subarray(sure));
    return Buffer.concat(parts);
  }
}

/** A whole text with its secrets replaced. */
export function masked(text: string, known: KnownSecrets): string {
  const mask = new Mask(known);
  return Buffer.concat([mask.write(Buffer.from(text)), mask.end()]).toString();
}

const MARK = Buffer.from(REDACTED);

function same(data: Buffer, from: number, to: number, bytes: Buffer): boolean {
  if (to - from > 1 && data[from + 1] !== bytes[1]) return false;
  return data.compare(bytes, 0, to - from, from, to) === 0;
}

/** ASCII letters, digits and _. */
function isWord(byte: number | undefined): boolean {
  return byte !== undefined && byte !== -1 && /\w/.test(String.fromCharCode(byte));
}
