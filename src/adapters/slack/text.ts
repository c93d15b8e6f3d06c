import type { PlainTextElement, RichTextElement, RichTextText } from '@slack/types';
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
    ? { ...textOf(text), ...style }
    : { type: 'link', url, text: text.toWellFormed(), ...style };
}

/** A text as it is. Half of a pair would not survive the way to Slack. */
export const textOf = (text: string): RichTextText => ({ type: 'text', text: text.toWellFormed() });
export const boldOf = (text: string): RichTextText => ({ ...textOf(text), style: { bold: true } });

/** The same for labels, where `emoji` would make a picture of `:fire:`. */
export const plain = (text: string): PlainTextElement => ({
  type: 'plain_text',
  text: text.toWellFormed(),
  emoji: false,
});

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

export const SPACE = textOf(' ');
export const BETWEEN = textOf(' · ');

const MOST_MENTIONS = 20; // a message has room for so many: whom to wake beyond them, a user group can name

/** For the one text that Slack does parse, the notification: https://docs.slack.dev/messaging/formatting-message-text#escaping */
export const escaped = (text: string): string =>
  text.toWellFormed().replace(/[&<>]/g, (character) => ENTITIES[character] as string);

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

const flag = (given: Readonly<Record<string, true | undefined>>): Record<string, true> =>
  Object.fromEntries(Object.entries(given).filter((entry): entry is [string, true] => entry[1] === true));

const YOUNG_MS = 86_400_000;
const LAST_SECOND = 253_402_300_799; // of the year 9999

/** In the reader's own time zone and clock: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block#date-element-type */
function timeOf({ at, style }: Span & { readonly kind: 'time' }, drawnAt: number): RichTextElement {
  const timestamp = Math.floor(at / 1_000);
  const utc = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  if (timestamp < 0 || timestamp > LAST_SECOND) return textOf(utc);
  const isYoung = at <= drawnAt && drawnAt - at < YOUNG_MS;
  return {
    type: 'date',
    timestamp,
    format: style === 'relative' && !isYoung ? FORMATS.clock : FORMATS[style],
    fallback: utc,
  };
}

const FORMATS = { clock: '{date_short_pretty} at {time}', date: '{date_short}', relative: '{ago}' } as const;
