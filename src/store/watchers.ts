import type { Log, StoreChange } from '../domain/ports.ts';

export interface Watchers {
  add(changed: (what: StoreChange) => void): () => void;
  tell(what: StoreChange): void;
}

export function createWatchers(log: Log): Watchers {
  const all = new Set<(what: StoreChange) => void>();
  return {
    add(changed) {
      all.add(changed);
      return () => all.delete(changed);
    },
    tell(what) {
      if (what.incidents.length === 0 && what.lanes.length === 0 && !what.runs && what.output === undefined) return;
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
