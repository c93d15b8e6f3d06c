import type { Block, Spans } from '../domain/model.ts';
import { LimitReached } from './budget.ts';
import { failing, type ParsedLiquid } from './liquid.ts';
import { parseBlocks, parseSpans } from './markdown.ts';
import { Slots } from './slots.ts';

/** Liquid in Markdown. Both throw TemplateFailed. */
export function renderBlocks(parsed: ParsedLiquid, scope: object): readonly Block[] {
  const slots = new Slots();
  return slots.fill(trees(parsed, parsed.render(scope, slots.insert), blockTrees, parseBlocks));
}

/** One line of it: what would begin a block is text. */
export function renderLine(parsed: ParsedLiquid, scope: object): Spans {
  const slots = new Slots();
  return slots.fillLine(trees(parsed, parsed.render(scope, slots.insert), lineTrees, parseSpans));
}

/**
 * The source holds slots and no values, so it depends only on the branches taken: nearly every rendering finds its tree here.
 * Oldest out first.
 */
const blockTrees = new Map<string, readonly Block[]>();
const lineTrees = new Map<string, Spans>();
const MAX_TREES = 200;

/**
 * The parser's time is quadratic on some texts (`*a_ ` and `- - - ` over and over), so these are counted. Within all three
 * the worst that is known takes it some 30 ms, once.
 */
const MAX_CHARACTERS = 4_000;
const MAX_MARKS = 500;
const MARK = /[!#&*+<=>[\\\]_`~-]/g;
const MAX_DEPTH = 16;
const TOO_DEEP = new RegExp(`^(?:[ \\t]*(?:>|(?:[-+*]|\\d+[.)])[ \\t])){${MAX_DEPTH + 1}}`, 'm');

function trees<T>(parsed: ParsedLiquid, source: string, cache: Map<string, T>, parse: (source: string) => T): T {
  const known = cache.get(source);
  if (known !== undefined) return known;
  return failing(parsed.at, () => {
    refuseEndless(source);
    const made = parse(source);
    if (cache.size >= MAX_TREES) cache.delete(cache.keys().next().value as string);
    cache.set(source, made);
    return made;
  });
}

function refuseEndless(source: string): void {
  if (source.length > MAX_CHARACTERS)
    throw new LimitReached(`it gives more than ${MAX_CHARACTERS} characters of Markdown around its values`);
  if ((source.match(MARK)?.length ?? 0) > MAX_MARKS)
    throw new LimitReached(`it gives more than ${MAX_MARKS} marks of Markdown, such as * and [`);
  if (TOO_DEEP.test(source))
    throw new LimitReached(`it puts lists and quotes more than ${MAX_DEPTH} deep into each other`);
}
