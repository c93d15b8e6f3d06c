import { html } from 'ghtml';
import { plain } from '../pages/text.ts';

/** What of a Teams activity a card is written in. */
interface Activity {
  readonly summary: string;
  readonly attachments: readonly { readonly content: Content }[];
}
interface Content {
  readonly body: readonly { readonly type: string; readonly text?: string }[];
  readonly msteams: { readonly entities?: readonly Mention[] };
}
interface Mention {
  readonly text: string; // `<at>…</at>`
  readonly mentioned: { readonly name: string };
}

/** Drawn in the page by the official renderer, from the card beside it. What it draws belongs to it: a live change hands it a new card. */
export function teamsLook(json: unknown): string {
  const { summary, attachments } = json as Activity;
  return html`<div hidden data-card="${JSON.stringify(attachments[0] ? named(attachments[0].content) : {})}"></div><div class="teams-drawn" hx-morph-skip><p>${plain(summary)}</p><noscript><p>Teams’ own renderer draws this card, and it needs JavaScript.</p></noscript></div>`;
}

/** The renderer knows no mentions: Teams itself puts a name where an entity's text stands. They stand in texts of their own. */
function named(content: Content): Content {
  const { entities = [] } = content.msteams;
  const nameIn = (text: string) =>
    entities.reduce((all, { text: at, mentioned }) => all.replaceAll(at, () => `**@${mentioned.name}**`), text);
  const isAllMentions = (text: string) =>
    entities.reduce((all, { text: at }) => all.replaceAll(at, ''), text).trim() === '';
  const body = content.body.map((element) =>
    element.type === 'TextBlock' && element.text && isAllMentions(element.text)
      ? { ...element, text: nameIn(element.text) }
      : element,
  );
  return { ...content, body };
}
