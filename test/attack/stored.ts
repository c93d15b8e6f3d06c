import { expect } from 'vitest';
import type { Bridge, IncidentJson } from '../support/bridge.ts';

/** Does this, and expects that no incident came of it and none changed. */
export async function storesNothing(bridge: Bridge, act: () => Promise<void>): Promise<void> {
  const before = await revisions(bridge);
  await act();
  expect(await revisions(bridge)).toEqual(before);
}

/** Of one whose runbook runs the card is drawn anew meanwhile: there its lines count. */
async function revisions(bridge: Bridge): Promise<readonly (readonly [string, string])[]> {
  const { incidents } = await bridge.api<{ incidents: readonly IncidentJson[] }>('/incidents?limit=200');
  return incidents.map(({ id, revision, timeline, runs }) => [
    id,
    runs.some(({ state }) => state === 'running') ? `${timeline.length} lines` : `revision ${revision}`,
  ]);
}
