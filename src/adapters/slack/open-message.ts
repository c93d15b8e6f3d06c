import type { OpenList } from '../../domain/model.ts';
import { openBlocks } from '../open-blocks.ts';
import { bodyParts, lineOf, richText } from './blocks.ts';
import { messageOf, type SlackMessage } from './message.ts';
import { costsAt, Room } from './room.ts';
import { boldOf } from './text.ts';
import { whisper } from './whisper.ts';

/** What is open, for who asked alone. */
export function openMessage(list: OpenList): SlackMessage {
  const { heading, at, items } = list;
  if (items.length === 0) return whisper(heading);
  const room = new Room();
  const title = room.take(lineOf(boldOf(heading)));
  room.take(richText([])); // around all of it
  const blocks = openBlocks(list, room.left, costsAt(at));
  return messageOf(heading, { blocks: [richText([title, ...bodyParts(blocks, at)])] });
}
