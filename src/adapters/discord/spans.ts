import type { Costs, TextSpan } from '../../domain/fit.ts';
import type { Block, Span, Spans } from '../../domain/model.ts';
import { visible } from '../../domain/visible.ts';
import { destination } from './address.ts';
import { codeCostOf, costOf, escaped, ZERO_WIDTH } from './text.ts';

/** Spans as Discord's Markdown. `at`: when the card was drawn. */
export function spansText(spans: Spans, at: number): string {
  let text = '';
  let isMarkedBefore = false;
  for (const span of spans) {
    const written = span.kind === 'time' ? timeText(span, at) : textSpan(span);
    if (written === '') continue;
    const isMarked = span.kind === 'text' && isStyled(span) && span.text.trim() !== '';
    // Without it Discord reads the markers of two neighbours as one: `**a****b**`.
    text += isMarked && isMarkedBefore ? ZERO_WIDTH + written : written;
    isMarkedBefore = isMarked;
  }
  return text;
}

/** What spans and blocks take at most. */
export const COSTS: Costs = {
  text: (piece, span) => (span.code ? Math.max(codeCostOf(piece), costOf(piece)) : costOf(piece)),
  markup: (span) => (span.kind === 'time' ? TIME_CHARACTERS : markupOf(span)),
  block: (block) => blockCost(block),
};

const TIME_CHARACTERS = '<t:-8640000000000:R>'.length;
const EMPHASIS_CHARACTERS = '******'.length;
const CODE_CHARACTERS = '``'.length;
const LINK_CHARACTERS = ' [link](<>)'.length;
const LONGEST_LINK = 900; // so that the words beside it fit into a field
const DEEPEST = 3; // levels of lists that Discord indents

/** The space before an item of a list. */
export const indent = (depth: number): string => '  '.repeat(Math.min(Math.max(0, depth), DEEPEST));

function blockCost(block: Block): number {
  const between = 2;
  switch (block.kind) {
    case 'paragraph':
      return between;
    case 'quote':
      return between + '> '.length;
    case 'list':
      return between + indent(block.depth).length + (block.ordered ? `${block.items.length}. ` : '- ').length;
    case 'code':
      return between + '```\n\n```'.length;
    default:
      return block satisfies never;
  }
}

const isStyled = ({ bold, italic, code, url }: TextSpan): boolean => !!(bold || italic || code || url !== undefined);

const markupOf = (span: TextSpan): number =>
  (isStyled(span) ? ZERO_WIDTH.length : 0) +
  (span.bold || span.italic ? EMPHASIS_CHARACTERS : 0) +
  (span.code ? CODE_CHARACTERS : 0) +
  (span.url === undefined || span.url.length > LONGEST_LINK ? 0 : LINK_CHARACTERS + urlCost(span.url));

const urlCost = (url: string): number => (isWeb(url) ? destination(url).length : costOf(url));
const isWeb = (url: string): boolean => /^https?:/.test(url);

/** White space stays outside of the markers, where Discord reads them as such. */
function textSpan(span: TextSpan): string {
  const { url } = span;
  const text = visible(span.text);
  const core = text.trim();
  if (core === '' || !isStyled(span)) return escaped(text);
  const start = text.indexOf(core);
  const before = escaped(text.slice(0, start));
  const after = escaped(text.slice(start + core.length));
  if (url === undefined || url.length > LONGEST_LINK) return before + styled(core, span) + after;
  if (!isWeb(url)) return `${before}${styled(core, span)} ${escaped(`(${url})`)}${after}`;
  return LINK_LABEL.test(core) && !span.code
    ? `${before}${emphasised(linkTo(core, url), span)}${after}`
    : `${before}${styled(core, span)} ${linkTo('link', url)}${after}`;
}

/** `label`: what LINK_LABEL takes. */
const linkTo = (label: string, url: string): string => `[${label}](<${destination(url)}>)`;

/**
 * Discord does not undo escapes in a link's label, and shows the whole construct as text where there is an address or a mention in it:
 * https://github.com/discord/discord-api-docs/issues/6185, /7721, /6088
 */
const LINK_LABEL = /^[^\\*_~`|[\]<>@:#\n]+$/;

function styled(text: string, span: TextSpan): string {
  if (!span.code || !CODE_TEXT.test(text)) return emphasised(escaped(text), span);
  const code = `\`${text}\``;
  return /[*\\]/.test(text) ? code : emphasised(code, span); // Discord looks for the end of bold in code, too
}

/** Nothing in a code span is escaped, so it can hold neither its own end nor a line break. */
const CODE_TEXT = /^[^`\n]+$/;

function emphasised(markdown: string, { bold, italic }: TextSpan): string {
  const marker = `${bold ? '**' : ''}${italic ? '*' : ''}`;
  return `${marker}${markdown}${marker}`;
}

const YOUNG_MS = 86_400_000;

/** In the reader's own zone and words: https://docs.discord.com/developers/reference#message-formatting-timestamp-styles */
export function timeText({ at, style }: Extract<Span, { kind: 'time' }>, drawnAt: number): string {
  const isYoung = at <= drawnAt && drawnAt - at < YOUNG_MS;
  const isNear = Math.abs(drawnAt - at) < YOUNG_MS;
  const letter = { clock: isNear ? 't' : 'f', date: 'D', relative: isYoung ? 'R' : 'f' }[style];
  return `<t:${Math.floor(at / 1_000)}:${letter}>`;
}
