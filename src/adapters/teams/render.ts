import type { Card } from '../../domain/model.ts';
import type { Rendered } from '../../domain/ports.ts';
import { noticeOf } from '../said.ts';
import type { Links } from './actions.ts';
import { activityOf } from './activity.ts';
import { buttonsOf } from './buttons.ts';
import { headerOf } from './header.ts';
import { BOT, limitFaults, WEBHOOK } from './limits.ts';
import { linkOf } from './link.ts';
import { mentionsOf } from './mentions.ts';
import { type CardWords, cutNote, NOTHING, wordsOf } from './words.ts';

/**
 * A card as the activity that is sent, without its conversation. Title, state, link and buttons always; facts, run and body get the room
 * they leave. With `links` it is for a Workflows webhook, behind which no bot stands: there each button leads to a page.
 */
export function render(card: Card, { links }: { readonly links?: Links } = {}): Rendered {
  const limits = links === undefined ? BOT : WEBHOOK;
  const link = linkOf(card.url, limits);
  const header = headerOf(card, link?.open, limits);
  const mentions = mentionsOf(card.mentions, limits);
  const buttons = buttonsOf(card, limits, links);
  const note = cutNote(links === undefined ? 'thread' : 'console'); // a webhook's message has no thread

  const withWords = ({ body, facts, run }: CardWords, isCut: boolean) =>
    activityOf(
      noticeOf(card),
      {
        body: [
          header.element,
          ...body.elements,
          ...(link === undefined ? [] : [link.line]),
          ...facts.elements,
          ...run.elements,
          ...(isCut ? [note] : []),
          ...mentions.elements,
          ...buttons.menu,
        ],
        ...(buttons.actions.length === 0 ? {} : { actions: buttons.actions }),
      },
      mentions,
      limits,
    );

  const room =
    limits.most - limits.size(JSON.stringify(withWords({ body: NOTHING, facts: NOTHING, run: NOTHING }, true)));
  const words = wordsOf(card, room, limits);
  const left = [...words.body.cut, ...words.facts.cut, ...words.run.cut];
  const json = withWords(words, left.length > 0);
  const unlinked = card.url !== undefined && link === undefined ? [card.url] : [];
  return {
    json,
    cut: [...header.cut, ...left, ...unlinked, ...buttons.cut, ...mentions.cut],
    faults: limitFaults(json, limits),
  };
}
