import { isLiving, type Run } from '../domain/model.ts';
import type { Metrics, Store } from '../domain/ports.ts';

/** The store, where each run that a change ends is counted once it is on disk, whoever ended it, and whether or not it had begun. */
export function counted(store: Store, metrics: Pick<Metrics, 'ran'>): Store {
  return {
    ...store,
    async change(what) {
      let ended: readonly Run[] = [];
      const changed = await store.change({
        ...what,
        decide(found) {
          const decided = what.decide(found);
          ended = decided.changes.flatMap(({ runs = [] }) => runs.filter((run) => !isLiving(run))); // of its last time: it may run twice
          return decided;
        },
      });
      if (!changed.duplicate) for (const { runbook, state } of ended) metrics.ran(runbook, state);
      return changed;
    },
  };
}
