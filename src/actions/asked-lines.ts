import { cut } from '../domain/cut.ts';
import { durationText } from '../domain/duration.ts';
import type { Line, Run } from '../domain/model.ts';
import type { RunbookOffer } from '../domain/ports.ts';
import { visible } from '../domain/visible.ts';

export const APPROVAL_MS = 10 * 60_000;

/**
 * What the channel is told of a run that somebody asked for. Who may agree to it must see there to what: what was filled in goes
 * into lines that each platform shows whole. undefined: it would take too many of them.
 */
export function askedLines(
  { label, inputs }: Pick<RunbookOffer, 'label' | 'inputs'>,
  { by, requestedAt, state, approvals, inputs: given }: Run,
): readonly Line[] | undefined {
  const asked = { at: requestedAt, kind: 'run', actor: by } as const;
  if (state === 'queued') return [{ ...asked, text: `asked for ${label}`, tell: 'thread' }];
  const text = `asked for ${label}: ${othersText(approvals)} must agree within ${durationText(APPROVAL_MS)}`;
  const filled = inputs.flatMap(({ name, label }) => rowsOf(label, (Object.hasOwn(given, name) && given[name]) || ''));
  if (filled.length === 0) return [{ ...asked, text, tell: 'channel' }];
  if (costOf(filled) <= BESIDE_WORDS) return [{ ...asked, text, detail: filled.join('\n'), tell: 'channel' }];
  const parts = partsOf(filled);
  if (parts.length > MOST_PARTS) return undefined;
  const many = parts.length === 1 ? '' : ` in ${parts.length} parts`;
  return [
    { ...asked, text: `${text}; to what, the thread shows${many}`, tell: 'channel' },
    ...parts.map((detail, index): Line => {
      const which = parts.length === 1 ? '' : `, part ${index + 1} of ${parts.length}`;
      return { ...asked, text: `asked for ${label} with this${which}:`, detail, tell: 'thread' };
    }),
  ];
}

export const othersText = (count: number): string => (count === 1 ? 'one other person' : `${count} other people`);

// Discord's messages are the smallest: 2,000 characters with the names, the words and the time; half of them, where many are mentioned.
const BESIDE_WORDS = 500;
const PART = 1_600;
const MOST_PARTS = 5;
/** What fits for certain, in few lines and without backticks. */
export const MOST_SHOWN = 6_000;
const LEAST_PIECE = 200; // what a part has left and a row does not fit into is worth breaking it

/** At most: Discord parts backticks with a character of its own, and each row is an element of its own in Teams. */
const textCost = (piece: string): number => piece.length + piece.split('`').length - 1;
const ROW_COST = 12;
const costOf = (rows: readonly string[]): number => rows.reduce((sum, row) => sum + textCost(row) + ROW_COST, 0);

const INDENT = '    ';

/** Only an input's name stands at the margin, so that no value can pass for another input. Line breaks as platforms show them. */
function rowsOf(label: string, value: string): readonly string[] {
  const [first = '', ...rest] = visible(value).split('\n');
  return [`${label}: ${first}`, ...rest.map((row) => INDENT + row)];
}

/** All of the rows, none of it cut away; one that goes on in the next part is indented there. */
function partsOf(rows: readonly string[]): readonly string[] {
  const parts: string[][] = [];
  let left = 0;
  const put = (row: string) => {
    parts.at(-1)?.push(row);
    left -= costOf([row]);
  };
  for (const row of rows) {
    let rest = row;
    while (costOf([rest]) > left) {
      if (left >= LEAST_PIECE) {
        const piece = beginningOf(rest, left - ROW_COST);
        put(piece);
        rest = INDENT + rest.slice(piece.length);
      }
      parts.push([]);
      left = PART;
    }
    put(rest);
  }
  return parts.map((part) => part.join('\n'));
}

/** As much of a row as fits, between two graphemes; within one that is too long by itself. */
function beginningOf(row: string, room: number): string {
  const kept = cut(row, room, textCost).length - 1; // without its `…`
  if (kept > INDENT.length) return row.slice(0, kept);
  const half = row.slice(0, room / 2);
  return half.isWellFormed() ? half : half.slice(0, -1);
}
