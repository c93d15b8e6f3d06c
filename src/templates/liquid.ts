import type { Template, Variable } from 'liquidjs';
import type { Fault } from '../domain/errors.ts';
import { clean } from './clean.ts';
import { engine, type Insert, renderWith } from './engine.ts';
import { bareMessage, errorsIn, liquidFault, positionOf } from './liquid-faults.ts';
import { faultsOfUnreadable } from './liquid-rest.ts';
import { faultAt, type Place, within } from './place.ts';
import { pathsIn, type ScopeSchema, unknownNames } from './scope.ts';
import { textOf } from './values.ts';

export type { ScopeSchema, Shape } from './scope.ts';

/** Liquid that gives plain text. */
export interface TextTemplate {
  /** Every inserted value passes through `encode` and is never parsed again. Throws TemplateFailed. */
  render(scope: object, encode?: (value: string) => string): string;
}

/** Liquid whose names are all known. */
export interface ParsedLiquid {
  readonly at: Place;
  readonly paths: readonly Variable[]; // what it reads from its scope
  /** Throws TemplateFailed. */
  render(scope: object, insert: Insert): string;
  /** Renders a sample: finds what the analysis cannot, such as the fields of loop variables. */
  rehearse(scope: object): readonly Fault[];
}

/** Stands where a value of an address is empty, until it is known what that place is for. */
export const EMPTY = '\0';

const url = (value: string): string => encodeURIComponent(value.toWellFormed());

/** How a value enters a text, by where the text goes. */
export const ENCODE = {
  argument: (value: string) => value,
  url,
  address: (value: string) => (value === '' ? EMPTY : url(value)),
  /** For a place inside quotes. */
  json: (value: string) => JSON.stringify(value.toWellFormed()).slice(1, -1),
  /** For text or an attribute in quotes. */
  xml: (value: string) => value.toWellFormed().replaceAll(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`),
  text: clean,
} as const satisfies Readonly<Record<string, (value: string) => string>>;

/** A template that passed every check and still could not be rendered: a limit, or data that a filter refuses. */
export class TemplateFailed extends Error {
  override readonly name = 'TemplateFailed';
  readonly code = 'template_failed';
  readonly at: Place;
  readonly what: string; // the sentence without the place
  constructor(at: Place, what: string, options?: ErrorOptions) {
    super(`${at.file}:${at.line}:${at.column}: ${what}`, options);
    this.at = at;
    this.what = what;
  }
}

/** Compiles one string of a file. `at` is where it begins. */
export function compileText(
  source: string,
  at: Place,
  scope: ScopeSchema,
): { readonly template?: TextTemplate; readonly faults: readonly Fault[] } {
  const { parsed, faults } = parseLiquid(source, at, scope);
  if (!parsed) return { faults };
  const render: TextTemplate['render'] = (values, encode = ENCODE.argument) =>
    parsed.render(values, (value) => encode(textOf(value)));
  return { template: { render }, faults };
}

/** The engine's time to read a text is quadratic where all of it is wrong. */
const MAX_SOURCE_CHARACTERS = 16_000;

/** Parses, and checks every name. Without `parsed` there is at least one fault. */
export function parseLiquid(
  source: string,
  at: Place,
  scope: ScopeSchema,
): { readonly parsed?: ParsedLiquid; readonly faults: readonly Fault[] } {
  if (source.length > MAX_SOURCE_CHARACTERS)
    return { faults: [faultAt(at, `The text is longer than ${MAX_SOURCE_CHARACTERS} characters.`, 'Shorten it.')] };
  let nodes: Template[];
  try {
    nodes = engine.parse(source);
  } catch {
    return { faults: faultsOfUnreadable(source, at, scope) };
  }
  const paths = pathsIn(nodes);
  const faults = unknownNames(paths, at, scope);
  if (faults.length > 0) return { faults };
  // A name made of a value cannot be known beforehand, so it may be missing.
  const strictVariables = paths.every(({ segments }) => segments.every((segment) => typeof segment !== 'object'));
  const parsed: ParsedLiquid = {
    at,
    paths,
    render: (values, insert) => failing(at, () => renderWith(nodes, values, insert)),
    rehearse: (values) => {
      try {
        renderWith(nodes, values, textOf, { strictVariables });
        return [];
      } catch (error) {
        return errorsIn(error).map((one) => liquidFault(one, source, at));
      }
    },
  };
  return { parsed, faults };
}

/** Runs a rendering; whatever goes wrong in it becomes a TemplateFailed that names the place. */
export function failing<T>(at: Place, render: () => T): T {
  try {
    return render();
  } catch (error) {
    if (error instanceof TemplateFailed) throw error;
    const [first] = errorsIn(error);
    const [row, column] = positionOf(first);
    throw new TemplateFailed(within(at, row, column), `${bareMessage(first)}.`, { cause: error });
  }
}
