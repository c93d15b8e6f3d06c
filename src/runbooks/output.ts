import { wholeLength } from './utf8.ts';

export const MAX_BYTES = 64 * 1024;
const MARK_BYTES = 64; // `… 12,345,678 bytes cut …` and its line breaks
const HEAD = 16 * 1024;
const TAIL = MAX_BYTES - HEAD - MARK_BYTES;
const HELD = 256; // bytes looked at for a sequence that is not over yet
const MAX_LINE = 4 * 1024; // after a cut it goes on with a whole line, where one begins this near

/** What a run printed: its head and tail as clean text, in bounded memory and time however much comes. */
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

  /** All of it, and the part that came since the last call. Undefined: nothing new. Holds back half a character or sequence until `last`. */
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
    if (oldest <= lostFrom) return clean(this.#bytes(from, end));
    const head = this.#bytes(from, HEAD);
    const tail = this.#bytes(oldest, end);
    const start = lineStart(tail);
    const cut = `\n… ${(oldest + start - lostFrom).toLocaleString('en')} bytes cut …\n`;
    return clean(head.subarray(0, wholeLength(head))) + cut + clean(tail.subarray(start));
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
    const last = this.#bytes(Math.max(this.#taken, this.#total - HELD), this.#total);
    const at = last.toString('latin1').search(UNFINISHED);
    return last.length - (at === -1 ? wholeLength(last) : at);
  }
}

/** Where whole text begins again: after the first line break, or else at the first whole character. */
function lineStart(bytes: Uint8Array): number {
  const end = bytes.subarray(0, MAX_LINE).indexOf(0x0a);
  if (end !== -1) return end + 1;
  const first = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return Math.max(0, first);
}

/** Terminal sequences: colours and cursor (CSI), titles and links (OSC and its like), single ones. ECMA-48. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]{0,2048}(?:\u0007|\u001b\\)|[ -/]*[0-Z\\`-~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, cut off by the end
const UNFINISHED = /(?:\u001b(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001b]*\u001b?|[ -/]*)|\r)$/;
/** Controls but tab and line feed, and what reorders or hides text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** Never longer in bytes than what came: a byte that is no UTF-8 becomes a question mark. */
function clean(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true })
    .decode(bytes)
    .replace(SEQUENCE, '')
    .replace(/\r\n?/g, '\n')
    .replace(CONTROL, '')
    .replaceAll('\ufffd', '?');
}
