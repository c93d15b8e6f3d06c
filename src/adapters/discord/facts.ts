import type { Card } from '../../domain/model.ts';
import { LIMITS } from './limits.ts';
import type { Field } from './message.ts';
import { type Room, textOf } from './room.ts';
import { spansText } from './spans.ts';
import { escaped, shown } from './text.ts';

type Fact = Card['facts'][number];

const SHORT = 24; // characters; of such fields three stand in one row
const TIME_WIDTH = 14; // `59 minutes ago`
const NAME_CHARACTERS = 160;

/** One field a fact, `most` of them; what there is no room for is told in the thread. */
export function factFields({ facts, at }: Card, most: number, room: Room): readonly Field[] {
  const fields: Field[] = [];
  for (const fact of facts) {
    const field = fields.length < most ? fieldOf(fact, at, room) : undefined;
    if (field === undefined) room.leaveOut(`${fact.name}: ${textOf(fact.value)}`);
    else fields.push(field);
  }
  return fields;
}

function fieldOf(fact: Fact, at: number, room: Room): Field | undefined {
  if (room.left < EMPTY_CHARACTERS + NAME_CHARACTERS + VALUE_LEAST) return undefined;
  room.left -= EMPTY_CHARACTERS;
  const name = room.line(fact.name, NAME_CHARACTERS);
  const value = room.spans(fact.value, LIMITS.fieldValue, fact.name);
  return { name: shown(escaped(name)), value: shown(spansText(value, at)), inline: widthOf(fact) <= SHORT };
}

const VALUE_LEAST = 20; // less of it says nothing
const EMPTY_CHARACTERS = '––'.length;

const widthOf = ({ name, value }: Fact): number =>
  Math.max(
    name.length,
    value.reduce((sum, span) => sum + (span.kind === 'time' ? TIME_WIDTH : span.text.length), 0),
  );
