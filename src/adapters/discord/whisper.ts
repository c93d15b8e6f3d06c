import { cut } from '../../domain/cut.ts';
import type { Form } from '../../domain/model.ts';
import type { Refusal } from '../../domain/ports.ts';
import { visible } from '../../domain/visible.ts';
import { LIMITS } from './limits.ts';
import { ACTION_ROW, BUTTON, type DiscordMessage, SUPPRESS_EMBEDS } from './message.ts';
import { timeText } from './spans.ts';
import { escapedForPhones, shown } from './text.ts';

export const EPHEMERAL = 1 << 6; // only who pressed, or asked, sees it
const DANGER = 4;
const SECONDARY = 2;

/** An answer for who pressed alone. */
export function whisper(text: string): DiscordMessage {
  return messageOf(shown(fitting(text, LIMITS.content)));
}

/** A press that was refused: the sentence, who was first, and when. */
export function refusal({ text, by, at }: Pick<Refusal, 'text' | 'by' | 'at'>, now: number): DiscordMessage {
  const who = by === undefined ? '' : fitting(by.name, 200);
  const when = at === undefined ? '' : timeText({ kind: 'time', at, style: 'relative' }, now);
  const first = [who, when].filter((part) => part !== '').join(', ');
  return messageOf(`**Not done.** ${fitting(text, LIMITS.content - 400)}${first === '' ? '' : ` (${first})`}`);
}

/** Asks for a yes, where nothing is to be filled in. The ids of its buttons come back with the answer. */
export function question({ title, about, confirm, submit }: Form, yes: string, no: string): DiscordMessage {
  const words = [title, about, confirm].filter((part) => part !== undefined && part.trim() !== '').join('\n');
  const label = shown(cut(visible(submit.label), LIMITS.buttonLabel));
  return {
    ...messageOf(fitting(words, LIMITS.content)),
    components: [
      {
        type: ACTION_ROW,
        components: [
          { type: BUTTON, style: DANGER, label, custom_id: yes },
          { type: BUTTON, style: SECONDARY, label: 'Cancel', custom_id: no },
        ],
      },
    ],
  };
}

function messageOf(content: string): DiscordMessage {
  return {
    content,
    embeds: [],
    components: [],
    allowed_mentions: { parse: [], users: [], roles: [] },
    flags: EPHEMERAL | SUPPRESS_EMBEDS,
  };
}

const fitting = (text: string, most: number) =>
  escapedForPhones(cut(text, most, (piece) => escapedForPhones(piece).length));
