import type { RunState } from './model.ts';

/** How a run stands, for people: `timed out`, `outcome unknown`. */
export function runStateText(state: RunState): string {
  return state === 'unknown' ? 'outcome unknown' : state.replaceAll('_', ' ');
}
