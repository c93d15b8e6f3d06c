import { durationText } from '../domain/duration.ts';
import { BRIDGE, type Run } from '../domain/model.ts';
import { runEntry } from './audit.ts';
import { onIncident } from './on-incident.ts';
import type { Parts } from './parts.ts';

/** What waits for others to agree does not wait for ever. */
export function createApprovals({ store, clock, metrics }: Parts) {
  /** Ends the runs to which nobody agreed in time, and says so. */
  async function lapse(): Promise<void> {
    const now = clock.now();
    for (const run of await store.runs.waiting()) if (isOver(run, now)) await end(run, now);
  }

  async function end(run: Run, now: number): Promise<void> {
    const changed = await store.change<boolean>({
      ids: [run.incident],
      decide: (found) => {
        const living = found.runs.get(run.incident)?.find(({ id }) => id === run.id);
        if (living?.state !== 'waiting') return { changes: [], answer: false };
        const summary = `not run: ${agreedText(living)} within ${durationText((living.approveUntil ?? now) - living.requestedAt)}`;
        const text = `cancelled ${living.label}, ${summary}`;
        return {
          changes: onIncident(
            found,
            run.incident,
            [{ at: now, kind: 'run', actor: BRIDGE, text, tell: 'thread' }],
            [{ ...living, state: 'cancelled', endedAt: now, summary }],
            [runEntry('ended', living, 'cancelled', now, BRIDGE)],
          ),
          answer: true,
        };
      },
    });
    if (!changed.duplicate && changed.answer) metrics.ran(run.runbook, 'cancelled');
  }

  return { lapse };
}

const isOver = ({ approveUntil = 0 }: Run, now: number): boolean => now >= approveUntil;

function agreedText({ approvals, approvedBy = [] }: Run): string {
  return approvedBy.length === 0 ? 'nobody else agreed' : `${approvedBy.length} of ${approvals} agreed`;
}
