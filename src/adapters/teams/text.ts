/**
 * Text as data, in a TextRun or a title. Clients expand `{{DATE(…)}}` and `{{TIME(…)}}` there as well:
 * a zero width space between two braces stops it.
 */
export function literal(text: string): string {
  return text.toWellFormed().replace(/\{(?=\{)/g, `{${ZERO_WIDTH}`);
}

/** The same, where there is but one line. */
export const lineOf = (text: string): string => literal(text.replace(/\s*\n\s*/g, ' '));

/** Text as data in a monospaced line: no-break spaces where a client would draw several spaces as one. */
export function monospaced(text: string): string {
  return literal(text).replace(/^ | (?= )/g, NO_BREAK);
}

/** Text as data in a TextBlock, which is Markdown: a backslash before each ASCII punctuation character. */
export const escaped = (text: string): string => backslashed(literal(text));

export const backslashed = (text: string): string => text.replace(/[!-/:-@[-`{-~]/g, '\\$&');

/** An address as the destination of a Markdown link: nothing in it ends it, is a character reference, or a macro. */
export function destination(url: string): string {
  return url
    .toWellFormed()
    .replace(/[^\w:/?#@!$&',;=.~%+[\]-]/gu, percentEncoded)
    .replace(/(&#?\w+);/g, '$1%3B');
}

const percentEncoded = (character: string): string =>
  /[()*]/.test(character) ? `%${character.charCodeAt(0).toString(16).toUpperCase()}` : encodeURIComponent(character);

export const ZERO_WIDTH = '\u200B';
export const NO_BREAK = '\u00A0';
