import { cut } from '../../domain/cut.ts';
import type { Reply } from '../../domain/ports.ts';
import { visible } from '../../domain/visible.ts';
import type { Activity } from './elements.ts';
import { render } from './render.ts';
import { literal } from './text.ts';

const MOST_CHARACTERS = 1_000;

/**
 * What an invoke is answered: the card as it is now, in place of the one that was pressed, or words that its presser alone sees.
 * https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/universal-action-model#response-format
 */
export function invokeAnswer(reply: Reply): object {
  if (reply.kind !== 'done' && reply.kind !== 'started') return inWords(wordsOf(reply));
  const [{ content: value }] = (render(reply.card).json as Activity).attachments;
  return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value };
}

export function inWords(text: string): object {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: whisper(text) };
}

/** A message that one person alone sees, in the conversation where they pressed. */
export function targeted(text: string, person: string): object {
  return { type: 'message', text: whisper(text), textFormat: 'plain', recipient: { id: person } };
}

/** An answer in words; a refusal says who was first. */
export function wordsOf(reply: Reply): string {
  switch (reply.kind) {
    case 'done':
    case 'started':
    case 'told':
      return reply.text;
    case 'ask':
      return `Not done: ${reply.form.title} must be asked about first. This card is an old one; press on the newest.`;
    case 'refused': {
      const { text, by, at, details = [] } = reply;
      const more = details.map(({ message }) => message).filter((message) => !text.includes(message));
      const first = [...(by === undefined ? [] : [cut(by.name, 80)]), ...(at === undefined ? [] : [clockOf(at)])];
      return ['Not done.', text, ...more, ...(first.length === 0 ? [] : [`(${first.join(', ')})`])].join(' ');
    }
    default:
      return reply satisfies never;
  }
}

/** Nothing here is drawn in its reader's zone. */
const clockOf = (at: number): string => `${new Date(at).toISOString().slice(11, 16)} UTC`;

const whisper = (text: string): string => literal(cut(visible(text), MOST_CHARACTERS));
