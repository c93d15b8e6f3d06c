import type { RichTextBlock, RichTextElement } from '@slack/types';
import type { Block } from '../../domain/model.ts';
import { LIMITS } from './limits.ts';
import { elementsOf, textOf } from './text.ts';

export type Part = RichTextBlock['elements'][number];

/** Parts in reading order. Lines that follow each other share a section, as Slack's own composer writes them. */
export function richText(parts: readonly Part[]): RichTextBlock {
  return { type: 'rich_text', elements: joined(parts, '\n') };
}

export function lineOf(...elements: readonly RichTextElement[]): Part {
  return { type: 'rich_text_section', elements: [...elements] };
}

export function codeOf(text: string): Part {
  return { type: 'rich_text_preformatted', elements: [textOf(text)] };
}

/** The body of a card; what is empty is left out, as Slack refuses it. */
export function bodyParts(blocks: readonly Block[], at: number): readonly Part[] {
  return joined(
    blocks.flatMap((block) => partOf(block, at)),
    '\n\n',
  );
}

function partOf(block: Block, at: number): readonly Part[] {
  switch (block.kind) {
    case 'paragraph':
    case 'quote': {
      const elements = [...elementsOf(block.spans, at)];
      if (elements.length === 0) return [];
      return [{ type: block.kind === 'quote' ? 'rich_text_quote' : 'rich_text_section', elements }];
    }
    case 'list': {
      const items = block.items.map((item) => [...elementsOf(item, at)]).filter(({ length }) => length > 0);
      if (items.length === 0) return [];
      return [
        {
          type: 'rich_text_list',
          style: block.ordered ? 'ordered' : 'bullet',
          indent: Math.min(block.depth, LIMITS.indent),
          elements: items.map((elements) => ({ type: 'rich_text_section', elements })),
        },
      ];
    }
    case 'code':
      return block.text === '' ? [] : [codeOf(block.text)];
    default:
      return block satisfies never;
  }
}

function joined(parts: readonly Part[], gap: string): Part[] {
  const out: Part[] = [];
  for (const part of parts) {
    const last = out.at(-1);
    if (last?.type === 'rich_text_section' && part.type === 'rich_text_section')
      out[out.length - 1] = lineOf(...last.elements, textOf(gap), ...part.elements);
    else out.push(part);
  }
  return out;
}
