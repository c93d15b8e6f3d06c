import { durationText } from '../domain/duration.ts';
import { type Actor, type Line, type Principal, TIMER } from '../domain/model.ts';
import type { People } from '../domain/principal.ts';
import { firingAgain } from './nudges.ts';
import type { State } from './state.ts';

/** What an admin says about timers. */
export interface TimerSettings {
  readonly ackExpires?: number; // absent: an acknowledgement holds for ever
}

const MOST_ANSWER_MS = 15 * 60_000;

/** How long an owner has to say that they are still on it. */
const answerTime = (ackExpires: number): number => Math.min(ackExpires, MOST_ANSWER_MS);

/** When its owner is asked “still on it?”, or, once asked, when it is taken from them without an answer. */
export function nextAsking(incident: State, { ackExpires }: TimerSettings): number | undefined {
  const { status, acknowledgedAt = 0, confirmedAt = 0, snoozedUntil = 0, askedAt } = incident;
  if (ackExpires === undefined || status !== 'acknowledged') return undefined;
  if (askedAt !== undefined) return askedAt + answerTime(ackExpires);
  return Math.max(acknowledgedAt, confirmedAt, snoozedUntil) + ackExpires;
}

/** The owner is asked first, however late it is; without an answer it fires again, and its channels are told. */
export function expired(
  incident: State,
  now: number,
  settings: TimerSettings,
  people: People,
): { readonly incident: State; readonly lines: readonly Line[] } | undefined {
  const { ackExpires } = settings;
  const { owner, askedAt } = incident;
  const at = nextAsking(incident, settings);
  if (ackExpires === undefined || owner === undefined || at === undefined || at > now) return undefined;
  const wait = durationText(answerTime(ackExpires));
  if (askedAt === undefined) {
    const text = `asks ${owner.name}: still on it? Without an answer in ${wait} it is nobody’s again`;
    return {
      incident: { ...incident, askedAt: now },
      lines: [{ at: now, kind: 'reminded', actor: TIMER, text, tell: 'thread', mention: mentionOf(owner, people) }],
    };
  }
  const text = `took it from ${owner.name}, who did not answer in ${wait}: nobody has it`;
  return {
    incident: firingAgain(incident, TIMER, now),
    lines: [{ at: now, kind: 'expired', actor: TIMER, text, tell: 'channel' }],
  };
}

/** Whom a line about them wakes, on whichever platform it is told. */
export function mentionOf({ platform, id }: Actor, people: People): readonly Principal[] {
  if (platform === 'person') return people.get(id) ?? [];
  return [{ platform, kind: 'person', id }];
}
