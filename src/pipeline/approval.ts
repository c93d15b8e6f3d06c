import { durationText } from '../domain/duration.ts';
import { BRIDGE, type Run } from '../domain/model.ts';
import { runEntry } from './audit.ts';
import { onIncident } from './on-incident.ts';
import type { Parts, Settings } from './parts.ts';

/** What waits for others to agree does not wait for ever, and not for what is there no more. */
export function createApprovals({ store, settings, clock }: Parts) {
  /** Ends the runs that nobody can agree to any more, and says so. */
  async function lapse(): Promise<void> {
    const now = clock.now();
    for (const run of await store.runs.waiting()) if (whyOver(run, settings(), now) !== undefined) await end(run, now);
  }

  async function end(run: Run, now: number): Promise<void> {
    await store.change({
      ids: [run.incident],
      decide: (found) => {
        const living = found.runs.get(run.incident)?.find(({ id }) => id === run.id);
        const why = living?.state === 'waiting' ? whyOver(living, settings(), now) : undefined;
        if (living === undefined || why === undefined) return { changes: [], answer: undefined };
        const summary = `not run: ${why}`;
        const text = `cancelled ${living.label}, ${summary}`;
        return {
          changes: onIncident(
            found,
            run.incident,
            [{ at: now, kind: 'run', actor: BRIDGE, text, tell: 'thread' }],
            [{ ...living, state: 'cancelled', endedAt: now, summary }],
            [runEntry('ended', living, 'cancelled', now, BRIDGE)],
          ),
          answer: undefined,
        };
      },
    });
  }

  return { lapse };
}

function whyOver(run: Run, { runbooks }: Settings, now: number): string | undefined {
  const { requestedAt, approveUntil = 0 } = run;
  if (now >= approveUntil)
    return `${agreedText(run)} within ${durationText(Math.max(approveUntil, requestedAt) - requestedAt)}`;
  const runbook = runbooks.find(({ name }) => name === run.runbook);
  if (runbook === undefined) return 'the runbook is there no more';
  return runbook.digest === run.digest ? undefined : 'the runbook was changed after it was asked for; ask again';
}

function agreedText({ approvals, approvedBy = [] }: Run): string {
  return approvedBy.length === 0 ? 'nobody else agreed' : `${approvedBy.length} of ${approvals} agreed`;
}
