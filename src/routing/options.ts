import { DURATION_FORMS, durationText, parseDuration } from '../domain/duration.ts';
import type { RouteOptions } from '../domain/model.ts';
import { nearest } from '../domain/nearest.ts';
import { PRINCIPAL_FORMS, parsePrincipal } from '../domain/principal.ts';
import { readDestinations } from './destinations.ts';
import type { Scanner } from './scanner.ts';

/** A route's options while they are read. */
export interface Draft {
  readonly options: { -readonly [Name in keyof RouteOptions]: RouteOptions[Name] };
  stop: boolean;
}

const NAMES = ['template', 'remind', 'escalate', 'group', 'mention', 'stop'] as const;
type Name = (typeof NAMES)[number];

const MIN_WAIT = 1_000; // of remind and escalate
const MAX_WAIT = 28 * 86_400_000;

/** Reads one option, after its `;`, into `draft`. `given`: the names of those before it. */
export function readOption(
  scanner: Scanner,
  draft: Draft,
  given: Set<string>,
  platforms: readonly string[],
): undefined {
  scanner.skipSpace();
  const at = scanner.at;
  const name = scanner.take(/[A-Za-z_-]+/y);
  if (name === undefined)
    return scanner.fault(at, 'an option is missing', `remove the ; or write one of ${NAMES.join(', ')}`);
  if (!isName(name)) {
    const near = nearest(name, NAMES);
    return scanner.fault(
      at,
      `"${name}" is no option`,
      near ? `did you mean ${near}?` : `write one of ${NAMES.join(', ')}`,
    );
  }
  if (given.has(name)) return scanner.fault(at, `${name} is given twice`, 'remove one of them');
  given.add(name);
  if (name === 'stop') {
    draft.stop = true;
    return;
  }
  scanner.skipSpace();
  if (scanner.take(/=/y) === undefined)
    return scanner.fault(scanner.at, `${name} has no value`, `write ${name}=<value>`);
  scanner.skipSpace();
  readValue(scanner, name, draft.options, platforms);
}

function readValue(
  scanner: Scanner,
  name: Exclude<Name, 'stop'>,
  options: Draft['options'],
  platforms: readonly string[],
): void {
  switch (name) {
    case 'template': {
      const template = readItem(scanner, templateName, 'a template is named by letters, digits, - and _');
      if (template !== undefined) options.template = template;
      return;
    }
    case 'remind': {
      const remind = readItem(scanner, wait, WAIT_FORMS);
      if (remind !== undefined) options.remind = remind;
      return;
    }
    case 'escalate': {
      const after = readItem(scanner, wait, `${WAIT_FORMS}, then destinations`);
      const destinations = after === undefined ? [] : readDestinations(scanner, platforms);
      if (after !== undefined) options.escalate = { after, destinations };
      return;
    }
    case 'group':
      options.group = readList(scanner, labelName, 'write names as in matchers, such as labels.team+monitor');
      return;
    case 'mention':
      options.mention = readList(scanner, parsePrincipal, `write ${PRINCIPAL_FORMS}`);
      return;
  }
}

const WAIT_FORMS = `write ${DURATION_FORMS}, from ${durationText(MIN_WAIT)} to ${durationText(MAX_WAIT)}`;

function wait(text: string): number | undefined {
  const ms = parseDuration(text);
  return ms !== undefined && ms >= MIN_WAIT && ms <= MAX_WAIT ? ms : undefined;
}

function templateName(text: string): string | undefined {
  return /^[A-Za-z0-9][\w-]*$/.test(text) ? text : undefined;
}

function labelName(text: string): string | undefined {
  return /^[A-Za-z_][\w./-]*$/.test(text) ? text : undefined;
}

/** Items with `+` between them. */
function readList<T>(scanner: Scanner, parse: (text: string) => T | undefined, cure: string): readonly T[] {
  const items: T[] = [];
  do {
    scanner.skipSpace();
    const item = readItem(scanner, parse, cure);
    if (item !== undefined) items.push(item);
    scanner.skipSpace();
  } while (scanner.take(/\+/y));
  return items;
}

function readItem<T>(scanner: Scanner, parse: (text: string) => T | undefined, cure: string): T | undefined {
  const at = scanner.at;
  const text = scanner.take(/[^\s;+]+/y);
  if (text === undefined) return scanner.fault(at, 'a value is missing', cure);
  return parse(text) ?? scanner.fault(at, `"${text.slice(0, 40)}" cannot be used here`, cure);
}

function isName(text: string): text is Name {
  return (NAMES as readonly string[]).includes(text);
}
