import type { ContextBlock, KnownBlock } from '@slack/types';
import { fitBlocks } from '../../domain/fit.ts';
import type { Card, RunningCard } from '../../domain/model.ts';
import type { Rendered } from '../../domain/ports.ts';
import { cutWords, HUES, noticeOf, stateOf, titleOf } from '../said.ts';
import { bodyParts, codeOf, lineOf, type Part, richText } from './blocks.ts';
import { actionsOf } from './buttons.ts';
import { factLines } from './facts.ts';
import { limitFaults } from './limits.ts';
import { messageOf } from './message.ts';
import { costsAt, jsonOf, Room } from './room.ts';
import { boldOf, elementOf, mentionsOf, plain, textOf } from './text.ts';

/**
 * The card for Slack. Its title and whom it mentions stand above the coloured bar, so that Slack shows the notification's text, which it
 * parses, nowhere in the channel. All else stands beside the bar: https://docs.slack.dev/messaging/formatting-message-text#attachments
 */
export function render(card: Card): Rendered {
  const room = new Room();
  room.take(FRAME);
  const headline = headlineOf(card, room);
  const state = room.take(lineOf(textOf(room.fitText(stateOf(card), LINE_CHARACTERS))));
  const actions = actionsOf(card, room);
  const link = linkOf(card, room);
  const costs = costsAt(card.at);
  const facts = factLines(card, room, costs);
  const run = card.run === undefined ? [] : runParts(card.run, room);
  const fitted = fitBlocks(card.body, room.left, costs);
  room.leaveOut(fitted.cut);
  const body = bodyParts(room.fit(fitted), card.at);

  const blocks: readonly KnownBlock[] = [
    richText([state, ...body, ...link]),
    ...(facts.length === 0 ? [] : [richText(facts)]),
    ...(run.length === 0 ? [] : [richText(run)]),
    ...(room.cut.length === 0 ? [] : [QUIET]),
    ...(actions === undefined ? [] : [actions]),
  ];
  const json = messageOf(noticeOf(card), {
    blocks: [richText(headline)],
    attachments: [{ color: HUES[card.tone], blocks }],
  });
  return { json, cut: room.cut, faults: limitFaults(json) };
}

const LINE_CHARACTERS = 600; // of JSON: a title of 256 characters fits, whatever they are
const RUN_CHARACTERS = 2_500;

const QUIET: ContextBlock = { type: 'context', elements: [plain(cutWords('thread'))] };

/** What is there beside the texts, at its most: the four groups, the quiet line, and the last list that was cut. */
const FRAME = [richText([]), richText([]), richText([]), richText([]), QUIET, lineOf(), lineOf(), lineOf(), lineOf()];

/** What is over is told quietly: its title is not bold. */
function headlineOf(card: Card, room: Room): readonly Part[] {
  const title = elementOf(
    {
      kind: 'text',
      text: room.fitText(titleOf(card), LINE_CHARACTERS),
      ...(card.tone === 'resolved' ? {} : { bold: true }),
      ...(card.url === undefined ? {} : { url: card.url }),
    },
    card.at,
  );
  const mentions = mentionsOf(card.mentions);
  return [room.take(lineOf(title)), ...(mentions.length === 0 ? [] : [room.take(lineOf(...mentions))])];
}

/** The host in sight: a title can say what it likes about where it leads. */
function linkOf({ url, at }: Card, room: Room): readonly Part[] {
  const host = url === undefined ? undefined : URL.parse(url)?.host;
  if (!host) return [];
  const line = room.takeWithin(lineOf(elementOf({ kind: 'text', text: host, ...(url ? { url } : {}) }, at)), room.left);
  return line === undefined ? [] : [line];
}

function runParts({ label, words, tail }: RunningCard, room: Room): readonly Part[] {
  const name = room.fitText(label.trim() === '' ? 'Runbook' : label, LINE_CHARACTERS);
  const line = room.takeWithin(lineOf(boldOf(name), textOf(`: ${room.fitText(words, LINE_CHARACTERS)}`)), room.left);
  if (line === undefined) {
    room.leaveOut(`${label}: ${words}\n${tail}`);
    return [];
  }
  const most = Math.min(RUN_CHARACTERS, room.left - jsonOf(codeOf('')));
  const shown = tail.trim() === '' ? '' : room.fitText(tail, most);
  return shown === '' ? [line] : [line, room.take(codeOf(shown))];
}
