import type { Place } from './automaton.ts';
import { secretForms } from './secret-forms.ts';
import { beginningOf } from './spellings.ts';

/** Where a secret stands, or may stand where what comes next decides (`length` is absent). */
export interface Found {
  readonly at: number;
  readonly length?: number; // bytes
}

/** So much of what stands before a short secret tells whether it stands alone. */
export const BYTES_BEFORE = 12;

/**
 * Finds secrets in UTF-8, each character in any of its spellings. A byte is looked at a few times, however many secrets
 * there are: what a reader may be within is one state, and each state and step is made when a text first needs it.
 */
export class KnownSecrets {
  readonly #beginnings: readonly Place[];
  readonly #numbers = new Map<Place, number>();
  readonly #states = new Map<string, State>();
  readonly #pairs = new Uint8Array(65_536); // by two bytes: NEVER where no secret begins with them
  readonly #dead = new State([]);
  #start: State;

  constructor(secrets: readonly string[]) {
    this.#beginnings = secretForms(secrets).map(beginningOf);
    this.#start = this.#stateOf(this.#beginnings);
  }

  get isEmpty(): boolean {
    return this.#beginnings.length === 0;
  }

  /** The first secret from `from` on, in its longest spelling. `isLast`: nothing follows `data`. */
  find(data: Uint8Array, from: number, isLast: boolean): Found | undefined {
    if (this.isEmpty) return undefined;
    for (let at = from; at < data.length; at++) {
      if (at + 1 < data.length && this.#neverBegins(data[at] as number, data[at + 1] as number)) continue;
      const length = this.#lengthAt(data, at, isLast);
      if (length === OPEN) return { at };
      if (length > 0) return { at, length };
    }
    return undefined;
  }

  /** Nearly every place of a text is passed over by this. */
  #neverBegins(first: number, second: number): boolean {
    const pair = first * 256 + second;
    if (this.#pairs[pair] === 0) {
      const state = this.#after(this.#start, first);
      const begins = state.isEnd || state.isShortEnd || this.#after(state, second) !== this.#dead;
      this.#pairs[pair] = begins ? MAY : NEVER;
    }
    return this.#pairs[pair] === NEVER;
  }

  #lengthAt(data: Uint8Array, at: number, isLast: boolean): number {
    let state = this.#start;
    let length = 0;
    for (let index = at; index < data.length; index++) {
      const byte = data[index] as number;
      state = this.#after(state, byte);
      if (state === this.#dead) return length;
      if (state.isEnd) length = index + 1 - at;
      else if (state.isShortEnd && isAlone(data, at, index + 1)) {
        if (index + 1 === data.length && !isLast) return OPEN;
        length = index + 1 - at;
      }
    }
    return isLast || state.isOver ? length : OPEN;
  }

  #after(state: State, byte: number): State {
    const known = state.next[byte];
    if (known !== undefined) return known;
    const places = state.places.flatMap(({ next }) => next.get(byte) ?? []);
    const next = places.length === 0 ? this.#dead : this.#stateOf(places);
    state.next[byte] = next;
    return next;
  }

  #stateOf(places: readonly Place[]): State {
    const all = withOthers(places);
    const key = [...all]
      .map((place) => this.#numberOf(place))
      .sort((a, b) => a - b)
      .join();
    let state = this.#states.get(key);
    if (state === undefined) {
      if (this.#states.size >= MOST_STATES) this.#forget();
      state = new State([...all]);
      this.#states.set(key, state);
    }
    return state;
  }

  /** A text that is made to need ever more states takes time, not memory. */
  #forget(): void {
    this.#states.clear();
    this.#start = new State(this.#start.places);
  }

  #numberOf(place: Place): number {
    const known = this.#numbers.get(place) ?? this.#numbers.size;
    this.#numbers.set(place, known);
    return known;
  }
}

const OPEN = -1;
const NEVER = 1;
const MAY = 2;
const MOST_STATES = 4_096; // about 2 KB each

class State {
  readonly places: readonly Place[];
  readonly next = new Array<State | undefined>(256).fill(undefined); // by byte
  readonly isEnd: boolean;
  readonly isShortEnd: boolean;
  readonly isOver: boolean; // no byte leads on

  constructor(places: readonly Place[]) {
    this.places = places.filter(({ next }) => next.size > 0);
    this.isEnd = places.some(({ end }) => end === 'long');
    this.isShortEnd = places.some(({ end }) => end === 'short');
    this.isOver = this.places.length === 0;
  }
}

function withOthers(places: readonly Place[]): ReadonlySet<Place> {
  const all = new Set(places);
  for (const place of all) for (const other of place.also) all.add(other());
  return all;
}

/** What stands before a word and is none itself: an escape of JSON or an address, a colour of a terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it begins a terminal's sequence
const BEFORE_A_WORD = /(?:\\(?:[bfnrt]|u[\da-f]{4})|%[\da-f]{2}|\u001b\[[\d;]*[a-z])$/i;

function isAlone(data: Uint8Array, at: number, end: number): boolean {
  if (isWord(data[end])) return false;
  return !isWord(data[at - 1]) || BEFORE_A_WORD.test(latin1(data.subarray(Math.max(0, at - BYTES_BEFORE), at)));
}

const latin1 = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** ASCII letters, digits and _. */
function isWord(byte: number | undefined): boolean {
  return byte !== undefined && /\w/.test(String.fromCharCode(byte));
}
