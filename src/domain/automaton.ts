/** Where a reader of bytes may be within a text that has several spellings. Together they are an automaton without a circle. */
export interface Place {
  readonly next: Map<number, Place[]>; // by byte
  readonly also: Then[]; // where a reader is then, too
  readonly end?: 'long' | 'short'; // behind the last character
}
export type Then = () => Place;
export type Step = string; // the bytes, as Latin-1, of which one comes here

export function placeOf(end?: Place['end']): Place {
  return { next: new Map(), also: [], ...(end !== undefined && { end }) };
}

/** Before any of these spellings; behind each is `then`. */
export function reading(spellings: readonly (readonly Step[])[], then: Then): Place {
  const place = placeOf();
  for (const steps of spellings) add(place, steps, then);
  return place;
}

/** One more spelling from a place on. */
export function add(from: Place, steps: readonly Step[], then: Then): void {
  let at = from;
  for (const step of steps) {
    const behind = placeOf();
    for (const byte of new Set(Buffer.from(step, 'latin1'))) {
      const known = at.next.get(byte);
      if (known === undefined) at.next.set(byte, [behind]);
      else known.push(behind);
    }
    at = behind;
  }
  at.also.push(then);
}

/** Made when a reader comes there: hardly one comes far. */
export function lazily(make: Then): Then {
  let made: Place | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
