import type { Block, Spans } from '../../domain/model.ts';
import type { Container, Element } from './elements.ts';
import { type Look, lineElement, linesOf, oneLine } from './lines.ts';
import { NO_BREAK } from './text.ts';

/** A block as elements, one for each of its lines; blank lines of a text are told by the space above the next one. */
export function blockElements(block: Block, now: number): readonly Element[] {
  switch (block.kind) {
    case 'paragraph':
      return paragraph(linesOf(block.spans), { now });
    case 'quote':
      return paragraph(linesOf(block.spans), { now, quiet: true });
    case 'code':
      return [codeElement(block.text, now)];
    case 'list':
      return block.items.map((item, index) =>
        lineElement([{ kind: 'text', text: mark(block, index) }, ...oneLine(item)], {
          now,
          ...(index === 0 ? {} : { spacing: 'None' }),
        }),
      );
    default:
      return block satisfies never;
  }
}

/** Each line an element of its own, so that its breaks hold on every client. */
export function codeElement(text: string, now: number): Container {
  const lines = text.split('\n').map((line) => (line === '' ? NO_BREAK : line));
  return {
    type: 'Container',
    style: 'emphasis',
    items: lines.map((line, index) =>
      lineElement([{ kind: 'text', text: line, code: true }], { now, ...(index === 0 ? {} : { spacing: 'None' }) }),
    ),
  };
}

function paragraph(lines: readonly Spans[], look: Look): readonly Element[] {
  return lines.flatMap((line, index) => {
    if (line.length === 0) return [];
    const follows = (lines[index - 1]?.length ?? 0) > 0;
    return [lineElement(line, { ...look, ...(follows ? { spacing: 'None' } : {}) })];
  });
}

const DEEPEST = 8; // steps of indentation that still leave room for words on a phone

function mark({ ordered, depth }: Extract<Block, { kind: 'list' }>, index: number): string {
  return `${NO_BREAK.repeat(4 * Math.min(depth, DEEPEST))}${ordered ? `${index + 1}.` : '•'} `;
}
