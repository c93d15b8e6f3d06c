import { cut } from '../../domain/cut.ts';
import type { Costs, Fitted } from '../../domain/fit.ts';
import { LIMITS } from './limits.ts';
import { elementOf } from './text.ts';

/** What a message has left of Slack's room, in characters of JSON, and what did not fit into it. */
export class Room {
  left: number = LIMITS.blockCharacters;
  readonly cut: string[] = [];

  /** The JSON of something that is there whatever it costs. */
  take<T extends object>(value: T): T {
    this.left -= jsonOf(value);
    return value;
  }

  /** The same where it fits in `most`; undefined where it does not. */
  takeWithin<T extends object>(value: T, most: number): T | undefined {
    return jsonOf(value) <= most ? this.take(value) : undefined;
  }

  /** A text within `most`, which its caller pays for; all of it goes to the thread where it was cut. */
  fitText(text: string, most: number): string {
    const kept = cut(text, most, jsonText);
    if (kept !== text) this.leaveOut(text);
    return kept;
  }

  /** What `fitSpans` and `fitBlocks` kept. */
  fit<T>({ kept, used }: Fitted<T>): T {
    this.left -= used;
    return kept;
  }

  leaveOut(text: string): void {
    if (text.trim() !== '') this.cut.push(text);
  }
}

/** Characters that a text takes in JSON: additive, as a character's escape does not depend on its neighbours. */
export const jsonText = (text: string): number => JSON.stringify(text).length - 2;

/** Characters of a value in a JSON list. */
export const jsonOf = (value: object): number => JSON.stringify(value).length + 1;

const SECTION = jsonOf({ type: 'rich_text_section', elements: [] });
const GAP = jsonOf({ type: 'text', text: '\n\n' });
const LIST = jsonOf({ type: 'rich_text_list', style: 'ordered', indent: 0, elements: [] });
const CODE = jsonOf({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: '' }] });

/** What a card's text costs as rich text. `at`: when the card was drawn. */
export const costsAt = (at: number): Costs => ({
  text: jsonText,
  markup: (span) => jsonOf(elementOf(span.kind === 'text' ? { ...span, text: '' } : span, at)),
  block: (block) => {
    switch (block.kind) {
      case 'paragraph':
      case 'quote':
        return SECTION + GAP;
      case 'list': // the list itself is paid for by its items
        return SECTION + Math.ceil(LIST / Math.max(1, block.items.length));
      case 'code':
        return CODE;
      default:
        return block satisfies never;
    }
  },
});
