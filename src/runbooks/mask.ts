import { BYTES_BEFORE, type KnownSecrets } from '../domain/known-secrets.ts';
import { REDACTED } from '../domain/secret-forms.ts';

/**
 * One pipe of a run, with `[redacted]` where a secret was, however it is cut into chunks. Holds back only what may be the
 * beginning of a secret, so at most as many bytes as its longest spelling has.
 */
export class Mask {
  readonly #known: KnownSecrets;
  #held = Buffer.alloc(0);
  #looked = 0; // bytes of `held` at which no secret begins, or one that was found
  #told = 0; // bytes of `held` that are shown or replaced already

  constructor(known: KnownSecrets) {
    this.#known = known;
  }

  write(chunk: Uint8Array): Uint8Array {
    return this.#known.isEmpty ? chunk : this.#replace(Buffer.concat([this.#held, chunk]), false);
  }

  /** What was held back, when nothing follows. */
  end(): Uint8Array {
    return this.#replace(this.#held, true);
  }

  #replace(data: Buffer, isLast: boolean): Buffer {
    const parts: Buffer[] = [];
    let told = this.#told;
    let looked = data.length;
    let found = this.#known.find(data, this.#looked, isLast);
    for (; found !== undefined; found = this.#known.find(data, found.at + 1, isLast)) {
      const { at, length } = found;
      if (length === undefined) {
        looked = at;
        break;
      }
      if (at >= told) parts.push(data.subarray(told, at), MARK);
      told = Math.max(told, at + length); // secrets may overlap
    }
    if (told < looked) {
      parts.push(data.subarray(told, looked));
      told = looked;
    }
    const kept = Math.max(0, looked - BYTES_BEFORE);
    this.#held = Buffer.from(data.subarray(kept));
    this.#looked = looked - kept;
    this.#told = told - kept;
    return Buffer.concat(parts);
  }
}

/** A whole text with its secrets replaced. */
export function masked(text: string, known: KnownSecrets): string {
  const mask = new Mask(known);
  return Buffer.concat([mask.write(Buffer.from(text)), mask.end()]).toString();
}

const MARK = Buffer.from(REDACTED);
