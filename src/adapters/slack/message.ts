import type { KnownBlock } from '@slack/types';
import { cut } from '../../domain/cut.ts';
import { escaped } from './text.ts';

/** What chat.postMessage and chat.update are sent, beside the channel: https://docs.slack.dev/reference/methods/chat.postMessage */
export interface SlackMessage {
  readonly text: string; // the notification, and what a screen reader says
  readonly blocks: readonly KnownBlock[];
  readonly attachments?: readonly { readonly color: string; readonly blocks: readonly KnownBlock[] }[];
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly parse: 'none';
  readonly link_names: false;
}

/** Slack looks nothing up in it, and shows no preview of a link. `notice`: plain text. */
export function messageOf(notice: string, content: Pick<SlackMessage, 'blocks' | 'attachments'>): SlackMessage {
  return {
    text: escaped(cut(notice, NOTICE_CHARACTERS, (piece) => escaped(piece).length)),
    ...content,
    unfurl_links: false,
    unfurl_media: false,
    parse: 'none',
    link_names: false,
  };
}

const NOTICE_CHARACTERS = 1_000; // escaped; far more than a phone shows
