import type { Fault } from '../domain/errors.ts';

const EXCERPT_BEFORE = 60; // characters shown on each side of the caret, so that both lines fit a terminal
const EXCERPT_AFTER = 50;

/** Where the text was written: `ROUTE_DB`, or a file and line whose `column` the text begins in. */
export interface Place {
  readonly name: string;
  readonly column: number; // 1 for a variable
}

/** Reads a text from the left, and collects what is wrong with it. Offsets count from 0, the columns of faults from 1. */
export class Scanner {
  readonly text: string;
  readonly faults: Fault[] = [];
  at = 0;
  readonly #place: Place;

  constructor(place: Place, text: string) {
    this.#place = place;
    this.text = text;
  }

  /** Eats what `pattern` (sticky) matches here; undefined where it does not match. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  looksAt(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    return pattern.test(this.text);
  }

  skipSpace(): void {
    this.take(/\s*/y);
  }

  get ended(): boolean {
    return this.at >= this.text.length;
  }

  isTooLong(max: number): boolean {
    if (this.text.length > max) this.fault(max, 'the text is too long', `use at most ${max} characters`);
    return this.text.length > max;
  }

  /** Notes a fault. Answers undefined, so that a reader can return it. */
  fault(at: number, message: string, cure: string): undefined {
    this.faults.push({
      place: `${this.#place.name}:${this.#place.column + at}`,
      message,
      cure,
      excerpt: excerpt(this.text, at),
    });
  }
}

/** The text around `at`, and a caret under it. */
function excerpt(text: string, at: number): string {
  const start = at > EXCERPT_BEFORE ? at - EXCERPT_BEFORE : 0;
  const end = at + EXCERPT_AFTER;
  const line = `${start > 0 ? '…' : ''}${text.slice(start, end)}${end < text.length ? '…' : ''}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must show it as one line
  const shown = line.toWellFormed().replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, ' ');
  return `${shown}\n${' '.repeat(at - start + (start > 0 ? 1 : 0))}^`;
}
