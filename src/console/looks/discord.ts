import { parse } from 'discord-markdown-parser';
import { html } from 'ghtml';
import { outwardAround } from '../pages/spans.ts';
import { plain } from '../pages/text.ts';
import { age, clock } from '../pages/time.ts';
import type { Viewer } from '../pages/viewer.ts';

/** What of a Discord message a card is written in: https://docs.discord.com/developers/resources/message */
interface Message {
  readonly content: string;
  readonly embeds: readonly {
    readonly color: number;
    readonly title: string;
    readonly url?: string;
    readonly description: string;
    readonly fields: readonly { readonly name: string; readonly value: string; readonly inline: boolean }[];
    readonly footer?: { readonly text: string };
  }[];
  readonly components: readonly { readonly components: readonly Control[] }[];
}
type Control =
  | { readonly type: 2; readonly label: string; readonly style: number }
  | { readonly type: 3; readonly placeholder: string; readonly options: readonly { readonly label: string }[] };

export function discordLook(json: unknown, viewer: Viewer): string {
  const { content, embeds, components } = json as Message;
  return [
    html`<p>!${markdown(content, viewer)}</p>`,
    ...embeds.map((embed) => embedOf(embed, viewer)),
    ...components.map((row) => html`<div class="look-buttons">!${row.components.map(controlOf).join('')}</div>`),
  ].join('');
}

function embedOf(
  { color, title, url, description, fields, footer }: Message['embeds'][number],
  viewer: Viewer,
): string {
  const words = markdown(title, viewer);
  const rows = fields.map(
    ({ name, value, inline }) =>
      html`<div class="${inline ? 'inline' : ''}"><dt>!${markdown(name, viewer)}</dt><dd>!${markdown(value, viewer)}</dd></div>`,
  );
  return html`<div class="discord-embed"><svg class="discord-bar" aria-hidden="true"><rect width="4" height="100%" fill="#${color.toString(16).padStart(6, '0')}"/></svg><div>
<p class="discord-title">!${url === undefined ? words : outwardAround(url, words)}</p><div class="discord-description">!${markdown(description, viewer)}</div>!${
    rows.length === 0 ? '' : html`<dl>!${rows.join('')}</dl>`
  }!${footer === undefined ? '' : html`<p class="discord-footer">${plain(footer.text)}</p>`}</div></div>`;
}

interface Node {
  readonly type: string;
  readonly content?: string | readonly Node[];
  readonly [key: string]: unknown;
}

/** Discord's Markdown, read as Discord reads it. */
function markdown(text: string, viewer: Viewer): string {
  return nodes(parse(text, 'extended') as unknown as readonly Node[], viewer);
}

const nodes = (all: readonly Node[], viewer: Viewer): string => all.map((node) => nodeOf(node, viewer)).join('');

function nodeOf(node: Node, viewer: Viewer): string {
  const inside =
    typeof node.content === 'string' ? html`${plain(node.content, 8_000)}` : nodes(node.content ?? [], viewer);
  switch (node.type) {
    case 'strong':
      return html`<strong>!${inside}</strong>`;
    case 'em':
      return html`<em>!${inside}</em>`;
    case 'inlineCode':
      return html`<code>!${inside}</code>`;
    case 'codeBlock':
      return html`<pre tabindex="0">!${inside}</pre>`;
    case 'blockQuote':
      return html`<blockquote>!${inside}</blockquote>`;
    case 'br':
    case 'newline':
      return '<br>';
    case 'url':
    case 'link':
    case 'autolink':
      return outwardAround(String(node['target']).replace(/^<|>$/g, ''), inside);
    case 'timestamp':
      return timeOf(Number(node['timestamp']) * 1_000, node['format'], viewer);
    case 'user':
    case 'role':
      return html`<span class="look-mention">@${plain(String(node['id']))}</span>`;
    default:
      return inside;
  }
}

function timeOf(at: number, format: unknown, viewer: Viewer): string {
  return format === 'R'
    ? html`<span class="discord-time">!${age(at, viewer, 'long')} ago</span>`
    : html`<span class="discord-time">!${clock(at, viewer)}</span>`;
}

const STYLES: Readonly<Record<number, string>> = { 1: 'primary', 3: 'success', 4: 'danger' };

function controlOf(control: Control): string {
  if (control.type === 2)
    return html`<span class="look-button ${STYLES[control.style] ?? ''}">${plain(control.label, 80)}</span>`;
  const options = control.options.map(({ label }) => html`<li>${plain(label, 100)}</li>`).join('');
  return html`<details class="look-menu wide"><summary class="look-button">${plain(control.placeholder, 80)}</summary><ul>!${options}</ul></details>`;
}
