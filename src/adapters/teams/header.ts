import { cut } from '../../domain/cut.ts';
import type { Card, Tone } from '../../domain/model.ts';
import { stateOf, titleOf } from '../said.ts';
import { lineRoom } from './activity.ts';
import { literalCost } from './costs.ts';
import type { Container, ContainerStyle, OpenUrl, RichTextBlock, TextRun } from './elements.ts';
import type { Limits } from './limits.ts';
import { lineOf } from './text.ts';

export interface Header {
  readonly element: Container;
  readonly cut: readonly string[]; // lines that were cut, whole
}

/** Title and state, tinted by it; the words keep the default colour, as coloured ones are hardly read on a tint. `open`: where the title leads. */
export function headerOf(card: Card, open: OpenUrl | undefined, limits: Limits): Header {
  const { tone } = card;
  const [title, state] = [titleOf(card), stateOf(card)];
  const shown = (text: string) => cut(text, lineRoom(limits), (piece) => literalCost(piece, limits));
  const heading = line(shown(title), { size: 'Large', ...(tone === 'resolved' ? {} : { weight: 'Bolder' }) });
  return {
    element: {
      type: 'Container',
      style: STYLES[tone],
      bleed: true,
      items: [
        open === undefined
          ? heading
          : {
              type: 'Container',
              selectAction: { ...open, title: `${lineOf(shown(title))} · ${open.title}` }, // what a screen reader calls it begins with what is seen
              items: [heading],
            },
        line(shown(state), {}),
      ],
    },
    cut: [title, state].filter((text) => shown(text) !== text),
  };
}

const STYLES: Readonly<Record<Tone, ContainerStyle>> = {
  critical: 'attention',
  error: 'attention',
  warning: 'warning',
  info: 'accent',
  acknowledged: 'emphasis',
  resolved: 'good',
};

const line = (text: string, look: Partial<TextRun>): RichTextBlock => ({
  type: 'RichTextBlock',
  inlines: [{ type: 'TextRun', text: lineOf(text), ...look }],
});
