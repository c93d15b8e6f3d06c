import { cut } from '../domain/cut.ts';
import type { Block, Span, Spans } from '../domain/model.ts';
import { clean } from './clean.ts';
import { safeUrl } from './url.ts';
import { Time, textOf } from './values.ts';

/**
 * Values never become Markdown. While a template renders, each value is put aside and a slot is written in its place:
 * U+FDD0, its number, U+FDD1. These two are noncharacters: no file may hold them, no Markdown reference decodes to them, and
 * they are neither space nor punctuation to CommonMark, so a slot behaves like a word wherever it stands.
 */
export class Slots {
  readonly #values: (string | Time)[] = [];
  #room = MAX_CHARACTERS;

  /** Puts a value aside and gives what stands for it in the source. */
  readonly insert = (value: unknown): string => {
    const kept = value instanceof Time ? value : this.#bounded(textOf(value));
    return `${OPEN}${this.#values.push(kept) - 1}${CLOSE}`;
  };

  /** Parsed blocks with the values in their slots; what came out empty is left out. */
  fill(blocks: readonly Block[]): readonly Block[] {
    return blocks.flatMap((block): readonly Block[] => {
      switch (block.kind) {
        case 'paragraph':
          return withSpans(block.kind, this.#spans(block.spans, paragraphBreaks));
        case 'quote':
          return withSpans(block.kind, this.#spans(block.spans, oneLine));
        case 'code': {
          const text = this.#text(block.text, (value) => value);
          return text.trim() === '' ? [] : [{ kind: 'code', text }];
        }
        case 'list': {
          const items = block.items.map((item) => this.#spans(item, oneLine)).filter(isShown);
          return items.length === 0 ? [] : [{ ...block, items }];
        }
        default:
          return block satisfies never;
      }
    });
  }

  /** The same for one line. */
  fillLine(spans: Spans): Spans {
    const filled = this.#spans(spans, oneLine);
    return isShown(filled) ? filled : [];
  }

  #spans(spans: Spans, breaks: (value: string) => string): Spans {
    return joined(spans.flatMap((span) => (span.kind === 'time' ? [span] : this.#parts(span, breaks))));
  }

  #parts(span: Span & { kind: 'text' }, breaks: (value: string) => string): Spans {
    const { url: destination, ...plain } = span;
    const url = destination === undefined ? undefined : this.#url(destination);
    const like = (text: string): Span => ({ ...plain, text, ...(url === undefined ? {} : { url }) });
    return splitSlots(span.text).map((part): Span => {
      if (typeof part === 'string') return like(part);
      const value = this.#values[part] ?? '';
      if (typeof value === 'string') return like(span.code ? oneLine(value) : breaks(value));
      return span.code ? like(textOf(value)) : { kind: 'time', at: value.at, style: value.style };
    });
  }

  /** A value alone is an address; a value as a part of one is only data in it. */
  #url(destination: string): string | undefined {
    const parts = splitSlots(destination);
    const alone = parts.length === 1 && typeof parts[0] === 'number';
    return safeUrl(this.#text(destination, alone ? (value) => value : (value) => encodeURIComponent(value)));
  }

  #text(text: string, encode: (value: string) => string): string {
    return splitSlots(text)
      .map((part) => (typeof part === 'string' ? part : encode(textOf(this.#values[part]))))
      .join('');
  }

  /** Clean, and as much as there is room for: the first value that has none ends in `…`, those after it are empty. */
  #bounded(text: string): string {
    if (this.#room === 0) return '';
    const whole = clean(text.slice(0, (this.#room + LOOKED_AT_BEYOND) * MOST_SHRINKING));
    const kept = cut(whole, this.#room) || (whole && '…');
    this.#room = kept === whole ? Math.max(0, this.#room - whole.length) : 0;
    return kept;
  }
}

export const holdsSlotMarks = (text: string): boolean => text.includes(OPEN) || text.includes(CLOSE);

const OPEN = '\uFDD0';
const CLOSE = '\uFDD1';
const SLOT = /\uFDD0(\d+)\uFDD1/;
const MAX_CHARACTERS = 32 * 1024; // of all values in one text; the platforms cut far below it
const LOOKED_AT_BEYOND = 64; // so that what is cut is seen to be
const MOST_SHRINKING = 2; // cleaning makes one character of two code units at most

/** Literal parts and the numbers of slots, in order. */
function splitSlots(text: string): readonly (string | number)[] {
  return text
    .split(SLOT)
    .map((part, index) => (index % 2 === 1 ? Number(part) : part))
    .filter((part) => part !== '');
}

const oneLine = (value: string): string => value.replace(/\s*\n\s*/g, ' ');
const paragraphBreaks = (value: string): string => value.replace(/\n{3,}/g, '\n\n');

const isShown = (spans: Spans): boolean => spans.some((span) => span.kind === 'time' || span.text.trim() !== '');
const withSpans = (kind: 'paragraph' | 'quote', spans: Spans): readonly Block[] =>
  isShown(spans) ? [{ kind, spans }] : [];

/** Neighbours that look the same become one; empty ones go. */
function joined(spans: Spans): Spans {
  const out: Span[] = [];
  for (const span of spans) {
    const last = out.at(-1);
    if (span.kind === 'text' && span.text === '') continue;
    if (span.kind === 'text' && last?.kind === 'text' && sameStyle(span, last)) {
      out[out.length - 1] = { ...last, text: last.text + span.text };
    } else out.push(span);
  }
  return out;
}

const sameStyle = (one: Span & { kind: 'text' }, other: Span & { kind: 'text' }): boolean =>
  one.bold === other.bold && one.italic === other.italic && one.code === other.code && one.url === other.url;
