import { type Fitted, fitBlocks, fitSpans } from '../../domain/fit.ts';
import type { Block, Card, Spans } from '../../domain/model.ts';
import { cutWords } from '../said.ts';
import { blockElements } from './blocks.ts';
import { costsOf, linesIn } from './costs.ts';
import type { Element } from './elements.ts';
import type { Limits } from './limits.ts';
import { lineElement, oneLine } from './lines.ts';

/** Elements, and the text that found no room among them. */
export interface Words {
  readonly elements: readonly Element[];
  readonly cut: readonly string[];
}

export const NOTHING: Words = { elements: [], cut: [] };

/** What a card tells, in the order in which it is shown. */
export interface CardWords {
  readonly body: Words;
  readonly facts: Words;
  readonly run: Words;
}

/** The facts get room first, then the living run; the body gets what they leave. */
export function wordsOf(card: Card, room: number, limits: Limits): CardWords {
  const facts = factWords(card, room, limits);
  const afterFacts = room - sizeOf(facts, limits);
  const run = blockWords(runBlocks(card), afterFacts, card.at, limits);
  const body = blockWords(card.body, afterFacts - sizeOf(run, limits), card.at, limits);
  return { body, facts, run };
}

export function blockWords(blocks: readonly Block[], room: number, now: number, limits: Limits): Words {
  const { kept, cut } = fitBlocks(blocks, room, costsOf(linesIn(blocks), limits));
  return { elements: kept.flatMap((block) => blockElements(block, now)), cut: cut === '' ? [] : [cut] };
}

export const cutNote = (where: 'thread' | 'console'): Element =>
  lineElement([{ kind: 'text', text: cutWords(where) }], { now: 0, quiet: true });

const FACT_SHARE = 1 / 24; // of a message: a fact is a line, and one must not push out the others

/** A fact's name and value are one line; no FactSet, whose values are Markdown. */
function factWords({ facts, at }: Card, room: number, limits: Limits): Words {
  const lines = facts
    .map(({ name, value }): Spans => [{ kind: 'text', text: `${name}: `, bold: true }, ...value])
    .map(oneLine);
  const costs = costsOf(lines, limits);
  const elements: Element[] = [];
  const cut: string[] = [];
  let left = room;
  for (const [index, line] of lines.entries()) {
    const around = costs.block(ONE_LINE);
    const fitted: Fitted<Spans> = fitSpans(line, Math.min(left, limits.most * FACT_SHARE) - around, costs);
    const value = fitted.kept.length > 1;
    if (fitted.cut !== '') cut.push(value ? `${facts[index]?.name}: …${fitted.cut}` : fitted.cut);
    if (fitted.kept.length === 0) continue;
    elements.push(lineElement(fitted.kept, { now: at, ...(index === 0 ? {} : { spacing: 'None' }) }));
    left -= fitted.used + around;
  }
  return { elements, cut };
}

const ONE_LINE: Block = { kind: 'paragraph', spans: [] };

function runBlocks({ run }: Card): readonly Block[] {
  if (run === undefined) return [];
  const head: Spans = [
    { kind: 'text', text: run.label, bold: true },
    { kind: 'text', text: `: ${run.words}` },
  ];
  return [{ kind: 'paragraph', spans: head }, ...(run.tail === '' ? [] : [{ kind: 'code' as const, text: run.tail }])];
}

const sizeOf = ({ elements }: Words, { size }: Limits): number => size(JSON.stringify(elements));
