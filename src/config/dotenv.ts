import { parseEnv } from 'node:util';

/** One assignment of a `.env` file. Lines and columns count from 1. */
export interface Entry {
  readonly name: string;
  readonly value: string;
  readonly line: number;
  readonly column: number; // of the name
  readonly lost?: Loss; // something that was written and did not become part of the value
}
export interface Loss {
  readonly kind: 'after_hash' | 'after_quote' | 'open_quote';
  readonly line: number;
  readonly column: number;
}
export interface Dotenv {
  readonly entries: readonly Entry[];
  readonly strayLines: readonly { readonly line: number; readonly column: number }[]; // neither assignment nor comment
}

/**
 * Reads a `.env` file: node:util's `parseEnv` gives each value, and this says where it stood and what was cut off.
 * It is given one assignment at a time, because over a whole file it takes the next line as the value of `NAME= `.
 */
export function readDotenv(file: string): Dotenv {
  const text = file.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const entries: Entry[] = [];
  const strayLines: { line: number; column: number }[] = [];
  const at = placesOf(text);
  let start = 0;
  while (start < text.length) {
    const lineEnd = endOfLine(text, start);
    const line = text.slice(start, lineEnd);
    const head = HEAD.exec(line);
    if (head === null) {
      if (!/^\s*(?:#|$)/.test(line)) strayLines.push(at(start + line.search(/\S/)));
      start = lineEnd + 1;
      continue;
    }
    const [, before = '', name = '', gap = ''] = head;
    const value = readValue(text, start + before.length + name.length + gap.length, lineEnd);
    const parsed = parseEnv(text.slice(start, value.end));
    entries.push({
      name,
      value: parsed[name] ?? '',
      ...at(start + before.length),
      ...(value.lost && { lost: { kind: value.lost.kind, ...at(value.lost.at) } }),
    });
    start = value.end + 1;
  }
  return { entries, strayLines };
}

const HEAD = /^(\s*(?:export\s+)?)([^\s=#][^=#]*?)(\s*=[ \t]*)/;

interface Value {
  readonly end: number; // of its last line
  readonly lost?: { readonly kind: Loss['kind']; readonly at: number };
}

function readValue(text: string, from: number, lineEnd: number): Value {
  const quote = text[from];
  if (quote !== undefined && '\'"`'.includes(quote) && from < lineEnd) {
    const close = text.indexOf(quote, from + 1);
    if (close < 0) return { end: lineEnd, lost: { kind: 'open_quote', at: from } };
    const end = endOfLine(text, close);
    const rest = text.slice(close + 1, end);
    if (/^\s*(?:#|$)/.test(rest)) return { end };
    return { end, lost: { kind: 'after_quote', at: close + 1 + rest.search(/\S/) } };
  }
  const hash = text.slice(from, lineEnd).indexOf('#');
  if (hash < 0 || isComment(text, from + hash)) return { end: lineEnd };
  return { end: lineEnd, lost: { kind: 'after_hash', at: from + hash } };
}

/** ` # so` is meant as a comment; `slack:#alerts` and `slack: #alerts` are not. */
function isComment(text: string, hash: number): boolean {
  return /[ \t]/.test(text[hash - 1] ?? '') && /^#(?:\s|$)/.test(text.slice(hash, hash + 2));
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function placesOf(text: string): (offset: number) => { line: number; column: number } {
  return (offset) => {
    const lines = text.slice(0, offset).split('\n');
    return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
  };
}
