import { DURATION_FORMS, durationText, parseDuration } from '../domain/duration.ts';
import type { Decision, Press } from '../domain/ports.ts';
import { invalidInput } from './refusals.ts';

const LEAST_MS = 1_000;

/** The duration that a press names as its argument. */
export function lengthOf({ argument }: Press, most: number): { readonly ms: number } | { readonly refused: Decision } {
  const refused = (text: string) => ({ refused: invalidInput(text, 'argument') });
  if (argument === undefined) return refused(`Say for how long: ${DURATION_FORMS}.`);
  const ms = parseDuration(argument);
  if (ms === undefined) return refused(`That is no duration: write ${DURATION_FORMS}.`);
  return ms < LEAST_MS || ms > most
    ? refused(`Give a duration from ${durationText(LEAST_MS)} to ${durationText(most)}.`)
    : { ms };
}
