import { type Spread, spreadOf } from './statistics.ts';

/** What one part of the bench found out. */
export interface Section {
  readonly title: string;
  readonly about: readonly string[]; // how it was measured, in sentences
  readonly spread?: string; // what stands beside the median; default: the least and the most of the rounds
  readonly versus?: string; // what the ratios are of
  readonly rows: readonly Row[];
}
export interface Row {
  readonly what: string;
  readonly unit: Unit;
  readonly figures: Spread;
  readonly ratio?: Spread;
  readonly target?: Target;
}
export type Unit = '/s' | 'ms' | 's' | 'µs' | 'MB' | 'B';
export interface Target {
  readonly text: string; // `at least 1.0x`
  readonly isMet: boolean;
}

/** One part: `npm run bench -- <name>`. */
export interface Part {
  readonly name: string;
  readonly about: string;
  measure(how: How): Promise<Section>;
}
export interface How {
  readonly rounds: number;
  readonly large: boolean; // also what takes minutes
}

export const under = (limit: number, unit: Unit, value: number): Target => ({
  text: `under ${limit} ${unit}`,
  isMet: value < limit,
});

export const atLeast = (factor: number, ratio: Spread): Target => ({
  text: `at least ${factor.toFixed(1)}x`,
  isMet: ratio.median >= factor,
});

export const within = (factor: number, ratio: Spread): Target => ({
  text: `within ${factor.toFixed(1)}x`,
  isMet: ratio.median <= factor,
});

/** `those` to `these`, round by round: what the machine did meanwhile fell on both. */
export function ratiosOf(those: readonly number[], these: readonly number[]): Spread {
  return spreadOf(those.map((value, round) => value / (these[round] as number)));
}
