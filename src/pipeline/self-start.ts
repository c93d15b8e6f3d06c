import type { Incident, Line, Run, Status } from '../domain/model.ts';
import type { Change, Moment, Store } from '../domain/ports.ts';
import { holds } from '../routing/route.ts';
import type { Runbook } from '../runbooks/load.ts';
import { asFound } from './as-found.ts';
import { runbookOf, runEntry } from './audit.ts';
import { replayable } from './moment.ts';
import type { Parts } from './parts.ts';

/**
 * The entrance of runs that nobody presses: whatever brings an incident into a state (a webhook, a press, a timer), the runs of
 * that state are queued in the same change. So they are stored with it or not at all, and once for each incident and state:
 * one that is reopened and resolved again starts none a second time.
 */
export function startingBy({ store, settings, clock }: Pick<Parts, 'store' | 'settings' | 'clock'>): Store {
  return {
    ...store,
    change(what) {
      const moments = replayable(clock.now());
      return store.change({
        ...what,
        decide(found) {
          const decided = what.decide(found);
          const at = moments();
          return {
            ...decided,
            changes: decided.changes.map((change) =>
              withStarts(change, asFound(found, change.incident), settings().runbooks, at),
            ),
          };
        },
      });
    },
  };
}

function withStarts(change: Change, before: Incident | undefined, runbooks: readonly Runbook[], at: Moment): Change {
  const { incident, timeline, deliveries, runs = [], audit = [] } = change;
  const reached = reachedBefore(before, incident);
  const states = (before === undefined ? passed(incident.status) : [incident.status]).filter(
    (state) => !reached.includes(state),
  );
  if (states.length === 0) return change;
  // What opened nothing (an `up` that overtook its `down`) was told nowhere, and starts nothing.
  const isOpened = before !== undefined || deliveries !== undefined;
  const seen = { ...incident, revision: 0 };
  const started = states.flatMap((state) =>
    runbooks
      .filter(({ on, match }) => isOpened && on === state && holds(match, seen).held)
      .map((runbook) => newRun(incident.id, runbook, state, at)),
  );
  return {
    ...change,
    incident: { ...incident, reached: [...reached, ...(isOpened ? states : [incident.status])] },
    timeline: [...timeline, ...started.map(startedLine)],
    runs: [...runs, ...started],
    audit: [...audit, ...started.map((run) => runEntry('started', run, run.state, at.now))],
  };
}

/** An incident of before these runs existed has fired, and is in its state since long ago. */
function reachedBefore(before: Incident | undefined, now: Change['incident']): readonly Status[] {
  return now.reached ?? (before === undefined ? [] : ['firing', before.status]);
}

/** One webhook may tell both that it fired and that it is over. */
const passed = (status: Status): readonly Status[] => (status === 'firing' ? [status] : ['firing', status]);

function newRun(incident: string, { name, label, digest }: Runbook, on: Status, at: Moment): Run {
  return {
    id: at.newId(),
    incident,
    runbook: name,
    label,
    state: 'queued',
    by: runbookOf({ runbook: name, label }),
    on,
    inputs: {},
    digest,
    approvals: 0,
    requestedAt: at.now,
    summary: '',
    output: '',
    values: {},
  };
}

function startedLine({ by, on, requestedAt }: Run): Line {
  return { at: requestedAt, kind: 'run', actor: by, text: `started by itself: it is ${on}`, tell: 'edit' };
}
