import { cut } from '../../domain/cut.ts';
import type { Refusal } from '../../domain/ports.ts';
import { visible } from '../../domain/visible.ts';
import { lineOf, richText } from './blocks.ts';
import { messageOf, type SlackMessage } from './message.ts';
import { boldOf, elementOf, SPACE, textOf } from './text.ts';

const MOST_CHARACTERS = 6_000; // of a message's 10,000 characters of blocks

/** An answer for who pressed alone. */
export function whisper(text: string): SlackMessage {
  const shown = cut(visible(text), MOST_CHARACTERS);
  return messageOf(shown, { blocks: [richText([lineOf(textOf(shown.trim() === '' ? '…' : shown))])] });
}

/** A press that was refused: the sentence, who was first, and when. */
export function refusal({ text, by, at }: Pick<Refusal, 'text' | 'by' | 'at'>, now: number): SlackMessage {
  const shown = cut(visible(text), MOST_CHARACTERS);
  const who = by === undefined ? [] : [textOf(`(${cut(visible(by.name), 80)}`)];
  const when = at === undefined ? [] : [elementOf({ kind: 'time', at, style: 'relative' }, now)];
  const first = [
    ...who,
    ...(who.length > 0 && when.length > 0 ? [textOf(', ')] : []),
    ...when,
    ...(who.length > 0 ? [textOf(')')] : []),
  ];
  return messageOf(`Not done. ${shown}`, {
    blocks: [
      richText([lineOf(boldOf('Not done.'), SPACE, textOf(shown), ...(first.length > 0 ? [SPACE, ...first] : []))]),
    ],
  });
}
