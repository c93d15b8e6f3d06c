import type { PlainTextElement, RichTextElement } from '@slack/types';
import type { Principal, Span, Spans } from '../../domain/model.ts';
import { LIMITS } from './limits.ts';

/** Spans as rich text: their texts are data to Slack, their styles are flags beside them. `at`: when the card was drawn. */
export function elementsOf(spans: Spans, at: number): readonly RichTextElement[] {
  return spans.flatMap((span) => (span.kind === 'text' && span.text === '' ? [] : [elementOf(span, at)]));
}

export function elementOf(span: Span, at: number): RichTextElement {
  if (span.kind === 'time') return timeOf(span, at);
  const { text, bold, italic, code, url } = span;
  const style = bold || italic || code ? { style: { ...flag({ bold }), ...flag({ italic }), ...flag({ code }) } } : {};
  return url === undefined || url.length > LIMITS.url
    ? { type: 'text', text: visible(text), ...style }
    : { type: 'link', url, text: visible(text), ...style };
}

/** Words of our own, or a value without a style. */
export const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text: visible(text), emoji: false });

/** Those of `principals` that Slack knows, with a space between them. Nothing else in a message can notify anybody. */
export function mentionsOf(principals: readonly Principal[]): readonly RichTextElement[] {
  return principals
    .flatMap(({ platform, kind, id }): RichTextElement[] => {
      if (platform !== 'slack' || !/^[A-Z0-9]{1,20}$/.test(id)) return [];
      if (kind === 'person') return [{ type: 'user', user_id: id }];
      return kind === 'group' ? [{ type: 'usergroup', usergroup_id: id }] : [];
    })
    .slice(0, MOST_MENTIONS)
    .flatMap((mention, index) => (index === 0 ? [mention] : [SPACE, mention]));
}

export const SPACE: RichTextElement = { type: 'text', text: ' ' };
export const BETWEEN: RichTextElement = { type: 'text', text: ' · ' };

const MOST_MENTIONS = 20; // a message has room for so many: whom to wake beyond them, a user group can name

/** For the one text that Slack does parse, the notification: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export const escaped = (text: string): string =>
  visible(text).replace(/[&<>]/g, (character) => ENTITIES[character] as string);

/** Well-formed, and what hides or reorders other text made visible. It never makes a text longer. */
export const visible = (text: string): string => text.toWellFormed().replace(UNSAFE, '\uFFFD');

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
const UNSAFE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

const flag = (given: Readonly<Record<string, true | undefined>>): Record<string, true> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, true] => entry[1] === true));

const YOUNG_MS = 86_400_000;
const LAST_SECOND = 253_402_300_799; // of the year 9999

/** In the reader's own time zone and clock: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#date-element-type */
function timeOf({ at, style }: Span & { readonly kind: 'time' }, drawnAt: number): RichTextElement {
  const timestamp = Math.floor(at / 1_000);
  const utc = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (timestamp < 0 || timestamp > LAST_SECOND) return { type: 'text', text: utc };
  const isYoung = at <= drawnAt && drawnAt - at < YOUNG_MS;
  return {
    type: 'date',
    timestamp,
    format: style === 'relative' && !isYoung ? FORMATS.clock : FORMATS[style],
    fallback: utc,
  };
}

const FORMATS = { clock: '{date_short_pretty} at {time}', date: '{date_short}', relative: '{ago}' } as const;
