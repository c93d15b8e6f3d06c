import type { State } from './state.ts';

/** What a clock drifts is less: a time that lies further ahead was told by a clock that was set back since. */
const LEAD_MS = 5_000;

/** The incident with no time ahead of now that a wait counts from: none lasts longer than it would have. The same one where there is none. */
export function rebased(incident: State, now: number): State {
  const isAhead = (at: number | undefined): at is number => at !== undefined && at > now + LEAD_MS;
  const { moved, acknowledgedAt, confirmedAt, askedAt, snoozedAt, snoozedUntil, nudges } = incident;
  const isSnoozeAhead = isAhead(snoozedAt) && snoozedUntil !== undefined;
  const times = [moved?.at, acknowledgedAt, confirmedAt, askedAt, nudges?.since].concat(
    nudges?.reminders.map(({ lastAt }) => lastAt),
    nudges?.escalations.map(({ doneAt }) => doneAt),
  );
  if (!isSnoozeAhead && !times.some(isAhead)) return incident;
  return {
    ...incident,
    ...(moved && isAhead(moved.at) && { moved: { ...moved, at: now } }),
    ...(isAhead(acknowledgedAt) && { acknowledgedAt: now }),
    ...(isAhead(confirmedAt) && { confirmedAt: now }),
    ...(isAhead(askedAt) && { askedAt: now }),
    ...(isSnoozeAhead && { snoozedAt: now, snoozedUntil: now + snoozedUntil - snoozedAt }),
    ...(nudges && {
      nudges: {
        since: Math.min(nudges.since, now),
        reminders: nudges.reminders.map((one) => (isAhead(one.lastAt) ? { ...one, lastAt: now } : one)),
        escalations: nudges.escalations.map((one) => (isAhead(one.doneAt) ? { ...one, doneAt: now } : one)),
      },
    }),
  };
}
