import { cut } from '../../domain/cut.ts';
import { fitSpans } from '../../domain/fit.ts';
import type { Spans } from '../../domain/model.ts';
import { visible } from '../../domain/visible.ts';
import { COSTS } from './spans.ts';
import { codeCostOf, costOf, oneLine } from './text.ts';

/** The characters that are left of a message's room, and what did not fit into it. Texts go in and come out unescaped. */
export class Room {
  left: number;
  readonly cut: string[] = [];

  constructor(characters: number) {
    this.left = characters;
  }

  /** As much of a text as fits in `most`. All of it goes to the thread where it was cut. */
  text(whole: string, most: number): string {
    return this.#fit(visible(whole).trim(), most, costOf);
  }

  /** The same, without its line breaks. */
  line(whole: string, most: number): string {
    return this.#fit(oneLine(visible(whole).trim()), most, costOf);
  }

  code(whole: string, most: number): string {
    return this.#fit(visible(whole), most, codeCostOf);
  }

  /** `name`: what the thread calls it. */
  spans(whole: Spans, most: number, name: string): Spans {
    const { kept, used, cut: rest } = fitSpans(whole, Math.min(most, this.left), COSTS);
    if (rest !== '') this.leaveOut(`${name}: ${textOf(whole)}`);
    this.left -= used;
    return kept;
  }

  leaveOut(text: string): void {
    if (text.trim() !== '') this.cut.push(visible(text));
  }

  #fit(whole: string, most: number, cost: (piece: string) => number): string {
    const kept = cut(whole, Math.min(most, this.left), cost);
    if (kept !== whole) this.leaveOut(whole);
    this.left -= cost(kept);
    return kept;
  }
}

/** Where nothing fits, all of it is told. */
export const textOf = (spans: Spans): string => fitSpans(spans, -1, COSTS).cut;
