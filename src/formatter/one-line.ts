import { clean } from '../templates/clean.ts';

export const MAX_CLEANED = 8 * 1024; // characters that are looked at: no line shows more

/** A text from outside as it may stand in a line. */
export const oneLine = (text: string): string => clean(text.slice(0, MAX_CLEANED)).replace(/\s+/g, ' ').trim();
