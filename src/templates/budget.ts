import { type Context, Drop } from 'liquidjs';
import { Time } from './values.ts';

const MAX_STEPS = 20_000; // nodes rendered; a card takes about a hundred
const MAX_WORK = 200_000; // items and characters that filters make and read
const CHARACTERS_PER_ITEM = 16; // how many are read in the time of one item

const BUDGET = 'budget';

/** A template asked for more than a rendering may take. */
export class LimitReached extends RangeError {
  override readonly name = 'LimitReached';
}

/**
 * What one rendering may take. It is counted and not timed, so that a template fails on every machine or on none. It stands in for both of the engine's
 * own limiters: those know neither how deep a value is nor what a comparison costs.
 */
export class Budget {
  #steps = 0;
  #work = 0;

  /** A context that spends from it. */
  spentBy(made: (limits: Pick<Context, 'memoryLimit' | 'renderLimit'>) => Context): Context {
    const limiter = this as unknown as Context['memoryLimit'];
    const context = made({ memoryLimit: limiter, renderLimit: limiter });
    context.setRegister(BUDGET, this);
    return context;
  }

  /** The engine calls it before each node. */
  check(): void {
    this.#steps++;
    if (this.#steps > MAX_STEPS) throw new LimitReached(`it takes more than ${MAX_STEPS} steps`);
  }

  /** The engine calls it with the items or characters that a filter or a range makes. */
  use(count: number): void {
    if (count > 0) this.#work += count;
    if (!(this.#work <= MAX_WORK)) throw new LimitReached(`it works on more than ${MAX_WORK} items and characters`);
  }

  /** Before somebody goes through these values, all the way down. */
  read(values: readonly unknown[]): void {
    for (const value of values) this.use(this.#weightOf(value));
  }

  /** Before somebody goes through `each` for every item of `value`. */
  readForEach(value: unknown, each: readonly unknown[]): void {
    this.use(this.#weightOf(value) * (1 + this.#weightOf(each)));
  }

  #weightOf(value: unknown): number {
    return weightOf(value, MAX_WORK - this.#work);
  }
}

export const budgetOf = (context: Context): Budget => context.getRegister<Budget>(BUDGET);

/** Items in a value and in those, looked through no further than `most`: lists that hold lists twice double with each. */
function weightOf(value: unknown, most: number): number {
  if (typeof value === 'string') return 1 + value.length / CHARACTERS_PER_ITEM;
  if (typeof value !== 'object' || value === null || value instanceof Time || value instanceof Drop) return 1;
  let weight = 1;
  for (const item of Array.isArray(value) ? value : Object.values(value)) {
    if (weight > most) break;
    weight += weightOf(item, most - weight);
  }
  return weight;
}
