/**
 * One pipe of a run as clean text, however it is cut into chunks: what would steer a terminal, or hide or reorder what is read, is gone before
 * anybody looks for a secret in it. A byte that is no UTF-8 becomes a question mark.
 */
export class Cleaner {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #held = '';

  write(chunk: Uint8Array): Buffer {
    return this.#clean(this.#held + this.#decoder.decode(chunk, { stream: true }), false);
  }

  /** What was held back, when nothing follows. */
  end(): Buffer {
    return this.#clean(this.#held + this.#decoder.decode(), true);
  }

  #clean(text: string, isLast: boolean): Buffer {
    const begun = isLast ? -1 : text.slice(-MOST_HELD).search(UNFINISHED);
    const end = begun < 0 ? text.length : Math.max(0, text.length - MOST_HELD) + begun;
    this.#held = text.slice(end);
    return Buffer.from(cleaned(text.slice(0, end)));
  }
}

function cleaned(text: string): string {
  const shown = text.replace(SEQUENCE, '').replace(/\r\n?/g, '\n').replace(CONTROL, '');
  return withoutUnseen(shown).replaceAll('\ufffd', '?');
}

const MOST_HELD = 2_100; // looked at for a sequence that is not over yet; a longer one is none

/** Terminal sequences: colours and cursor (CSI), titles and links (OSC and its like), single ones. ECMA-48. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const SEQUENCE = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]{0,2048}(?:\u0007|\u001b\\)|[ -/]*[0-Z\\`-~])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, cut off by the end
const UNFINISHED = /(?:\u001b(?:\[[0-?]*[ -/]*|[\]PX^_][^\u0007\u001b]*\u001b?|[ -/]*)|\r)$/;
/** Controls but tab and line feed, and what reorders text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is removed
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const UNSEEN = /\p{Default_Ignorable_Code_Point}/u;
let pictureOrUnseen: RegExp | undefined; // made where it is needed: it takes 30 ms, and hardly any output needs it

/** Without what nobody sees. Of a picture that is made of several characters it is a part: that stays whole. */
function withoutUnseen(text: string): string {
  if (!UNSEEN.test(text)) return text;
  pictureOrUnseen ??= /(\p{RGI_Emoji})|\p{Default_Ignorable_Code_Point}/gv;
  return text.replace(pictureOrUnseen, (_, picture = '') => picture);
}
