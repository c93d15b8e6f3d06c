import { visible } from '../domain/visible.ts';

/**
 * What a monitor or a platform wrote may reach a terminal: what would steer it, or reorder what is read there, is printed as its escape.
 * In JSON that is an escape too, so a program that reads it gets the value as it is.
 */
export function printable(text: string): string {
  return text.replaceAll('\t', ' ').replaceAll(STEERING, escaped);
}

/** A value in a line of others: no line break of it begins a line. */
export function oneLine(value: string): string {
  return visible(value).replaceAll(/\s+/g, ' ').trim();
}

const STEERING = /[[\p{Cc}\p{Bidi_Control}\u2028\u2029]--\n]/gv;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
