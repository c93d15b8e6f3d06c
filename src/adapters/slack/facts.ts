import type { RichTextElement } from '@slack/types';
import { type Costs, fitSpans } from '../../domain/fit.ts';
import type { Card, Spans } from '../../domain/model.ts';
import { lineOf, type Part } from './blocks.ts';
import { jsonOf, type Room } from './room.ts';
import { BETWEEN, boldOf, elementsOf, textOf } from './text.ts';

type Fact = Card['facts'][number];

const FACT_CHARACTERS = 1_500; // of JSON, so that one long value leaves room for the next
const NAME_CHARACTERS = 160;
const ROW_WIDTH = 40; // of a phone
const TIME_WIDTH = 14; // `59 minutes ago`
const COLON = textOf(': ');

/** One fact a line; two that follow each other share it where both are short. */
export function factLines({ facts, at }: Card, room: Room, costs: Costs): readonly Part[] {
  const rows: RichTextElement[][] = [];
  let width = ROW_WIDTH; // of the last row, while it takes one more fact
  for (const fact of facts) {
    const elements = factOf(fact, at, room, costs);
    if (elements === undefined) continue;
    if (width + widthOf(fact) < ROW_WIDTH) {
      rows.at(-1)?.push(room.take(BETWEEN), ...elements);
      width = ROW_WIDTH;
    } else {
      rows.push(elements);
      width = widthOf(fact);
    }
  }
  return rows.map((row) => lineOf(...row));
}

function factOf({ name, value }: Fact, at: number, room: Room, costs: Costs): RichTextElement[] | undefined {
  const short = room.fitText(name, NAME_CHARACTERS);
  const label = boldOf(short);
  const around = jsonOf(label) + jsonOf(COLON) + jsonOf(lineOf());
  const fitted = fitSpans(value, Math.min(FACT_CHARACTERS, room.left - around), costs);
  if (fitted.cut !== '') room.leaveOut(`${name}: ${wordsOf(value, costs)}`);
  const elements = elementsOf(fitted.kept, at);
  if (elements.length === 0) return undefined;
  room.left -= around;
  room.fit(fitted);
  return short.trim() === '' ? [...elements] : [label, COLON, ...elements];
}

/** Where nothing fits, all of it is told. */
const wordsOf = (spans: Spans, costs: Costs): string => fitSpans(spans, -1, costs).cut;

const widthOf = ({ name, value }: Fact): number =>
  value.reduce((sum, span) => sum + (span.kind === 'time' ? TIME_WIDTH : span.text.length), name.length + 2);
