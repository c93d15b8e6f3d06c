import { fitBlocks } from '../../domain/fit.ts';
import type { Card, RunningCard, Tone } from '../../domain/model.ts';
import type { Rendered } from '../../domain/ports.ts';
import { cutWords, HUES, noticeOf, stateOf, titleOf } from '../said.ts';
import { embedUrl } from './address.ts';
import { blocksText, codeBlock } from './blocks.ts';
import { actionRows } from './buttons.ts';
import { contentOf } from './content.ts';
import { factFields } from './facts.ts';
import { LIMITS, limitFaults } from './limits.ts';
import { mentionsOf } from './mentions.ts';
import type { DiscordMessage, Field } from './message.ts';
import { Room } from './room.ts';
import { COSTS, spansText } from './spans.ts';
import { escaped, shown } from './text.ts';

/**
 * The card for Discord: the notice and whom it mentions as the content, all else in one embed. What is there always is paid first,
 * then the run, which is bounded, and the facts; the body gets the room that is left.
 */
export function render(card: Card): Rendered {
  const room = new Room(LIMITS.embedCharacters - CUT.length);
  const mentions = mentionsOf(card.mentions);
  const content = contentOf(noticeOf(card), mentions, room);
  const components = actionRows(card, room);
  const title = escaped(room.line(titleOf(card), LIMITS.title));
  const state = stateText(room.line(stateOf(card), STATE_CHARACTERS), card.tone);
  const link = hostLink(card);
  const run = card.run === undefined ? [] : [runField(card.run, room)];
  room.left -= MARKERS + link.length + BREAKS;
  const fields = [...factFields(card, LIMITS.fields - run.length, room), ...run];
  const most = LIMITS.description - state.length - link.length - BREAKS;
  const body = fitBlocks(card.body, Math.min(most, room.left), COSTS);
  room.leaveOut(body.cut);

  const json: DiscordMessage = {
    content,
    embeds: [
      {
        color: Number.parseInt(HUES[card.tone].slice(1), 16),
        title,
        ...titleLink(card),
        description: [state, blocksText(body.kept, card.at), link].filter((part) => part !== '').join('\n'),
        fields,
        ...(room.cut.length === 0 ? {} : { footer: { text: CUT } }),
      },
    ],
    components,
    allowed_mentions: mentions.allowed,
  };
  return { json, cut: room.cut, faults: limitFaults(json) };
}

const CUT = cutWords('thread');
const STATE_CHARACTERS = 600; // escaped: a state of 256 characters fits, whatever they are
const RUN_CHARACTERS = 160;
const MARKERS = '****'.length;
const BREAKS = 2;
const CODE_AROUND = '\n```\n\n```'.length;

/** What is over is told quietly. */
function stateText(state: string, tone: Tone): string {
  const words = escaped(state);
  return tone === 'resolved' ? words : `**${words}**`;
}

function titleLink({ url }: Card): { readonly url?: string } {
  const taken = url === undefined ? undefined : embedUrl(url);
  return taken === undefined || taken.length > LIMITS.url ? {} : { url: taken };
}

/** The host in sight: a title can say what it likes about where it leads. */
function hostLink({ url, at }: Card): string {
  const host = url === undefined ? undefined : URL.parse(url)?.host;
  return url === undefined || !host ? '' : spansText([{ kind: 'text', text: host, url }], at);
}

function runField({ label, words, tail }: RunningCard, room: Room): Field {
  const name = escaped(room.line(label, RUN_CHARACTERS));
  const state = escaped(room.line(words, RUN_CHARACTERS));
  room.left -= CODE_AROUND;
  const code = codeBlock(room.code(tail, LIMITS.fieldValue - state.length - CODE_AROUND));
  return { name: shown(name), value: [shown(state), code].filter((part) => part !== '').join('\n'), inline: false };
}
