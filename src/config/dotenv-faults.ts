import type { Fault } from '../domain/errors.ts';
import type { Declarations } from './declarations.ts';
import type { Dotenv, Entry, Loss } from './dotenv.ts';

/** What is wrong with how `.env` is written. Shows no line of it: any of them may hold a secret. */
export function dotenvFaults(path: string, { entries, strayLines }: Dotenv, declarations: Declarations): Fault[] {
  const seen = new Map<string, Entry>();
  const faults: Fault[] = strayLines.map((at) => ({
    place: `${path}:${at.line}:${at.column}`,
    message: 'this line sets nothing',
    cure: "write NAME=value, or begin it with # as a comment; a value of several lines stands in '…'",
  }));
  for (const entry of entries) {
    const name = shownName(entry.name, declarations);
    const first = seen.get(entry.name);
    if (first !== undefined) {
      faults.push({
        place: `${path}:${entry.line}:${entry.column}`,
        message: `${name} is set twice, first on line ${first.line}`,
        cure: 'keep one of the two lines',
      });
    }
    seen.set(entry.name, entry);
    if (entry.lost) faults.push(lossFault(path, name, entry.lost));
  }
  return faults;
}

/** A name that may be printed. What is not written like a variable may be a part of somebody's key. */
export function shownName(name: string, declarations: Declarations): string {
  const known = declarations.variableOf(name) !== undefined || declarations.nearest(name) !== undefined;
  return known || /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/.test(name) ? name : 'a name';
}

function lossFault(path: string, name: string, lost: Loss): Fault {
  const place = `${path}:${lost.line}:${lost.column}`;
  switch (lost.kind) {
    case 'after_hash':
      return {
        place,
        message: `${name} is cut off at this #, which begins a comment`,
        cure: `single-quote the value: ${name}='…'; a comment goes on a line of its own`,
      };
    case 'after_quote':
      return {
        place,
        message: `${name} ends at the quote before this, and the rest of the line is lost`,
        cure: `quote the whole value with a quote that is not in it: ${name}='…'`,
      };
    case 'open_quote':
      return { place, message: `the quote that opens ${name} is never closed`, cure: 'close it, or leave it out' };
    default:
      return lost.kind satisfies never;
  }
}
