import type { z } from 'zod';
import type { Fault } from '../domain/errors.ts';
import type { Variable } from '../domain/ports.ts';
import type { Hint } from './schemas.ts';

/** What came of reading something: a value, if there is one, and what is wrong. */
export interface Parsed<T> {
  readonly value?: T;
  readonly faults: readonly Fault[];
}

/** One variable's text by its schema. A secret's text is in no fault. */
export function parseVariable<V extends Variable>(
  name: string,
  variable: V,
  text: string | undefined,
): Parsed<z.output<V['schema']>> {
  const parsed = variable.schema.safeParse(text);
  if (parsed.success) return { value: parsed.data as z.output<V['schema']>, faults: [] };
  return {
    faults: parsed.error.issues.map((issue) => {
      const hint = (issue.code === 'custom' ? issue.params : undefined) as Partial<Hint> | undefined;
      const cure = hint?.cure ?? variable.about;
      if (hint?.column === undefined || variable.secret) return { place: name, message: issue.message, cure };
      return faultIn(name, text ?? '', hint.column, issue.message, cure);
    }),
  };
}

const EXCERPT_WIDTH = 110;

/** A fault at a column (from 1) of a value that is no secret, with a caret under it. */
export function faultIn(name: string, text: string, column: number, message: string, cure: string): Fault {
  const from = column > EXCERPT_WIDTH ? column - EXCERPT_WIDTH / 2 : 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must show it as one line
  const line = text.slice(from, from + EXCERPT_WIDTH).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
  return { place: `${name}:${column}`, message, cure, excerpt: `${line}\n${' '.repeat(column - 1 - from)}^` };
}
