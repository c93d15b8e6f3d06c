import { join } from 'node:path';
import { takenWhileRunning } from './config/at-start.ts';
import type { Config } from './config/config.ts';
import type { Log } from './domain/ports.ts';
import type { LiveSettings } from './live-settings.ts';
import type { Ready, readTemplates } from './setup.ts';
import type { watchFolder } from './templates/watch.ts';

export interface ReloadingOptions {
  readonly live: LiveSettings;
  readonly log: Log;
  readonly readTemplates: typeof readTemplates;
  readonly watchFolder: typeof watchFolder;
  /** Before a new configuration is taken. Throws where it cannot be used: the old one then stays. */
  readonly accept: (config: Config) => void;
  /** After something was taken. */
  readonly taken: () => void;
}
export interface Reloading {
  /** Has a new configuration read, takes it, and resolves with it. What only a start can change is logged. Rejects, and keeps the old one, where it cannot be used. */
  reload<R extends Ready>(read: () => Promise<R>): Promise<R>;
  /** Takes nothing any more. */
  close(): void;
}

/**
 * Takes what an admin writes while the bridge runs: a folder of templates whenever it changes, the whole where that is asked for.
 * One after the other, each read only once the one before was taken: what was read last is what stays.
 */
export function startReloading(options: ReloadingOptions): Reloading {
  const { live, log, readTemplates, watchFolder, accept, taken } = options;
  let newest: Promise<unknown> = Promise.resolve();
  let isClosed = false;
  let watching = watch(live.config.templatesDir);

  function inTurn<T>(take: () => Promise<T>): Promise<T> {
    const turn = newest.then(take);
    newest = turn.catch(() => {}); // whoever asked for it is told
    return turn;
  }

  function watch(folder: string) {
    return ['cards', 'runbooks'].map((part) => watchFolder(join(folder, part), templatesChanged));
  }

  function unwatch(): void {
    for (const folder of watching) folder.close();
  }

  function templatesChanged(): void {
    inTurn(rereadTemplates).catch((err: unknown) =>
      log.error({ err }, 'the changed templates cannot be read: the last good ones stay'),
    );
  }

  /** Whole or not at all: with a fault the last good ones stay. */
  async function rereadTemplates(): Promise<void> {
    const { config, claimFaults = () => [] } = live.taken;
    const read = await readTemplates(config.templatesDir, config.routes);
    if (isClosed) return;
    const faults = [...read.faults, ...claimFaults(read.claims)];
    if (faults.length > 0) {
      log.error({ faults }, 'the changed templates have faults: the last good ones stay');
      return;
    }
    live.take({ ...live.taken, ...read });
    taken();
    log.info('templates were read again');
  }

  async function rereadAll<R extends Ready>(read: () => Promise<R>): Promise<R> {
    const next = await read();
    if (isClosed) return next;
    const { config, waiting } = takenWhileRunning(live.config, next.config);
    accept(config);
    if (waiting.length > 0) log.warn({ settings: waiting }, 'changed, and taken at the next start only');
    const isElsewhere = config.templatesDir !== live.config.templatesDir;
    live.take({ ...next, config });
    if (isElsewhere) {
      unwatch();
      watching = watch(config.templatesDir);
    }
    taken();
    return next;
  }

  return {
    reload: (read) => inTurn(() => rereadAll(read)),
    close() {
      isClosed = true;
      unwatch();
    },
  };
}
