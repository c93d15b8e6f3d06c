import { html } from 'ghtml';
import { outward } from '../pages/spans.ts';
import { plain } from '../pages/text.ts';
import { age, clock } from '../pages/time.ts';
import type { Viewer } from '../pages/viewer.ts';

/** What of Slack's Block Kit a card is written in: https://docs.slack.dev/reference/block-kit/blocks */
type Block =
  | { readonly type: 'rich_text'; readonly elements: readonly Part[] }
  | { readonly type: 'context'; readonly elements: readonly Labelled[] }
  | { readonly type: 'actions'; readonly elements: readonly Control[] };
type Part =
  | {
      readonly type: 'rich_text_section' | 'rich_text_quote' | 'rich_text_preformatted';
      readonly elements: readonly Element[];
    }
  | {
      readonly type: 'rich_text_list';
      readonly style: string;
      readonly indent: number;
      readonly elements: readonly { elements: readonly Element[] }[];
    };
type Element =
  | { readonly type: 'text'; readonly text: string; readonly style?: Style }
  | { readonly type: 'link'; readonly url: string; readonly text?: string; readonly style?: Style }
  | { readonly type: 'date'; readonly timestamp: number; readonly format: string }
  | { readonly type: 'user'; readonly user_id: string }
  | { readonly type: 'usergroup'; readonly usergroup_id: string };
interface Style {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly code?: boolean;
}
interface Labelled {
  readonly text: string;
}
type Control =
  | { readonly type: 'button'; readonly text: Labelled; readonly style?: string }
  | { readonly type: 'overflow' | 'static_select'; readonly options: readonly { readonly text: Labelled }[] };
interface Message {
  readonly blocks: readonly Block[];
  readonly attachments?: readonly { readonly color: string; readonly blocks: readonly Block[] }[];
}

export function slackLook(json: unknown, viewer: Viewer): string {
  const { blocks, attachments = [] } = json as Message;
  return [
    ...blocks.map((block) => blockOf(block, viewer)),
    ...attachments.map(
      (attachment) =>
        html`<div class="slack-attachment"><svg class="slack-bar" aria-hidden="true"><rect width="4" height="100%" rx="2" fill="${plain(attachment.color, 9)}"/></svg><div>!${attachment.blocks.map((block) => blockOf(block, viewer)).join('')}</div></div>`,
    ),
  ].join('');
}

function blockOf(block: Block, viewer: Viewer): string {
  switch (block.type) {
    case 'rich_text':
      return html`<div class="slack-text">!${block.elements.map((part) => partOf(part, viewer)).join('')}</div>`;
    case 'context':
      return html`<p class="slack-context">${block.elements.map(({ text }) => plain(text)).join(' ')}</p>`;
    case 'actions':
      return html`<div class="look-buttons">!${block.elements.map(controlOf).join('')}</div>`;
  }
}

function partOf(part: Part, viewer: Viewer): string {
  const line = (elements: readonly Element[]) => elements.map((element) => elementOf(element, viewer)).join('');
  switch (part.type) {
    case 'rich_text_section':
      return html`<p>!${line(part.elements)}</p>`;
    case 'rich_text_quote':
      return html`<blockquote>!${line(part.elements)}</blockquote>`;
    case 'rich_text_preformatted':
      return html`<pre tabindex="0">!${line(part.elements)}</pre>`;
    case 'rich_text_list': {
      const items = part.elements.map((item) => html`<li>!${line(item.elements)}</li>`).join('');
      const level = `list-${Math.min(part.indent, 3)}`;
      return part.style === 'ordered'
        ? html`<ol class="${level}">!${items}</ol>`
        : html`<ul class="${level}">!${items}</ul>`;
    }
  }
}

function elementOf(element: Element, viewer: Viewer): string {
  switch (element.type) {
    case 'text':
      return styled(html`${plain(element.text, 8_000)}`, element.style);
    case 'link':
      return styled(outward(element.url, plain(element.text ?? element.url, 2_000)), element.style);
    case 'date':
      return element.format === '{ago}'
        ? html`!${age(element.timestamp * 1_000, viewer, 'long')} ago`
        : clock(element.timestamp * 1_000, viewer);
    case 'user':
      return html`<span class="look-mention">@${plain(element.user_id)}</span>`;
    case 'usergroup':
      return html`<span class="look-mention">@${plain(element.usergroup_id)}</span>`;
  }
}

function styled(markup: string, { bold, italic, code }: Style = {}): string {
  let all = code ? html`<code>!${markup}</code>` : markup;
  if (italic) all = html`<em>!${all}</em>`;
  return bold ? html`<strong>!${all}</strong>` : all;
}

function controlOf(control: Control): string {
  if (control.type === 'button')
    return html`<span class="look-button ${control.style ?? ''}">${plain(control.text.text, 80)}</span>`;
  const options = control.options.map(({ text }) => html`<li>${plain(text.text, 80)}</li>`).join('');
  const word = control.type === 'overflow' ? '⋮' : 'More ▾';
  return html`<details class="look-menu"><summary class="look-button" aria-label="More">${word}</summary><ul>!${options}</ul></details>`;
}
