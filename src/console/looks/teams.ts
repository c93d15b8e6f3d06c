import { html } from 'ghtml';
import { plain } from '../pages/text.ts';

interface Activity {
  readonly summary: string;
  readonly attachments: readonly { readonly content: unknown }[];
}

/** Drawn in the page by the official renderer, from the card beside it. What it draws belongs to it: a live change hands it a new card. */
export function teamsLook(json: unknown): string {
  const { summary, attachments } = json as Activity;
  return html`<div hidden data-card="${JSON.stringify(attachments[0]?.content ?? {})}"></div><div class="teams-drawn" hx-morph-skip><p>${plain(summary)}</p><noscript><p>Teams’ own renderer draws this card, and it needs JavaScript.</p></noscript></div>`;
}
