import { type Actor, isLiving, type Run } from '../domain/model.ts';
import type { Action, Decision } from '../domain/ports.ts';
import { runStateText } from '../domain/run-state.ts';
import { invalidInput } from './refusals.ts';

/** Ends a run: at once where it has not begun, else the runner ends it and says when it is over. */
export const cancel: Action = {
  name: 'cancel',
  offers: ({ runs }) => ({
    card: runs
      .filter((run) => isLiving(run) && run.cancelledBy === undefined)
      .map(({ id, label }) => ({ action: 'cancel', argument: id, label: `Cancel ${label}`, style: 'danger' })),
  }),
  decide({ incident, runs }, press, at): Decision {
    if (press.argument === undefined) return invalidInput('Say which run to cancel.', 'argument');
    const run = runs.find(({ id }) => id === press.argument);
    if (run === undefined)
      return { kind: 'refused', code: 'not_found', text: 'There is no such run of this incident.' };
    if (!isLiving(run)) return over(run);
    if (run.cancelledBy !== undefined) {
      const text = `${run.cancelledBy.name} has cancelled ${run.label} already.`;
      return {
        kind: 'refused',
        code: 'too_late',
        text,
        by: run.cancelledBy,
        ...(run.cancelledAt !== undefined && { at: run.cancelledAt }),
      };
    }
    const running = run.state === 'running';
    return {
      kind: 'change',
      change: {
        incident,
        timeline: [{ at: at.now, kind: 'run', actor: press.actor, text: `cancelled ${run.label}`, tell: 'thread' }],
        runs: [
          running ? { ...run, cancelledBy: press.actor, cancelledAt: at.now } : neverBegun(run, press.actor, at.now),
        ],
      },
      text: running ? `${run.label} is being stopped.` : `${run.label} was cancelled before it began.`,
    };
  },
};

/** A run that waited, cancelled. */
export function neverBegun(run: Run, by: Actor, now: number): Run {
  return { ...run, cancelledBy: by, cancelledAt: now, state: 'cancelled', endedAt: now, summary: 'before it began' };
}

function over({ runbook, label, state, cancelledBy, endedAt }: Run): Decision {
  const itself: Actor = { platform: 'runbook', id: runbook, name: label };
  const text = `${label} is over: ${runStateText(state)}.`;
  return {
    kind: 'refused',
    code: 'too_late',
    text,
    by: cancelledBy ?? itself,
    ...(endedAt !== undefined && { at: endedAt }),
  };
}
