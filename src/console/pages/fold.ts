import type { Incident } from '../../domain/model.ts';

/** From how many open incidents on the list folds to groups: about what fits on a screen without scrolling. */
export const FOLD_AFTER = 30;
const MOST_GROUPS = 30;

export interface Group {
  readonly name: string;
  readonly incidents: readonly Incident[]; // as they came: newest first
}

/** In a storm: one group for each monitor, or for each source where the monitors are too many; the largest first. */
export function fold(incidents: readonly Incident[]): readonly Group[] {
  const byMonitor = grouped(incidents, (incident) => incident.monitor || incident.source);
  const groups = byMonitor.length <= MOST_GROUPS ? byMonitor : grouped(incidents, (incident) => incident.source);
  return groups.toSorted((a, b) => b.incidents.length - a.incidents.length);
}

function grouped(incidents: readonly Incident[], by: (incident: Incident) => string): readonly Group[] {
  return [...Map.groupBy(incidents, by)].map(([name, members]) => ({ name, incidents: members }));
}
