import type { StaticAnalysis, Template, Variable } from 'liquidjs';
import type { Fault } from '../domain/errors.ts';
import { engine } from './engine.ts';
import { didYouMean } from './nearest.ts';
import { faultAt, type Place, within } from './place.ts';

/** What is known of a value before there is one: a plain value, one with these members, or one with members that nobody can know. */
export type Shape = 'value' | 'any' | { readonly [name: string]: Shape };

/** The names that a template may use. */
export type ScopeSchema = Readonly<Record<string, Shape>>;

/** Every name read that the scope does not have, wherever it stands: branches never taken, filter arguments, ranges. */
export function unknownNames(paths: readonly Variable[], start: Place, scope: ScopeSchema): readonly Fault[] {
  return paths.flatMap((variable) => {
    const found = unknownSegment(variable, scope);
    if (!found) return [];
    const { row, col } = variable.location;
    const message =
      found.owner === '' ? `Unknown variable "${found.name}".` : `"${found.owner}" has no "${found.name}".`;
    return [faultAt(within(start, row, col), message, didYouMean(found.name, found.known))];
  });
}

/** The paths that a template reads from its scope. */
export function pathsIn(template: Template[]): readonly Variable[] {
  const analysis: StaticAnalysis = engine.analyzeSync(template, { partials: false });
  return Object.values(analysis.globals).flat();
}

function unknownSegment(
  variable: Variable,
  scope: ScopeSchema,
): { readonly name: string; readonly owner: string; readonly known: readonly string[] } | undefined {
  let shape: Shape = scope;
  let owner = '';
  for (const segment of variable.segments) {
    if (typeof segment !== 'string' || shape === 'any') return undefined;
    if (shape === 'value') return segment === 'size' ? undefined : { name: segment, owner, known: [] };
    if (!Object.hasOwn(shape, segment)) return { name: segment, owner, known: Object.keys(shape) };
    shape = shape[segment] as Shape;
    owner = owner === '' ? segment : `${owner}.${segment}`;
  }
  return undefined;
}
