import { LiquidError } from 'liquidjs';
import type { Fault } from '../domain/errors.ts';
import { FILTERS, TAGS } from './engine.ts';
import { didYouMean } from './nearest.ts';
import { faultAt, type Place, within } from './place.ts';

/** All errors of a parse, without those that only follow from another. */
export function errorsIn(error: unknown): readonly unknown[] {
  const all: readonly unknown[] =
    error instanceof LiquidError && 'errors' in error ? (error.errors as unknown[]) : [error];
  const causes = all.filter((one) => !/^tag "(end\w+|else|elsif|when)" not found/.test(bareMessage(one)));
  return causes.length > 0 ? causes : all;
}

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
  const cure = / limit exceeded/.test(message) ? 'Make the template simpler.' : HOW_LIQUID_LOOKS;
  return faultAt(within(at, row, column), `Liquid: ${message}.`, cure);
}

const HOW_LIQUID_LOOKS = 'Write it as {{ incident.title }} or {% if … %}…{% endif %}.';
const ESCAPES = /^(raw|safe|json?ify|\w*escape\w*|url_encode|newline_to_br|strip_html)$/;

/** The error stands at the start of the tag; the name is somewhere after it. */
function filterPlace(error: unknown, source: string, filter: string) {
  if (!(error instanceof LiquidError)) return undefined;
  const before = source.slice(error.token.begin).search(new RegExp(`(?<=\\|\\s*)${RegExp.escape(filter)}(?!\\w)`));
  if (before === -1) return undefined;
  const rows = source.slice(0, error.token.begin + before).split('\n');
  return { row: rows.length, column: (rows.at(-1) as string).length + 1 };
}

/** Row and column in the source, from 1. */
export function positionOf(error: unknown): readonly [number, number] {
  const position = error instanceof LiquidError ? error.token?.getPosition() : undefined;
  return [position?.[0] ?? 1, position?.[1] ?? 1];
}

/** The engine's message without its own place. */
export function bareMessage(error: unknown): string {
  const bare = error instanceof LiquidError && error.originalError ? error.originalError : error;
  return bare instanceof Error ? bare.message.replace(/, line:\d+, col:\d+$/, '') : String(bare);
}
