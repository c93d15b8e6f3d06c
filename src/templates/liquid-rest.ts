import type { Liquid, Template } from 'liquidjs';
import type { Fault } from '../domain/errors.ts';
import { engine, lenientEngine } from './engine.ts';
import { errorsIn, followsFromAnother, liquidFault, without } from './liquid-faults.ts';
import type { Place } from './place.ts';
import { pathsIn, type ScopeSchema, unknownNames } from './scope.ts';

const MAX_ROUNDS = 10;
const MAX_ERRORS = 100; // of one text: whoever has more sees the others after these

/** Every fault of a source that the engine refuses, also those which stand behind the first. */
export function faultsOfUnreadable(source: string, at: Place, scope: ScopeSchema): readonly Fault[] {
  const { errors } = readRest(engine, source);
  const { nodes } = readRest(lenientEngine, source);
  return [
    ...errors.slice(0, MAX_ERRORS).map((error) => liquidFault(error, source, at)),
    ...unknownNames(pathsIn(nodes), at, scope),
  ];
}

/** Reads again without what was refused, until the rest can be read. */
function readRest(reader: Liquid, source: string): { readonly nodes: Template[]; readonly errors: readonly unknown[] } {
  const errors: unknown[] = [];
  let rest = source;
  for (let round = 0; round < MAX_ROUNDS && errors.length < MAX_ERRORS; round++) {
    try {
      return { nodes: reader.parse(rest), errors };
    } catch (error) {
      const found = errorsIn(error);
      errors.push(...found.filter((one) => round === 0 || !followsFromAnother(one)));
      const less = found.reduce<string>((text, one) => without(one, text), rest);
      if (less === rest) break;
      rest = less;
    }
  }
  return { nodes: [], errors };
}
