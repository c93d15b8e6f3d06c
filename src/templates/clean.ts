/** Control characters but tab and line feed, bidirectional controls, and the slot marks. Joiners stay: emoji and scripts need them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is replaced
const UNSAFE = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\uFDD0\uFDD1]/g;

/** A value as it may be shown: well-formed, with plain line breaks, and what hides or reorders text made visible as U+FFFD. */
export function clean(value: string): string {
  return value.toWellFormed().replace(/\r\n?/g, '\n').replaceAll('\t', ' ').replace(UNSAFE, '\uFFFD');
}
