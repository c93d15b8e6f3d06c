import { html } from 'ghtml';
import type { Block, Span, Spans } from '../../domain/model.ts';
import { plain, webUrl } from './text.ts';
import { age, clock } from './time.ts';
import type { Viewer } from './viewer.ts';

const MAX_TEXT = 8_000;

/** The body of a card. */
export function blocks(body: readonly Block[], viewer: Viewer): string {
  return body.map((block) => blockOf(block, viewer)).join('');
}

export function spans(line: Spans, viewer: Viewer): string {
  return line.map((span) => spanOf(span, viewer)).join('');
}

/** Leads out of here: opens apart, and tells the other side nothing. */
export function outward(url: string, label: string): string {
  return outwardAround(url, html`${label}`);
}

/** The same around markup, which stays as it is where the address may not be followed. */
export function outwardAround(url: string, markup: string): string {
  const safe = webUrl(url);
  if (safe === undefined) return markup;
  return html`<a href="${safe}" target="_blank" rel="noopener noreferrer">!${markup}</a>`;
}

function blockOf(block: Block, viewer: Viewer): string {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>!${spans(block.spans, viewer)}</p>`;
    case 'quote':
      return html`<blockquote>!${spans(block.spans, viewer)}</blockquote>`;
    case 'code':
      return html`<pre tabindex="0">${plain(block.text, MAX_TEXT)}</pre>`;
    case 'list': {
      const items = block.items.map((item) => html`<li>!${spans(item, viewer)}</li>`).join('');
      const level = Math.min(block.depth, 3);
      return block.ordered
        ? html`<ol class="list-${level}">!${items}</ol>`
        : html`<ul class="list-${level}">!${items}</ul>`;
    }
    default:
      return block satisfies never;
  }
}

function spanOf(span: Span, viewer: Viewer): string {
  if (span.kind === 'time')
    return span.style === 'relative' ? html`!${age(span.at, viewer, 'long')} ago` : clock(span.at, viewer);
  const text = plain(span.text, MAX_TEXT);
  let marked = span.url === undefined ? html`${text}` : outward(span.url, text);
  if (span.code) marked = html`<code>!${marked}</code>`;
  if (span.italic) marked = html`<em>!${marked}</em>`;
  if (span.bold) marked = html`<strong>!${marked}</strong>`;
  return marked;
}
