import type { Span, Spans } from '../../domain/model.ts';
import type { Spacing, TextElement, TextRun } from './elements.ts';
import { destination, escaped, literal, monospaced } from './text.ts';
import { timeText } from './time.ts';

/** How a line looks as a whole. `now`: when the card was drawn. */
export interface Look {
  readonly now: number;
  readonly spacing?: Spacing;
  readonly quiet?: true;
}

/**
 * One line as one element. Its runs are data, but where it holds a link: a run's `selectAction` broke in Teams
 * (https://github.com/microsoft/AdaptiveCards/issues/9100), so such a line is Markdown, its texts escaped, without bold and italic.
 */
export function lineElement(line: Spans, { now, spacing, quiet }: Look): TextElement {
  const around = spacing === undefined ? {} : { spacing };
  const subtle = quiet === undefined ? {} : { isSubtle: quiet };
  if (line.some(isLink)) {
    const text = line
      .map((span) => markdownOf(span, now))
      .join('')
      .replace(/^ +/, ''); // an indented one would be code
    return { type: 'TextBlock', ...around, text, wrap: true, ...subtle };
  }
  return { type: 'RichTextBlock', ...around, inlines: line.map((span) => ({ ...runOf(span, now), ...subtle })) };
}

/** A line break in a text ends the line. A line of white space is empty. */
export function linesOf(spans: Spans): readonly Spans[] {
  const lines: Span[][] = [[]];
  for (const span of spans) {
    if (span.kind === 'time') {
      lines.at(-1)?.push(span);
      continue;
    }
    for (const [index, text] of span.text.split('\n').entries()) {
      if (index > 0) lines.push([]);
      if (text !== '') lines.at(-1)?.push({ ...span, text });
    }
  }
  return lines.map((line) => (line.every((span) => span.kind === 'text' && span.text.trim() === '') ? [] : line));
}

/** For a fact or an item, which have no lines of their own. */
export function oneLine(spans: Spans): Spans {
  return spans.map((span) => (span.kind === 'time' ? span : { ...span, text: span.text.replace(/\s*\n\s*/g, ' ') }));
}

export const isLink = (span: Span): boolean =>
  span.kind === 'text' && span.url !== undefined && span.text.trim() !== '';

function runOf(span: Span, now: number): TextRun {
  if (span.kind === 'time') return { type: 'TextRun', text: timeText(span, now) };
  return {
    type: 'TextRun',
    text: span.code ? monospaced(span.text) : literal(span.text),
    ...(span.bold ? { weight: 'Bolder' } : {}),
    ...(span.italic ? { italic: true } : {}),
    ...(span.code ? { fontType: 'Monospace' } : {}),
  };
}

function markdownOf(span: Span, now: number): string {
  if (span.kind === 'time') return timeText(span, now);
  return isLink(span) ? `[${escaped(span.text)}](${destination(span.url ?? '')})` : escaped(span.text);
}
