import { isCollection, isMap, isNode, isScalar, LineCounter, parseDocument, Scalar, visit } from 'yaml';
import type { Fault } from '../domain/errors.ts';
import { faultAt, type Place } from './place.ts';
import { holdsSlotMarks } from './slots.ts';

/** A Markdown file with YAML on top, as an admin wrote it. */
export interface FrontMatter {
  readonly file: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly body: string;
  readonly bodyLine: number; // of the file, from 1
  /** Where the value at `path` begins, inside its quotes; the nearest that exists above it where it is missing. */
  place(path: readonly (string | number)[]): Place;
  /** Where the last name of `path` itself is written. */
  keyPlace(path: readonly (string | number)[]): Place;
  bodyPlace(): Place;
  fault(
    where: readonly (string | number)[] | { readonly line: number; readonly column: number },
    message: string,
    cure: string,
  ): Fault;
}

const MAX_FILE_CHARACTERS = 64 * 1024;
const MAX_ALIASES = 50;
const FENCE = /^---[ \t]*$/;

/** Splits and reads a file. `file` is the name that faults show. Without `matter` there is at least one fault, and `body` where that could be told apart. */
export function readFrontMatter(
  file: string,
  raw: string,
): {
  readonly matter?: FrontMatter;
  readonly body?: { readonly text: string; readonly at: Place };
  readonly faults: readonly Fault[];
} {
  const text = raw.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const at = (line: number, column: number): Place => ({ file, text, line, column });
  const one = (place: Place, message: string, cure: string) => ({ faults: [faultAt(place, message, cure)] });

  if (text.length > MAX_FILE_CHARACTERS) {
    return one(at(1, 1), `The file is longer than ${MAX_FILE_CHARACTERS} characters.`, 'Shorten it.');
  }
  const forbidden = text.split('\n').findIndex(holdsSlotMarks);
  if (forbidden !== -1) {
    return one(
      at(forbidden + 1, 1),
      'The line holds U+FDD0 or U+FDD1, which are not characters.',
      'Remove them: many editors show them as a box or as nothing.',
    );
  }
  const lines = text.split('\n');
  if (!FENCE.test(lines[0] ?? '')) {
    return one(at(1, 1), 'There is no front matter.', 'Begin the file with a line "---", keys, and another "---".');
  }
  const end = lines.findIndex((line, index) => index > 0 && FENCE.test(line));
  if (end === -1) return one(at(1, 1), 'The front matter has no end.', 'Close it with a line "---".');

  // The first fence is YAML's own document mark, so offsets in this string are offsets in the file.
  const head = `${lines.slice(0, end).join('\n')}\n`;
  const counter = new LineCounter();
  const document = parseDocument(head, { lineCounter: counter, prettyErrors: false, stringKeys: false });
  const offsetPlace = (offset: number): Place => {
    const { line, col } = counter.linePos(offset);
    return at(Math.max(1, line), Math.max(1, col));
  };

  // One a line: a second is mostly the parser's confusion about the first.
  const found = new Map<number, Fault>();
  const find = (place: Place, message: string, cure: string) =>
    found.get(place.line) ?? found.set(place.line, faultAt(place, message, cure));
  let firstAlias: number | undefined;
  visit(document, {
    Alias: (_key, node) => {
      firstAlias ??= node.range?.[0];
    },
    Pair: (_key, pair) => {
      if (isCollection(pair.key)) {
        find(offsetPlace((pair.key.range?.[0] ?? 1) - 1), 'YAML reads this as a map, not as a text.', QUOTE_IT);
      }
    },
  });
  for (const error of [...document.errors, ...document.warnings]) {
    const place = offsetPlace(error.pos[0]);
    find(place, yamlMessage(error.message), yamlCure(lines[place.line - 1] ?? '', error.code));
  }
  const body = { text: lines.slice(end + 1).join('\n'), at: at(end + 2, 1) };
  if (found.size > 0) return { body, faults: [...found.values()] };
  const isEmpty = isScalar(document.contents) && document.contents.value === null;
  if (!isEmpty && !isMap(document.contents)) {
    return one(at(2, 1), 'The front matter is not a list of keys.', 'Write it as "key: value", one a line.');
  }

  let data: Record<string, unknown>;
  try {
    data = document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {};
  } catch {
    return one(offsetPlace(firstAlias ?? 0), 'The aliases (*) expand to too much.', 'Write the values out.');
  }

  const nodePlace = (node: unknown): Place | undefined => {
    if (!isNode(node) || !node.range) return undefined;
    const start = offsetPlace(node.range[0]);
    if (!isScalar(node)) return start;
    switch (node.type) {
      case Scalar.QUOTE_DOUBLE:
      case Scalar.QUOTE_SINGLE:
        return { ...start, column: start.column + 1 };
      case Scalar.BLOCK_LITERAL:
      case Scalar.BLOCK_FOLDED: {
        const indent = (lines[start.line] ?? '').search(/\S|$/);
        return { ...start, line: start.line + 1, column: indent + 1, indent };
      }
      default:
        return start;
    }
  };
  const place = (path: readonly (string | number)[]): Place => {
    for (let length = path.length; length > 0; length--) {
      const found = nodePlace(document.getIn(path.slice(0, length), true));
      if (found) return found;
    }
    return at(1, 1);
  };
  const matter: FrontMatter = {
    file,
    data,
    body: body.text,
    bodyLine: end + 2,
    place,
    keyPlace(path) {
      const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
      const pair = isMap(parent)
        ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(path.at(-1)))
        : undefined;
      return nodePlace(pair?.key) ?? place(path);
    },
    bodyPlace: () => body.at,
    fault: (where, message, cure) =>
      faultAt('line' in where ? at(where.line, where.column) : place(where), message, cure),
  };
  return { matter, faults: [] };
}

const QUOTE_IT = 'Quote the whole value: "{{ … }}".';

function yamlCure(line: string, code: string): string {
  if (code === 'DUPLICATE_KEY') return 'Keep one of the two.';
  return /\{[{%]/.test(line) ? QUOTE_IT : 'Quote the value if it holds : or # or begins with a special character.';
}

function yamlMessage(message: string): string {
  const first = message.split('\n', 1)[0] as string;
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
