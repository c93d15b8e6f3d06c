import type { Decided, Found, Store } from '../domain/ports.ts';
import type { TimerSettings } from '../incidents/expiry.ts';
import { timersAfter } from '../incidents/timers.ts';
import { asFound } from './as-found.ts';

/** The store, where each change of an incident sets and cancels its timers in the same commit, whoever decided it. */
export function timed(store: Store, settings: () => TimerSettings): Store {
  return {
    ...store,
    change: (what) =>
      store.change({
        ...what,
        decide(found) {
          const decided = what.decide(found);
          return { ...decided, timers: [...ofChanges(found, decided, settings()), ...(decided.timers ?? [])] };
        },
      }),
  };
}

function ofChanges(found: Found, { changes }: Decided<unknown>, settings: TimerSettings) {
  return changes.flatMap(({ incident }) => timersAfter(asFound(found, incident), incident, settings));
}
