import { retimed } from '../incidents/timers.ts';
import type { Parts } from './parts.ts';

/** Where an admin changed how long an acknowledgement holds, it is so for those that were made before, too. */
export function createRetiming({ store, settings }: Parts) {
  let setBy: string | undefined; // the setting by which all timers are set; undefined: not known yet
  let walk: { readonly to: string; readonly before?: string } | undefined; // how far those that are to be set anew are

  /** Sets the timers of some incidents anew, where they are not all set by what is configured now. true: there are more. */
  async function retime(): Promise<boolean> {
    const now = settings();
    const to = String(now.ackExpires ?? 'off');
    setBy ??= (await store.memory.get(SET_BY)) ?? MIXED;
    if (setBy === to) return false;
    if (setBy !== MIXED) {
      await store.memory.put(SET_BY, MIXED); // before the first one, or a stop in between could hide that they are
      setBy = MIXED;
    }
    if (walk?.to !== to) walk = { to };
    const { before } = walk;
    const part = await store.incidents({
      status: ['acknowledged'],
      limit: AT_ONCE,
      ...(before !== undefined && { before }),
    });
    await store.change({
      ids: part.map(({ id }) => id),
      decide: ({ byId }) => ({
        changes: [],
        timers: [...byId.values()].map((incident) => retimed(incident, now)),
        answer: undefined,
      }),
    });
    const last = part.at(-1);
    if (part.length === AT_ONCE && last !== undefined) {
      walk = { to, before: last.id };
      return true;
    }
    await store.memory.put(SET_BY, to);
    setBy = to;
    walk = undefined;
    return false;
  }

  return { retime };
}

const SET_BY = 'timers.ack-expires';
const MIXED = 'mixed';
const AT_ONCE = 50; // in one commit: some 3 ms of the event loop
