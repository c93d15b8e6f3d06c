import { expect } from 'vitest';
import type { Bridge } from '../support/bridge.ts';

/** Does this, and expects that no incident came of it and none changed. */
export async function storesNothing(bridge: Bridge, act: () => Promise<void>): Promise<void> {
  const before = await revisions(bridge);
  await act();
  expect(await revisions(bridge)).toEqual(before);
}

async function revisions(bridge: Bridge): Promise<readonly (readonly [string, number])[]> {
  const { incidents } = await bridge.api<{ incidents: readonly { id: string; revision: number }[] }>(
    '/incidents?limit=200',
  );
  return incidents.map(({ id, revision }) => [id, revision]);
}
