import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config.ts';

/** What a running bridge takes of a new configuration. */
export interface Taken {
  readonly config: Config; // what waits is as it runs
  readonly waiting: readonly string[]; // variables and platforms that only a start can change
}

/** Where it listens, where it keeps what it knows, and the platforms that it is connected to stay as they are until the next start. */
export function takenWhileRunning(running: Config, next: Config): Taken {
  const { host, port, databaseUrl, platforms } = running;
  const { tls: nextTls, ...rest } = next;
  const tls = running.tls && (nextTls ?? running.tls);
  const changed = [
    next.host !== host && 'HOST',
    next.port !== port && 'PORT',
    next.databaseUrl !== databaseUrl && 'DATABASE_URL',
    (nextTls === undefined) !== (running.tls === undefined) && 'TLS_CERT_FILE',
    ...changedPlatforms(running, next),
  ];
  return {
    config: { ...rest, host, port, databaseUrl, platforms, ...(tls !== undefined && { tls }) },
    waiting: changed.filter((name) => name !== false),
  };
}

/** The names of those that are on in one of the two only, or with other variables. */
function changedPlatforms(running: Config, next: Config): readonly string[] {
  const environments = ({ platforms }: Config) => new Map(platforms.map(({ platform, env }) => [platform.name, env]));
  const [before, after] = [environments(running), environments(next)];
  return [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => before.has(name) !== after.has(name) || !isDeepStrictEqual(before.get(name), after.get(name)),
  );
}
