import type { Block, Spans } from '../../domain/model.ts';
import { indent, spansText } from './spans.ts';
import { codeEscaped, oneLine } from './text.ts';

/** The body of a card as Discord's Markdown. `at`: when the card was drawn. */
export function blocksText(blocks: readonly Block[], at: number): string {
  let text = '';
  let before: Block | undefined;
  for (const block of blocks) {
    const written = blockText(block, at);
    if (written.trim() === '') continue;
    text += before === undefined ? written : between(before, block) + written;
    before = block;
  }
  return text;
}

/** A tail or a block of code; empty where there is nothing to see. */
export function codeBlock(text: string): string {
  return text.trim() === '' ? '' : `\`\`\`\n${codeEscaped(text)}\n\`\`\``;
}

/** Two quotes would be read as one. */
const between = (before: Block, next: Block): string =>
  before.kind === next.kind && (next.kind === 'paragraph' || next.kind === 'quote') ? '\n\n' : '\n';

function blockText(block: Block, at: number): string {
  switch (block.kind) {
    case 'paragraph':
      return spansText(block.spans, at);
    case 'quote': {
      const quoted = itemText(block.spans, at);
      return quoted.trim() === '' ? '' : `> ${quoted}`;
    }
    case 'list':
      return block.items
        .map((item, index) => `${indent(block.depth)}${block.ordered ? `${index + 1}.` : '-'} ${itemText(item, at)}`)
        .join('\n');
    case 'code':
      return codeBlock(block.text);
    default:
      return block satisfies never;
  }
}

/** A quote and an item end with their line. */
const itemText = (spans: Spans, at: number): string => oneLine(spansText(spans, at));
