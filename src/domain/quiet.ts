import type { Incident } from './model.ts';

/** What keeps it quiet, as its state names it. */
export function quietWords({
  silenced,
  hushed,
  snoozedUntil,
}: Pick<Incident, 'silenced' | 'hushed' | 'snoozedUntil'>): readonly string[] {
  return [
    ...((silenced ?? hushed) === undefined ? [] : ['silenced']),
    ...(snoozedUntil === undefined ? [] : ['snoozed']),
  ];
}
