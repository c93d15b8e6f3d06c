import { visible } from '../../domain/visible.ts';

/** Text as data in an embed, which is Markdown: a backslash before each ASCII punctuation character. */
export function escaped(text: string): string {
  return visible(text).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/**
 * Text as data in a message's content. Phones may show it as it is written, so a backslash stands only where Discord could read something:
 * formatting, a mention, a link, an invitation, an emoji's name; and at the start of a line a heading, a quote, a list.
 */
export function escapedForPhones(text: string): string {
  return visible(text).replace(/[\\*_~|`<@[/]|:(?=\S)|(?<=^\s*)[#>+-]|(?<=^\s*\d+)[.)]/gm, '\\$&');
}

/** What a piece takes at most, whichever rule escapes it. Additive, as no character's escape is longer for its neighbours. */
export function costOf(piece: string): number {
  return Math.max(piece.length, escaped(piece).length);
}

/** Text as data in a code block: a zero width space after each backtick that another follows, or that ends the text. */
export function codeEscaped(text: string): string {
  return visible(text).replace(/`(?=`|$)/g, `\`${ZERO_WIDTH}`);
}

export function codeCostOf(piece: string): number {
  return piece.length + piece.split('`').length - 1;
}

export const oneLine = (text: string): string => text.replace(/\s*[\r\n]\s*/g, ' ');

/** Discord refuses a label, a title or a value in which there is nothing to see. */
export const shown = (text: string): string => (SEEN.test(text) ? text : '–');

/** It keeps two things apart that Discord would read as one. */
export const ZERO_WIDTH = '\u200B';

const SEEN = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}]/u;
