import { wholeLength } from './utf8.ts';

export const MAX_BYTES = 64 * 1024;
const MARK_BYTES = 64; // `… 12,345,678 bytes cut …` and its line breaks
const HEAD = 16 * 1024;
const TAIL = MAX_BYTES - HEAD - MARK_BYTES;
const LONGEST_CHARACTER = 4; // bytes
const MAX_LINE = 4 * 1024; // after a cut it goes on with a whole line, where one begins this near

/** What a run printed, as clean UTF-8: its head and tail, in bounded memory and time however much comes. */
export class Output {
  readonly #head = Buffer.alloc(HEAD);
  readonly #ring = Buffer.alloc(TAIL); // the byte at `offset` stands at `offset % TAIL`
  #total = 0;
  #taken = 0;

  write(chunk: Uint8Array): void {
    const toHead = Math.max(0, Math.min(HEAD - this.#total, chunk.length));
    this.#head.set(chunk.subarray(0, toHead), Math.min(this.#total, HEAD));
    this.#total += chunk.length;
    const kept = chunk.subarray(Math.max(toHead, chunk.length - TAIL));
    const index = (this.#total - kept.length) % TAIL;
    const untilEnd = kept.subarray(0, TAIL - index);
    this.#ring.set(untilEnd, index);
    this.#ring.set(kept.subarray(untilEnd.length), 0);
  }

  /** All of it, and the part that came since the last call. Undefined: nothing new. Holds back half a character until `last`. */
  take(last = false): { readonly whole: string; readonly added: string } | undefined {
    const end = last ? this.#total : this.#total - this.#unfinished();
    if (end <= this.#taken) return undefined;
    const added = this.#text(this.#taken, end);
    this.#taken = end;
    return { whole: this.#text(0, end), added };
  }

  get whole(): string {
    return this.#text(0, this.#total);
  }

  #text(from: number, end: number): string {
    const oldest = Math.max(HEAD, this.#total - TAIL);
    const lostFrom = Math.max(from, HEAD);
    if (oldest <= lostFrom) return textOf(this.#bytes(from, end));
    const head = this.#bytes(from, HEAD);
    const tail = this.#bytes(oldest, end);
    const start = lineStart(tail);
    const cut = `\n… ${(oldest + start - lostFrom).toLocaleString('en')} bytes cut …\n`;
    return textOf(head.subarray(0, wholeLength(head))) + cut + textOf(tail.subarray(start));
  }

  #bytes(from: number, end: number): Buffer {
    const head = this.#head.subarray(Math.min(from, HEAD), Math.min(end, HEAD));
    const length = end - Math.max(from, HEAD);
    if (length <= 0) return head;
    const index = Math.max(from, HEAD) % TAIL;
    const untilEnd = this.#ring.subarray(index, Math.min(TAIL, index + length));
    return Buffer.concat([head, untilEnd, this.#ring.subarray(0, length - untilEnd.length)]);
  }

  #unfinished(): number {
    const last = this.#bytes(Math.max(this.#taken, this.#total - LONGEST_CHARACTER), this.#total);
    return last.length - wholeLength(last);
  }
}

/** Where whole text begins again: after the first line break, or else at the first whole character. */
function lineStart(bytes: Uint8Array): number {
  const end = bytes.subarray(0, MAX_LINE).indexOf(0x0a);
  if (end !== -1) return end + 1;
  const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(0, first);
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
