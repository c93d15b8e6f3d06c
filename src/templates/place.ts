import type { Fault } from '../domain/errors.ts';

/** A text inside a file that an admin wrote. Lines and columns count from 1, columns in UTF-16 units as editors do. */
export interface Place {
  readonly file: string; // as it is shown: `templates/cards/incident.md`
  readonly text: string; // the whole file, for excerpts
  readonly line: number;
  readonly column: number;
  readonly indent?: number; // of every line after the first: a YAML block scalar's
}

const EXCERPT_WIDTH = 110;

/** A fault at `place`, with the line and a caret under the column. */
export function faultAt(place: Place, message: string, cure: string): Fault {
  return {
    place: `${place.file}:${place.line}:${place.column}`,
    message,
    cure,
    excerpt: excerpt(place.text, place.line, place.column),
  };
}

/** The place of row and column (from 1) of a text that begins at `start`. */
export function within(start: Place, row: number, column: number): Place {
  return {
    ...start,
    line: start.line + row - 1,
    column: row === 1 ? start.column + column - 1 : (start.indent ?? 0) + column,
  };
}

function excerpt(text: string, line: number, column: number): string {
  const whole = (text.split('\n', line)[line - 1] ?? '').replaceAll('\t', ' ');
  const from = column > EXCERPT_WIDTH ? column - EXCERPT_WIDTH / 2 : 0;
  return `${whole.slice(from, from + EXCERPT_WIDTH)}\n${' '.repeat(Math.max(0, column - 1 - from))}^`;
}
