import type { Line, Run } from '../domain/model.ts';
import type { Change, Found } from '../domain/ports.ts';

/** The incident as it is, with lines and runs added; nothing where it is gone. */
export function onIncident(
  found: Found,
  id: string,
  timeline: readonly Line[],
  runs: readonly Run[] = [],
): readonly Change[] {
  const incident = found.byId.get(id);
  return incident === undefined ? [] : [{ incident, timeline, runs }];
}
