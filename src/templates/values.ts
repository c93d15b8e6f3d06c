import { durationText } from '../domain/duration.ts';

export const TIME_STYLES = ['clock', 'date', 'relative'] as const;
export type TimeStyle = (typeof TIME_STYLES)[number];

/** What the `time` filter gives: a moment that each platform shows in its reader's zone. */
export class Time {
  readonly at: number; // epoch milliseconds
  readonly style: TimeStyle;
  constructor(at: number, style: TimeStyle) {
    this.at = at;
    this.style = style;
  }
}

/** `{{ incident.openedAt | time: "relative" }}`. What is no time passes unchanged. */
export function timeFilter(value: unknown, style: unknown): unknown {
  const at = epoch(value);
  const known = TIME_STYLES.find((name) => name === (style ?? 'clock'));
  if (known === undefined) throw new TypeError(`time knows ${TIME_STYLES.join(', ')}, not ${textOf(style)}`);
  return at === undefined ? value : new Time(at, known);
}

/** `{{ from | duration: until }}` between two times, `{{ milliseconds | duration }}` of a number. Empty where one is missing. */
export function durationFilter(value: unknown, ...until: readonly unknown[]): string {
  if (until.length === 0) return typeof value === 'number' ? durationText(value) : '';
  const [from, to] = [epoch(value), epoch(until[0])];
  return from === undefined || to === undefined ? '' : durationText(to - from);
}

/** A Liquid value as text: nothing for null, lists with commas, a time in UTC, other objects as JSON. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Time) return new Date(value.at).toISOString().replace('.000Z', 'Z');
  if (Array.isArray(value)) return value.map(textOf).join(', ');
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

const MAX_EPOCH = 8.64e15; // https://tc39.es/ecma262/#sec-time-values-and-time-range

/** Epoch milliseconds, or an RFC 3339 time. */
function epoch(value: unknown): number | undefined {
  if (value instanceof Time) return value.at;
  const at = typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value;
  return typeof at === 'number' && Math.abs(at) <= MAX_EPOCH ? at : undefined;
}
