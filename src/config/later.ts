import type { Fault } from '../domain/errors.ts';

/** Settings that come with a later version, by how they begin. */
const LATER: Readonly<Record<string, string>> = {
  STORM_AFTER: 'The digest in a storm',
  HEARTBEAT: 'The heartbeat',
};

/** What `name` will set once it is there, as a sentence begins with it; undefined: it is none of a later version. */
export function laterOf(name: string): string | undefined {
  return Object.entries(LATER).find(([begin]) => name === begin || name.startsWith(`${begin}_`))?.[1];
}

/** Much in the environment of a process is meant for others, so what nothing reads is no fault there. But who set a heartbeat counts on it. */
export function notYet(env: Readonly<Record<string, string | undefined>>): readonly Fault[] {
  return Object.keys(env).flatMap((name) => {
    const what = env[name] === undefined ? undefined : laterOf(name);
    return what === undefined
      ? []
      : [{ place: name, message: `${what} is not in this version yet: nothing reads this`, cure: 'leave it out' }];
  });
}
