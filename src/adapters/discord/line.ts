import type { Line, Principal } from '../../domain/model.ts';
import type { Rendered } from '../../domain/ports.ts';
import { codeBlock } from './blocks.ts';
import { LIMITS, limitFaults } from './limits.ts';
import { mentionsOf } from './mentions.ts';
import { type DiscordMessage, SUPPRESS_EMBEDS } from './message.ts';
import { Room } from './room.ts';
import { timeText } from './spans.ts';
import { escapedForPhones } from './text.ts';

/** One line of the timeline, as a reply: who, what, when, and what a runbook printed. `mentions`: whom it notifies. */
export function renderLine(line: Line, mentions: readonly Principal[] = []): Rendered {
  const mentioned = mentionsOf(mentions);
  const time = timeText({ kind: 'time', at: line.at, style: 'clock' }, NEVER_NEAR);
  const detail = line.detail ?? '';
  const room = new Room(LIMITS.content - mentioned.text.length - time.length - AROUND);
  const name = escapedForPhones(room.line(line.actor.name, NAME_CHARACTERS));
  const said = line.text.trim() === '' ? line.kind : line.text;
  const text = escapedForPhones(room.text(said, room.left - (detail.trim() === '' ? 0 : DETAIL_LEAST)));
  const code = codeBlock(room.code(detail, room.left));
  for (const principal of mentioned.left) room.leaveOut(`also for ${principal}`);
  const words = [mentioned.text, name === '' ? '' : `**${name}**`, text].filter((part) => part !== '').join(' ');
  const json: DiscordMessage = {
    content: `${words} · ${time}${code === '' ? '' : `\n${code}`}`,
    embeds: [],
    components: [],
    allowed_mentions: mentioned.allowed,
    flags: SUPPRESS_EMBEDS,
  };
  return { json, cut: room.cut, faults: limitFaults(json) };
}

const NAME_CHARACTERS = 160;
const DETAIL_LEAST = 400; // what a runbook printed is why the line is read
const AROUND = ' **** \n · ```\n\n```'.length;
const NEVER_NEAR = Number.POSITIVE_INFINITY; // a line may be told late, and is read for long: with the date
