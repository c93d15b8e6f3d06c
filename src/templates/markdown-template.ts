import type { Block, Spans } from '../domain/model.ts';
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

/** The parser's time is quadratic on some texts (`*a_ ` over and over): this many characters take it 100 ms at worst. */
const MAX_SOURCE_CHARACTERS = 4_000;

function trees<T>(parsed: ParsedLiquid, source: string, cache: Map<string, T>, parse: (source: string) => T): T {
  const known = cache.get(source);
  if (known !== undefined) return known;
  return failing(parsed.at, () => {
    if (source.length > MAX_SOURCE_CHARACTERS) {
      throw new RangeError(`it gives more than ${MAX_SOURCE_CHARACTERS} characters of Markdown around its values`);
    }
    const made = parse(source);
    if (cache.size >= MAX_TREES) cache.delete(cache.keys().next().value as string);
    cache.set(source, made);
    return made;
  });
}
