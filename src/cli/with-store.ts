import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Store } from '../domain/ports.ts';
import { createLog } from '../log.ts';
import { openStore } from '../store/index.ts';
import type { Io } from './command.ts';

/** Works in the bridge's store, whether the bridge runs or not. What the store has to say goes to stderr. */
export async function withStore<T>(config: Config, io: Io, work: (store: Store) => Promise<T>): Promise<T> {
  const log = createLog('warn', config.secretValues, { write: (line) => io.note(line.trimEnd()) });
  const store = await openStore({
    url: config.databaseUrl,
    role: 'tool',
    retention: () => config.retention,
    clock: systemClock,
    log,
  });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
