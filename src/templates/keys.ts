import { type ZodType, z } from 'zod';
import type { Fault } from '../domain/errors.ts';
import type { FrontMatter } from './front-matter.ts';
import { didYouMean } from './nearest.ts';

/** The front matter as `schema` declares it. Without `keys` there is at least one fault, and `rest` is what is right in it all the same. */
export function readKeys<T>(
  matter: FrontMatter,
  schema: ZodType<T>,
): { readonly keys?: T; readonly rest?: T; readonly faults: readonly Fault[] } {
  const read = schema.safeParse(matter.data);
  if (read.success) return { keys: read.data, faults: [] };
  const { issues } = read.error;
  const rest = schema.safeParse(without(matter.data, issues));
  return {
    ...(rest.success && { rest: rest.data }),
    faults: issues.flatMap((issue) => faultsOf(matter, schema, issue)),
  };
}

/** In a list an empty text takes the place of what is wrong, so that the others keep theirs. */
function without(data: FrontMatter['data'], issues: readonly z.core.$ZodIssue[]): unknown {
  const rest: unknown = structuredClone(data);
  const holderOf = (path: readonly PropertyKey[]) =>
    path.reduce<unknown>((at, step) => (isHolder(at) ? at[step] : undefined), rest);
  for (const issue of issues) {
    const wrong = issue.code === 'unrecognized_keys' ? issue.keys : issue.path.slice(-1);
    const holder = holderOf(issue.code === 'unrecognized_keys' ? issue.path : issue.path.slice(0, -1));
    for (const key of wrong) {
      if (Array.isArray(holder)) holder[Number(key)] = '';
      else if (isHolder(holder)) delete holder[key];
    }
  }
  return rest;
}

const isHolder = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null;

function faultsOf(matter: FrontMatter, schema: ZodType, issue: z.core.$ZodIssue): readonly Fault[] {
  const path = issue.path.map((step) => (typeof step === 'number' ? step : String(step)));
  const name = path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    return issue.keys.map((key) =>
      matter.fault(matter.keyPlace([...path, key]), `Unknown key "${key}".`, didYouMean(key, known)),
    );
  }
  const missing = issue.code === 'invalid_type' && path.length > 0 && !((path[0] as string) in matter.data);
  if (missing) return [matter.fault([], `The key "${name}" is missing.`, `Add "${name}:" to the front matter.`)];
  return [matter.fault(path, `"${name}": ${issue.message}.`, CURES[issue.code] ?? 'Correct the value.')];
}

const CURES: Readonly<Partial<Record<z.core.$ZodIssue['code'], string>>> = {
  invalid_type: 'Write a value of that type; a text that looks like something else is quoted.',
  too_big: 'Shorten it.',
  invalid_value: 'Use one of these.',
};

/** The names that the schema knows at `path`. */
function keysAt(schema: ZodType, path: readonly (string | number)[]): readonly string[] {
  let at: unknown = bare(schema);
  for (const step of path) {
    if (at instanceof z.ZodObject) at = bare(at.shape[step]);
    else if (at instanceof z.ZodArray) at = bare(at.element);
    else if (at instanceof z.ZodRecord) at = bare(at.valueType);
    else return [];
  }
  return at instanceof z.ZodObject ? Object.keys(at.shape) : [];
}

function bare(schema: unknown): unknown {
  let at = schema;
  while (at instanceof z.ZodOptional || at instanceof z.ZodDefault) at = at.unwrap();
  return at;
}
