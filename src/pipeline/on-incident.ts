import type { Line, Run } from '../domain/model.ts';
import type { AuditEntry, Change, Found } from '../domain/ports.ts';

/** The incident as it is, with lines, runs and entries of the audit trail added; nothing where it is gone. */
export function onIncident(
  found: Found,
  id: string,
  timeline: readonly Line[],
  runs: readonly Run[] = [],
  audit: readonly AuditEntry[] = [],
): readonly Change[] {
  const incident = found.byId.get(id);
  return incident === undefined ? [] : [{ incident, timeline, runs, audit }];
}
