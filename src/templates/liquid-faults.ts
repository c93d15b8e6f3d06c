import { LiquidError } from 'liquidjs';
import type { Fault } from '../domain/errors.ts';
import { LimitReached } from './budget.ts';
import { FILTERS, TAGS } from './engine.ts';
import { didYouMean } from './nearest.ts';
import { faultAt, type Place, within } from './place.ts';

/** All errors of a parse or a rendering, without those that only follow from another. */
export function errorsIn(error: unknown): readonly unknown[] {
  const all = flat(error);
  const causes = all.filter((one) => !followsFromAnother(one));
  return causes.length > 0 ? causes : all;
}

/** A tag that has lost the one which it belongs to. */
export const followsFromAnother = (error: unknown): boolean =>
  /^tag "(end\w+|else|elsif|when)" not found/.test(bareMessage(error));

/** Errors inside a block come as one error that holds them. */
const flat = (error: unknown): readonly unknown[] =>
  error instanceof LiquidError && 'errors' in error ? (error.errors as unknown[]).flatMap(flat) : [error];

/** An error of the engine as an admin should read it. `at`: where `source` begins. */
export function liquidFault(error: unknown, source: string, at: Place): Fault {
  const message = bareMessage(error);
  const [row, column] = positionOf(error);
  const filter = /^undefined filter: (.*)$/s.exec(message)?.[1];
  if (filter !== undefined) {
    const place = filterPlace(error, source, filter) ?? { row, column };
    const cure = ESCAPES.test(filter)
      ? 'Leave it out: every value is escaped for where it lands.'
      : didYouMean(filter, FILTERS);
    return faultAt(within(at, place.row, place.column), `Unknown filter "${filter}".`, cure);
  }
  const tag = /^tag "(.*)" not found$/s.exec(message)?.[1];
  if (tag !== undefined) return faultAt(within(at, row, column), `Unknown tag "${tag}".`, didYouMean(tag, TAGS));
  const variable = /^undefined variable: (.*)$/s.exec(message)?.[1];
  if (variable !== undefined) {
    return faultAt(within(at, row, column), `Unknown variable "${variable}".`, 'Correct the name, or leave it out.');
  }
  const cure = originalOf(error) instanceof LimitReached ? 'Make the template simpler.' : HOW_LIQUID_LOOKS;
  return faultAt(within(at, row, column), `Liquid: ${message}.`, cure);
}

const HOW_LIQUID_LOOKS = 'Write it as {{ incident.title }} or {% if … %}…{% endif %}.';
const ESCAPES = /^(raw|safe|json?ify|\w*escape\w*|url_encode|newline_to_br|strip_html)$/;

/** The error stands at the start of the tag; the name is somewhere after it. */
function filterPlace(error: unknown, source: string, filter: string) {
  const offset = filterOffset(error, source, filter);
  if (offset === undefined) return undefined;
  const rows = source.slice(0, offset).split('\n');
  return { row: rows.length, column: (rows.at(-1) as string).length + 1 };
}

function filterOffset(error: unknown, source: string, filter: string): number | undefined {
  if (!(error instanceof LiquidError)) return undefined;
  const after = source.slice(error.token.begin).search(new RegExp(`(?<=\\|\\s*)${RegExp.escape(filter)}(?!\\w)`));
  return after === -1 ? undefined : error.token.begin + after;
}

/** The source without what this error is about, every other character where it was; the same source where that cannot be told. */
export function without(error: unknown, source: string): string {
  if (!(error instanceof LiquidError) || error.token === undefined) return source;
  const filter = /^undefined filter: (.*)$/s.exec(bareMessage(error))?.[1];
  const offset = filter === undefined ? undefined : filterOffset(error, source, filter);
  if (filter !== undefined && offset !== undefined && filter.length >= ANY_FILTER.length)
    return spliced(source, offset, offset + filter.length, ANY_FILTER.padEnd(filter.length));
  const { begin, end } = error.token;
  return spliced(source, begin, end, source.slice(begin, end).replace(/[^\n]/g, ' '));
}

const ANY_FILTER = 'abs'; // the shortest name
const spliced = (text: string, begin: number, end: number, instead: string): string =>
  text.slice(0, begin) + instead + text.slice(end);

/** Row and column in the source, from 1. */
export function positionOf(error: unknown): readonly [number, number] {
  const position = error instanceof LiquidError ? error.token?.getPosition() : undefined;
  return [position?.[0] ?? 1, position?.[1] ?? 1];
}

/** The engine's message without its own place. */
export function bareMessage(error: unknown): string {
  const bare = originalOf(error);
  return bare instanceof Error ? bare.message.replace(/, line:\d+, col:\d+$/, '') : String(bare);
}

const originalOf = (error: unknown): unknown =>
  error instanceof LiquidError && error.originalError ? error.originalError : error;
