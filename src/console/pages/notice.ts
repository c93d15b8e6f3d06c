import { html } from 'ghtml';
import type { Refusal } from '../../domain/ports.ts';
import { actorName } from './places.ts';
import { plain } from './text.ts';
import { clock } from './time.ts';
import type { Viewer } from './viewer.ts';

/** What a press came to, said in its place. */
export function done(text: string): string {
  return html`<p class="done">${plain(text, 500)}</p>`;
}

/** An answer for who asked alone, a line each. */
export function told(text: string): string {
  const lines = plain(text, 8_000).split('\n');
  return html`<div class="told">!${lines.map((line) => html`<p>${line}</p>`).join('')}</div>`;
}

/** A press that was refused: the sentence, who was first, and when. */
export function refused({ text, by, at }: Pick<Refusal, 'text' | 'by' | 'at'>, viewer: Viewer): string {
  const who = by === undefined ? '' : html`${actorName(by)}`;
  const when = at === undefined ? '' : clock(at, viewer);
  const first = [who, when].filter((part) => part !== '').join(', ');
  return html`<p class="refused"><b>Not done.</b> ${plain(text, 500)}!${first === '' ? '' : html` <span class="where">!${first}</span>`}</p>`;
}
