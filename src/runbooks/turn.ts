import { isLiving, type Run } from '../domain/model.ts';
import type { RunnerOptions } from './runner.ts';

const LONGEST_MS = 3_600_000; // then it begins without what the earlier one would have kept

/** What runs by itself waits for what its incident started by itself in an earlier state: it may need what that one keeps. */
export async function isItsTurn(
  run: Run,
  { incident, clock }: Pick<RunnerOptions, 'incident' | 'clock'>,
): Promise<boolean> {
  if (run.on === undefined || clock.now() - run.requestedAt >= LONGEST_MS) return true;
  const runs = (await incident(run.incident))?.runs ?? [];
  return !runs.some((other) => other.id < run.id && isLiving(other) && other.on !== undefined && other.on !== run.on);
}
