import type { OpenList } from '../../domain/model.ts';
import { openBlocks } from '../open-blocks.ts';
import { HUES } from '../said.ts';
import { blocksText } from './blocks.ts';
import { LIMITS } from './limits.ts';
import type { DiscordMessage } from './message.ts';
import { COSTS } from './spans.ts';
import { escaped } from './text.ts';
import { EPHEMERAL, whisper } from './whisper.ts';

/** What is open, for who asked alone. An embed has twice the room of a message's content. */
export function openMessage(list: OpenList): DiscordMessage {
  const { heading, at, worst } = list;
  if (worst === undefined) return whisper(heading);
  const description = blocksText(openBlocks(list, LIMITS.description, COSTS), at);
  return {
    content: '',
    embeds: [{ color: Number.parseInt(HUES[worst].slice(1), 16), title: escaped(heading), description, fields: [] }],
    components: [],
    allowed_mentions: { parse: [], users: [], roles: [] },
    flags: EPHEMERAL,
  };
}
