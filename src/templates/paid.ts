import { CaseTag, type Context, defaultOperators, type Emitter, evalToken, ForTag, type Liquid } from 'liquidjs';
import { budgetOf } from './budget.ts';

type Filter = Liquid['filters'][string];
type Operators = typeof defaultOperators;
type Compare = (left: unknown, right: unknown, context: Context) => unknown;

/** These look for the property that they are given in every item. */
const PER_ITEM = 'find find_index group_by has map reject sort sort_natural sum where'.split(' ');

/** One filter is not interruptible, so what it is given is paid for first. */
export function paid(name: string, filter: Filter): Filter {
  const handler = typeof filter === 'function' ? filter : filter.handler;
  const perItem = PER_ITEM.includes(name);
  return function (value, ...given) {
    if (perItem) budgetOf(this.context).readForEach(value, given);
    else budgetOf(this.context).read([value, ...given]);
    return handler.call(this, value, ...given);
  };
}

const LOGIC = ['and', 'or', 'not'];

/** Two lists are compared item by item, and a text is searched, so both sides are paid for. */
export const paidOperators = Object.fromEntries(
  Object.entries(defaultOperators).map(([name, operator]) => {
    if (LOGIC.includes(name)) return [name, operator];
    const compare = operator as Compare;
    const paidFor: Compare = (left, right, context) => {
      budgetOf(context).read([left, right]);
      return compare(left, right, context);
    };
    return [name, paidFor];
  }),
) as Operators;

/** `case` compares without the operators. */
export class CaseOfOne extends CaseTag {
  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    if (Array.isArray(yield this.value.value(context, true)))
      throw new TypeError('case compares one value, not a list');
    yield* super.render(context, emitter);
  }
}

/** `limit`, `offset` and `reversed` copy the list, however little of it is gone through. */
export class PaidFor extends ForTag {
  override *render(context: Context, emitter: Emitter): ReturnType<ForTag['render']> {
    const list: unknown = yield evalToken(this.collection, context);
    if (Array.isArray(list)) budgetOf(context).use(list.length);
    return yield* super.render(context, emitter);
  }
}
