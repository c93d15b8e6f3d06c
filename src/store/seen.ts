import type { Run } from '../domain/model.ts';
import type { Log, StoreChange } from '../domain/ports.ts';

/** What one commit touched: told to those who watch once it is on disk. */
export class Seen {
  readonly incidents = new Set<string>();
  readonly lanes = new Set<string>();
  runs = false;
  timers = false;
  audited = false;
  readonly runStates: Pick<Run, 'id' | 'incident' | 'state'>[] = [];
}

export interface Watchers {
  add(changed: (what: StoreChange) => void): () => void;
  tell(what: Seen | StoreChange): void;
}

export function createWatchers(log: Log): Watchers {
  const all = new Set<(what: StoreChange) => void>();
  return {
    add(changed) {
      const mine = (what: StoreChange) => changed(what); // the same function may watch twice
      all.add(mine);
      return () => {
        all.delete(mine);
      };
    },
    tell({ incidents, lanes, runs, timers = false, runStates = [], audited = false, ...rest }) {
      const what: StoreChange = {
        incidents: [...incidents],
        lanes: [...lanes],
        runs,
        ...(timers && { timers }),
        ...(runStates.length > 0 && { runStates }),
        ...(audited && { audited }),
        ...rest,
      };
      const isSomething = runs || timers || audited || what.output !== undefined;
      if (what.incidents.length === 0 && what.lanes.length === 0 && !isSomething) return;
      for (const changed of all) {
        try {
          changed(what);
        } catch (err) {
          log.error({ err }, 'a watcher of the store failed');
        }
      }
    },
  };
}
