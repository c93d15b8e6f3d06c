import { newId } from '../domain/id.ts';
import type { Moment } from '../domain/ports.ts';

/** Deciding twice decides the same: every call of the returned function hands out the same time and the same ids. */
export function replayable(now: number): () => Moment {
  const ids: string[] = [];
  return () => {
    let used = 0;
    return {
      now,
      newId() {
        const index = used++;
        ids[index] ??= newId(now);
        return ids[index];
      },
    };
  };
}
