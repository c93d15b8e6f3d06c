import type { Fault } from '../domain/errors.ts';
import type { RouteOptions } from '../domain/model.ts';
import { DESTINATION_FORM, PLATFORMS, readDestination, readDestinations } from './destinations.ts';
import { type Matcher, readMatchers } from './matchers.ts';
import { type Draft, readOption } from './options.ts';
import { Scanner } from './scanner.ts';

export type { Matcher };

/** Takes what no other route took. */
export const DEFAULT_ROUTE = 'ROUTE_DEFAULT';

/** Incidents that all `matchers` hold for go to `destinations`. */
export interface Route {
  readonly name: string; // the variable: `ROUTE_DB`
  readonly matchers: readonly Matcher[]; // none: every incident
  readonly destinations: readonly string[]; // `slack:C012`, `console`
  readonly options: RouteOptions;
  readonly stop: boolean; // where it held, no later route is read
  readonly text: string; // as it was written
}

const MAX_TEXT = 4_000; // characters of one route, or one `match:`

/**
 * Reads one route:
 *
 *     route       = [ [ matchers ] "->" ] destinations { ";" option }
 *     matchers    = matcher { "," matcher }
 *     matcher     = name ( "=" | "!=" | "=~" | "!~" ) value
 *     value       = bare word | "quoted, with \" and \\"
 *     destination = platform ":" channel | "console"
 *     option      = "template=" name | "remind=" duration | "escalate=" duration destination { "," destination }
 *                 | "group=" name { "+" name } | "mention=" principal { "+" principal } | "stop"
 *
 * Answers every fault of the text, each with its column. `platforms`: whose destinations are known.
 */
export function parseRoute(
  variable: string,
  text: string,
  platforms: readonly string[] = PLATFORMS,
): { readonly route: Route } | { readonly faults: readonly Fault[] } {
  const scanner = new Scanner({ name: variable, column: 1 }, text);
  if (scanner.isTooLong(MAX_TEXT)) return { faults: scanner.faults };

  const draft: Draft = { options: { template: 'incident', mention: [] }, stop: false };
  const given = new Set<string>();
  const way = readPart(scanner, 'put a comma between destinations, and ; before an option', () => {
    const matchers = readCondition(scanner, variable);
    return matchers && { matchers, destinations: readDestinations(scanner, platforms) };
  });
  while (scanner.take(/;/y))
    readPart(scanner, 'put ; between options', () => readOption(scanner, draft, given, platforms));

  return way && scanner.faults.length === 0
    ? { route: { name: variable, ...way, ...draft, text } }
    : { faults: scanner.faults };
}

/** `monitor=~"db-.*", severity=critical`, all of which must hold. `column`: where in its line the text begins. */
export function parseMatchers(
  place: string,
  text: string,
  column = 1,
): { readonly matchers: readonly Matcher[] } | { readonly faults: readonly Fault[] } {
  const scanner = new Scanner({ name: place, column }, text);
  if (scanner.isTooLong(MAX_TEXT)) return { faults: scanner.faults };
  const matchers = readMatchers(scanner);
  if (!scanner.ended) scanner.fault(scanner.at, '"->" has no place here', 'write the matchers alone');
  return scanner.faults.length > 0 ? { faults: scanner.faults } : { matchers };
}

/** One destination by itself, as FALLBACK_DESTINATION or a command's argument names it. */
export function parseDestination(
  place: string,
  text: string,
  platforms: readonly string[] = PLATFORMS,
): { readonly destination: string } | { readonly faults: readonly Fault[] } {
  const scanner = new Scanner({ name: place, column: 1 }, text);
  scanner.skipSpace();
  const destination = readDestination(scanner, platforms);
  scanner.skipSpace();
  if (destination !== undefined && scanner.ended) return { destination };
  if (destination !== undefined) scanner.fault(scanner.at, 'something follows the destination', DESTINATION_FORM);
  return { faults: scanner.faults };
}

const TO_ARROW = /(?:"(?:[^"\\]|\\.)*"|(?!->).)*/sy;
const ARROW = /->/y;
const LOOKS_LIKE_MATCHER = /[\w./-]+\s*[=!]/y; // a destination has its colon first

/** The matchers and the arrow, where there is one. undefined: the arrow was forgotten, so the destinations cannot be found. */
function readCondition(scanner: Scanner, variable: string): readonly Matcher[] | undefined {
  scanner.skipSpace();
  const start = scanner.at;
  scanner.take(TO_ARROW);
  const hasArrow = scanner.looksAt(ARROW);
  scanner.at = start;
  if (!hasArrow) {
    if (!scanner.looksAt(LOOKS_LIKE_MATCHER)) return [];
    return scanner.fault(
      start,
      'no "->" leads to destinations',
      'write matchers -> destinations, such as severity=critical -> slack:alerts',
    );
  }
  const matchers = scanner.looksAt(ARROW) ? [] : readMatchers(scanner);
  if (variable === DEFAULT_ROUTE && matchers.length > 0)
    scanner.fault(start, `${DEFAULT_ROUTE} takes what no route took`, 'write its destinations alone');
  scanner.take(ARROW);
  return matchers;
}

/** Reads up to the next `;` or the end. What `read` leaves there is a fault, unless it found one itself. */
function readPart<T>(scanner: Scanner, cure: string, read: () => T): T {
  const before = scanner.faults.length;
  const part = read();
  scanner.skipSpace();
  const at = scanner.at;
  const rest = scanner.take(/[^;]+/y);
  if (rest !== undefined && scanner.faults.length === before)
    scanner.fault(at, `"${firstWord(rest)}" is not understood here`, cure);
  return part;
}

function firstWord(text: string): string {
  return (text.split(/\s/)[0] as string).slice(0, 40);
}
