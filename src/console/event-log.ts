import type { RunState } from '../domain/model.ts';
import type { Store, StoreChange } from '../domain/ports.ts';
import type { ConsoleOptions } from './options.ts';

/**
 * One thing that happened. An incident is read when it is sent: what counts is how it is then. Of a run every step counts: each
 * state that it came to, and each part that it printed.
 */
export type LogEntry =
  | { readonly seq: number; readonly kind: 'incident'; readonly incident: string }
  | ({ readonly seq: number; readonly kind: 'run' } & RunStep);
export interface RunStep {
  readonly run: string;
  readonly incident: string;
  readonly state: RunState;
  readonly output: string; // the part that is new
}

/** The last things that happened, for readers that each go at their own pace. */
export interface EventLog {
  readonly store: Pick<Store, 'views'>;
  readonly last: number; // the sequence of the newest entry
  /** What came after `seq`, oldest first; undefined: that place is unknown (any more). */
  after(seq: number, most: number): readonly LogEntry[] | undefined;
  /** Calls whenever something was added. Ends with the returned function. */
  follow(added: () => void): () => void;
  readonly closed: AbortSignal;
  close(): void;
}

const MOST_ENTRIES = 2_000;
const MOST_OUTPUT = 1024 * 1024; // characters

export function createEventLog({ store, clock }: Pick<ConsoleOptions, 'store' | 'clock'>): EventLog {
  // A sequence goes on rising across restarts: no process adds a thousand entries in every millisecond.
  let last = clock.now() * 1_000;
  let kept: readonly LogEntry[] = [];
  const readers = new Set<() => void>();
  const closed = new AbortController();

  function add(change: StoreChange): void {
    const added = [
      ...stepsOf(change).map((step): LogEntry => ({ seq: ++last, kind: 'run', ...step })),
      ...change.incidents.map((incident): LogEntry => ({ seq: ++last, kind: 'incident', incident })),
    ];
    if (added.length === 0) return;
    kept = bounded([...kept, ...added]);
    for (const reader of readers) reader();
  }
  const unwatch = store.watch(add);

  return {
    store,
    get last() {
      return last;
    },
    after(seq, most) {
      const before = (kept[0]?.seq ?? last + 1) - 1; // the newest place that is no longer kept
      if (seq < before || seq > last) return undefined;
      return kept.slice(seq - before, seq - before + most);
    },
    follow(added) {
      readers.add(added);
      return () => readers.delete(added);
    },
    closed: closed.signal,
    close() {
      unwatch();
      closed.abort();
    },
  };
}

function stepsOf({ runStates = [], output }: StoreChange): readonly RunStep[] {
  const states = runStates.map(({ id, incident, state }) => ({ run: id, incident, state, output: '' }));
  if (output === undefined) return states;
  const { run, incident, text } = output;
  return [...states, { run, incident, state: 'running', output: text }]; // only what runs prints
}

/** The newest ones, within both bounds. */
function bounded(entries: readonly LogEntry[]): readonly LogEntry[] {
  let start = Math.max(0, entries.length - MOST_ENTRIES);
  const sizeOf = (entry: LogEntry | undefined) => (entry?.kind === 'run' ? entry.output.length : 0);
  let size = entries.slice(start).reduce((sum, entry) => sum + sizeOf(entry), 0);
  for (; size > MOST_OUTPUT; start++) size -= sizeOf(entries[start]);
  return entries.slice(start);
}
