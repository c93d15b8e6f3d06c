import { Context, Liquid, type Template } from 'liquidjs';
import { Budget, budgetOf, LimitReached } from './budget.ts';
import { CaseOfOne, PaidFor, paid, paidOperators } from './paid.ts';
import { durationFilter, timeFilter } from './values.ts';

/** Everything else that the engine knows is deleted: an unknown name is a fault when the file is read. */
export const TAGS = '# assign break case comment continue echo for if liquid raw unless'.split(' ');

/**
 * Left out on purpose: `raw` (would bypass `outputEscape`), the HTML and URL escapes (a value is escaped for where it lands),
 * `sample` (random), `inspect`, `jsonify`, the `*_exp` family (expressions inside strings, unseen by the analysis), decoders that throw.
 */
const BUILT_IN_FILTERS = [
  'abs at_least at_most ceil divided_by floor minus modulo plus round times to_integer',
  'append capitalize downcase lstrip normalize_whitespace number_of_words prepend remove remove_first remove_last replace',
  'replace_first replace_last rstrip slugify split squish strip strip_newlines truncate truncatewords upcase',
  'array_to_sentence_string compact concat find find_index first group_by has join last map pop push reject reverse shift',
  'size slice sort sort_natural sum uniq unshift where base64_encode date default hmac_sha256 json sha256',
].flatMap((names) => names.split(' '));
export const FILTERS = [...BUILT_IN_FILTERS, 'duration', 'time'];

const MAX_OUTPUT_CHARACTERS = 64 * 1024;

/** Turns a value into what is written for it. */
export type Insert = (value: unknown) => string;

const INSERT = 'insert';

/** One engine for every template: without files, partials or prototypes. */
export const engine = makeEngine({ strictFilters: true });

/** Reads what `engine` refuses for a filter, to find what else is wrong. It renders nothing. */
export const lenientEngine = makeEngine({ strictFilters: false });

/** Renders with `insert` for every value. Throws what the engine throws, and on an output that is too long. */
export function renderWith(
  template: Template[],
  scope: object,
  insert: Insert,
  { strictVariables = false }: { readonly strictVariables?: boolean } = {},
): string {
  const context = new Budget().spentBy(
    (limits) => new Context(scope, engine.options, { sync: true, strictVariables }, { liquid: engine, ...limits }),
  );
  context.setRegister(INSERT, insert);
  const output: unknown = engine.renderSync(template, context as object);
  if (typeof output !== 'string') throw new TypeError('it gave no text');
  if (output.length > MAX_OUTPUT_CHARACTERS)
    throw new LimitReached(`it gives more than ${MAX_OUTPUT_CHARACTERS} characters`);
  return output;
}

function makeEngine({ strictFilters }: { readonly strictFilters: boolean }): Liquid {
  const made = new Liquid({
    outputEscape(this: { context: Context }, value: unknown) {
      budgetOf(this.context).read([value]);
      return this.context.getRegister<Insert>(INSERT)(value);
    },
    templates: {},
    cache: false,
    dynamicPartials: false,
    ownPropertyOnly: true,
    strictFilters,
    lenientIf: true,
    catchAllErrors: true,
    timezoneOffset: 'UTC',
    locale: 'en-US',
    operators: paidOperators,
  });
  for (const name of Object.keys(made.tags)) if (!TAGS.includes(name)) delete made.tags[name];
  for (const name of Object.keys(made.filters)) if (!BUILT_IN_FILTERS.includes(name)) made.unregisterFilter(name);
  for (const [name, filter] of Object.entries(made.filters)) made.registerFilter(name, paid(name, filter));
  made.registerFilter('time', timeFilter);
  made.registerFilter('duration', durationFilter);
  made.registerTag('case', CaseOfOne);
  made.registerTag('for', PaidFor);
  return made;
}
