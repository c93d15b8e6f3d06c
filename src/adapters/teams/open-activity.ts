import type { OpenList } from '../../domain/model.ts';
import { openBlocks } from '../open-blocks.ts';
import { activityOf } from './activity.ts';
import { blockElements } from './blocks.ts';
import { costsOf } from './costs.ts';
import type { Element } from './elements.ts';
import { BOT } from './limits.ts';
import { lineElement } from './lines.ts';
import { literal } from './text.ts';

/** What is open, as a message in the chat of one person with the bot. */
export function openActivity(list: OpenList): object {
  const { heading, at, items } = list;
  if (items.length === 0) return { type: 'message', text: literal(heading), textFormat: 'plain' };
  const title = lineElement([{ kind: 'text', text: heading, bold: true }], { now: at });
  const withWords = (words: readonly Element[]) =>
    activityOf(heading, { body: [title, ...words] }, { entities: [], elements: [], cut: [] }, BOT);
  const room = BOT.most - BOT.size(JSON.stringify(withWords([])));
  const blocks = openBlocks(list, room, costsOf(items, BOT));
  return withWords(blocks.flatMap((block) => blockElements(block, at)));
}
