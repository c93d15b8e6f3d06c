import { html } from 'ghtml';
import type { Actor, Block, Incident, Span, Spans, Tone } from '../../domain/model.ts';

/** A moment: exact without JavaScript, in the reader's zone and words with it. */
export function timeTag(at: number, style: 'clock' | 'date' | 'ago' | 'relative'): string {
  const iso = new Date(at).toISOString();
  const text = style === 'date' ? iso.slice(0, 10) : `${iso.slice(11, 19)} UTC`;
  return html`<time datetime="${iso}" data-style="${style}" title="${iso}">${text}</time>`;
}

export function toneOf(incident: Incident): Tone {
  return incident.status === 'firing' ? incident.severity : incident.status;
}

const WHERE: Readonly<Record<string, string>> = {
  slack: 'Slack',
  discord: 'Discord',
  teams: 'Teams',
  console: 'Console',
  link: 'by link',
  cli: 'command line',
};

/** Where somebody acted from; empty for monitors and the bridge itself. */
export function whereOf(actor: Actor): string {
  return WHERE[actor.platform] ?? '';
}

export function spansHtml(spans: Spans): string {
  return spans.map(spanHtml).join('');
}

function spanHtml(span: Span): string {
  if (span.kind === 'time') return timeTag(span.at, span.style);
  let text = html`${span.text}`;
  if (span.code) text = html`<code>!${text}</code>`;
  if (span.italic) text = html`<em>!${text}</em>`;
  if (span.bold) text = html`<strong>!${text}</strong>`;
  return span.url === undefined ? text : linkHtml(span.url, text);
}

/** http and https only: anything else stays text. */
export function linkHtml(url: string, inner: string): string {
  return /^https?:\/\//i.test(url) ? html`<a href="${url}" rel="noopener noreferrer">!${inner}</a>` : inner;
}

export function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return html`<p>!${spansHtml(block.spans)}</p>`;
    case 'quote':
      return html`<blockquote>!${spansHtml(block.spans)}</blockquote>`;
    case 'code':
      return html`<pre tabindex="0"><code>${block.text}</code></pre>`;
    case 'list': {
      const items = block.items.map((item) => html`<li>!${spansHtml(item)}</li>`).join('');
      return block.ordered ? html`<ol class="bullets">!${items}</ol>` : html`<ul class="bullets">!${items}</ul>`;
    }
  }
}
