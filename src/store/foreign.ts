import type { Clock, Log } from '../domain/ports.ts';
import type { Database } from './database.ts';
import type { Watchers } from './seen.ts';

const LOOK_EVERY_MS = 300;

/** Tells those who watch when another process wrote (a replay, the end of a silence): anything may be due. Ends with the returned function. */
export function noticeForeign(database: Database, watchers: Watchers, clock: Clock, log: Log): () => void {
  const stopping = new AbortController();

  async function look(): Promise<void> {
    let seen = database.version();
    while (!stopping.signal.aborted) {
      await clock.wait(LOOK_EVERY_MS, stopping.signal).catch(() => {});
      if (stopping.signal.aborted) return;
      try {
        const version = database.version();
        if (version === seen) continue;
        seen = version;
        const lanes = await database.read.selectFrom('lanes').select('destination').execute();
        const destinations = lanes.map(({ destination }) => destination);
        watchers.tell({ incidents: [], lanes: destinations, runs: true, timers: true, audited: true });
      } catch (err) {
        if (!stopping.signal.aborted) log.warn({ err }, 'what another process wrote could not be looked at');
      }
    }
  }

  void look();
  return () => stopping.abort();
}
