import type { Clock } from '../domain/ports.ts';

/** How often something may be done in each of several places: at most `burst` at once, then one every `everyMs`. */
export class Pace {
  readonly #everyMs: number;
  readonly #burst: number;
  readonly #clock: Clock;
  readonly #emptyAt = new Map<string, number>(); // by place: when all that was done there is paid for

  constructor({ everyMs, burst, clock }: { readonly everyMs: number; readonly burst: number; readonly clock: Clock }) {
    this.#everyMs = everyMs;
    this.#burst = burst;
    this.#clock = clock;
  }

  /** Milliseconds until it may be done there; 0: now. */
  wait(place: string): number {
    const owed = (this.#emptyAt.get(place) ?? 0) - this.#clock.monotonic();
    return Math.max(0, Math.ceil(owed - (this.#burst - 1) * this.#everyMs));
  }

  /** Notes that it is done there. */
  take(place: string): void {
    const now = this.#clock.monotonic();
    this.#emptyAt.set(place, Math.max(now, this.#emptyAt.get(place) ?? 0) + this.#everyMs);
  }
}
