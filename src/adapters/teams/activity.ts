import { cut } from '../../domain/cut.ts';
import { literalCost, markdownCost } from './costs.ts';
import type { Activity, AdaptiveCard } from './elements.ts';
import type { Limits } from './limits.ts';
import type { Mentions } from './mentions.ts';
import { escaped, lineOf } from './text.ts';

/** A whole message. `notice`: what a phone shows, and a client that cannot draw the card. */
export function activityOf(
  notice: string,
  content: Pick<AdaptiveCard, 'body' | 'actions'>,
  { entities }: Mentions,
  limits: Limits,
): Activity {
  const shown = (cost: typeof literalCost) => cut(notice, lineRoom(limits), (piece) => cost(piece, limits));
  return {
    type: 'message',
    summary: lineOf(shown(literalCost)),
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.5',
          fallbackText: escaped(shown(markdownCost)),
          msteams: { width: 'Full', ...(entities.length === 0 ? {} : { entities }) },
          ...content,
        },
      },
    ],
  };
}

/** What a title, a state, a notice may take: a small part of a message. */
export const lineRoom = ({ most }: Limits): number => most / 32;
