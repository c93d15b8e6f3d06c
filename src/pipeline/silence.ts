import { LONGEST_SILENCE_MS } from '../actions/silence.ts';
import { DURATION_FORMS, durationText, parseDuration } from '../domain/duration.ts';
import { newId } from '../domain/id.ts';
import type { Actor, Silence } from '../domain/model.ts';
import type { Problem } from '../domain/ports.ts';
import { parseMatchers } from '../routing/grammar.ts';
import type { Parts } from './parts.ts';
import type { Permission } from './permission.ts';

/** A silence as somebody writes it. */
export interface SilenceRequest {
  readonly matchers: string;
  readonly length: string; // `2h`
  readonly why: string;
}
export type SilenceAnswer =
  | { readonly kind: 'done'; readonly silence: Silence }
  | { readonly kind: 'not_allowed'; readonly text: string }
  | { readonly kind: 'invalid_input'; readonly problems: readonly Problem[] };

const LEAST_MS = 1_000;
const MAX_WHY = 500; // characters

/** A silence that belongs to no incident: made and ended by whoever may press *Silence*. */
export function createSilences({ store, clock, notResponder }: Pick<Parts, 'store' | 'clock'> & Permission) {
  async function silence(request: SilenceRequest, by: Actor): Promise<SilenceAnswer> {
    const forbidden = await notResponder(by, 'silence');
    if (forbidden !== undefined) return { kind: 'not_allowed', text: forbidden };
    const made = silenceOf(request, by, clock.now());
    if (made.kind === 'done') await store.silences.add(made.silence);
    return made;
  }

  /** What still fires is told then. The sentence says why it was not ended; undefined: it was. */
  async function endSilence(id: string, by: Actor): Promise<string | undefined> {
    const forbidden = await notResponder(by, 'silence');
    if (forbidden !== undefined) return forbidden;
    return (await store.silences.end(id, by)) ? undefined : 'It is over already.';
  }

  return { silence, endSilence };
}

/** Reads it whole: the silence, or every problem. */
export function silenceOf({ matchers, length, why }: SilenceRequest, by: Actor, now: number): SilenceAnswer {
  const problems: Problem[] = [];
  const read = parseMatchers('matchers', matchers.trim());
  if ('faults' in read)
    problems.push(...read.faults.map(({ message, cure }) => ({ path: 'matchers', message: `${message}: ${cure}.` })));
  const ms = parseDuration(length);
  if (ms === undefined) problems.push({ path: 'length', message: `Write for how long: ${DURATION_FORMS}.` });
  else if (ms < LEAST_MS || ms > LONGEST_SILENCE_MS) {
    const message = `Give a duration from ${durationText(LEAST_MS)} to ${durationText(LONGEST_SILENCE_MS)}.`;
    problems.push({ path: 'length', message });
  }
  const reason = why.trim().toWellFormed().replaceAll('\0', '');
  if (reason === '') problems.push({ path: 'why', message: 'Say why: whoever misses an alert will ask.' });
  if (reason.length > MAX_WHY) problems.push({ path: 'why', message: `Use at most ${MAX_WHY} characters.` });
  if (problems.length > 0 || ms === undefined) return { kind: 'invalid_input', problems };
  return {
    kind: 'done',
    silence: { id: newId(now), matchers: matchers.trim(), madeAt: now, until: now + ms, why: reason, by },
  };
}
