import type { Line, Principal } from '../../domain/model.ts';
import type { Rendered } from '../../domain/ports.ts';
import { visible } from '../../domain/visible.ts';
import { codeOf, lineOf, type Part, richText } from './blocks.ts';
import { limitFaults } from './limits.ts';
import { messageOf } from './message.ts';
import { jsonOf, Room } from './room.ts';
import { BETWEEN, boldOf, elementOf, mentionsOf, SPACE, textOf } from './text.ts';

/** One line of the timeline, as a reply: who, what, when, and what a runbook printed. `mentions`: whom it notifies. */
export function renderLine(line: Line, mentions: readonly Principal[] = []): Rendered {
  const room = new Room();
  room.take(FRAME);
  const name = room.fitText(visible(line.actor.name), NAME_CHARACTERS);
  const text = room.fitText(line.text.trim() === '' ? line.kind : visible(line.text), TEXT_CHARACTERS);
  const mentioned = mentionsOf(mentions);
  const words = room.take(
    lineOf(
      ...(mentioned.length === 0 ? [] : [...mentioned, SPACE]),
      ...(name.trim() === '' ? [] : [boldOf(name), SPACE]),
      textOf(text),
      BETWEEN,
      elementOf({ kind: 'time', at: line.at, style: 'clock' }, line.at),
    ),
  );
  const json = messageOf(`${name} ${text}`.trim(), {
    blocks: [richText([words, ...detailOf(line, room)])],
  });
  return { json, cut: room.cut, faults: limitFaults(json) };
}

const FRAME = [richText([])];
const NAME_CHARACTERS = 300; // of JSON
const TEXT_CHARACTERS = 6_000; // a note has at most 4,000 characters

function detailOf({ detail = '' }: Line, room: Room): readonly Part[] {
  const shown = detail.trim() === '' ? '' : room.fitText(visible(detail), room.left - jsonOf(codeOf('')));
  return shown === '' ? [] : [room.take(codeOf(shown))];
}
