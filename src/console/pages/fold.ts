import type { Incident, Severity } from '../../domain/model.ts';

/** From how many open incidents on the list folds to groups: about what fits on a screen without scrolling. */
export const FOLD_AFTER = 30;
/** Rows that a storm leaves in sight. */
export const IN_SIGHT = 8;
const MOST_GROUPS = 30;

export interface Folded {
  readonly inSight: readonly Incident[]; // newest first
  readonly groups: readonly Group[]; // the worst first, of equal ones the largest
}
export interface Group {
  readonly name: string;
  readonly incidents: readonly Incident[]; // the worst first, of equal ones the newest
}

/**
 * In a storm: the newest that are critical, or that somebody owns, stay rows of their own. Of the rest, one group for each monitor, or
 * for each source where the monitors are too many.
 */
export function fold(incidents: readonly Incident[]): Folded {
  const inSight = incidents.filter(({ severity, owner }) => severity === 'critical' || owner).slice(0, IN_SIGHT);
  const rest = incidents.filter((incident) => !inSight.includes(incident));
  const byMonitor = grouped(rest, (incident) => incident.monitor || incident.source);
  const groups = byMonitor.length <= MOST_GROUPS ? byMonitor : grouped(rest, (incident) => incident.source);
  return {
    inSight,
    groups: groups.toSorted((a, b) => badness(a) - badness(b) || b.incidents.length - a.incidents.length),
  };
}

/** How many of each severity there are, the worst first; none of those that there are not. */
export function severities(incidents: readonly Incident[]): readonly (readonly [Severity, number])[] {
  const counts = WORST_FIRST.map((severity) => [severity, incidents.filter(is(severity)).length] as const);
  return counts.filter(([, count]) => count > 0);
}

const WORST_FIRST: readonly Severity[] = ['critical', 'error', 'warning', 'info'];
const is = (severity: Severity) => (incident: Incident) => incident.severity === severity;

function grouped(incidents: readonly Incident[], by: (incident: Incident) => string): readonly Group[] {
  return [...Map.groupBy(incidents, by)].map(([name, members]) => ({
    name,
    incidents: WORST_FIRST.flatMap((severity) => members.filter(is(severity))),
  }));
}

const badness = ({ incidents: [worst] }: Group): number => (worst ? WORST_FIRST.indexOf(worst.severity) : Infinity);
