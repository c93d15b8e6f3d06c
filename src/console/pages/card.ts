import { html } from 'ghtml';
import type { Card, Incident } from '../../domain/model.ts';
import { quietWords } from '../../domain/quiet.ts';
import { actions } from './buttons.ts';
import { blocks, outward, spans } from './spans.ts';
import { plain } from './text.ts';
import { age } from './time.ts';
import type { Viewer } from './viewer.ts';

/**
 * The card: state, title, a sentence, facts, buttons; the same words in the same order as on every platform.
 * The two parts at its end belong to whoever presses: a live change leaves them alone.
 */
export function card(incident: Incident, shown: Card, viewer: Viewer, pressed: Pressed = {}): string {
  return html`<article class="card ${shown.tone}" id="card-${incident.id}" aria-labelledby="card-title">
<p class="state">${plain(shown.state)}!${since(incident, viewer)}</p>
<h1 id="card-title" tabindex="-1">${plain(shown.title)}</h1>
<div class="lede">!${blocks(shown.body, viewer)}!${shown.url === undefined ? '' : html`<p class="link">!${outward(shown.url, plain(shown.url, 120))}</p>`}</div>
!${facts(shown, viewer)}
!${actions(shown)}
<div id="asked" hx-morph-skip>!${pressed.asked ?? ''}</div>
<div id="notice" role="status" hx-morph-skip>!${pressed.notice ?? ''}</div>
</article>`;
}

/** What a press was answered with, where it was pressed. */
export interface Pressed {
  readonly asked?: string; // a form
  readonly notice?: string;
}

export function since(incident: Incident, viewer: Viewer): string {
  const isQuiet = quietWords(incident).length > 0; // the words before end with those
  switch (incident.status) {
    case 'firing':
      return html`${isQuiet ? '; firing' : ''} for !${age((incident.flapping ? incident.flappingSince : undefined) ?? incident.openedAt, viewer, 'long')}`;
    case 'acknowledged':
      return incident.acknowledgedAt === undefined
        ? ''
        : html`${isQuiet ? '; acknowledged' : ','} !${age(incident.acknowledgedAt, viewer, 'long')} ago`;
    case 'resolved':
      return '';
    default:
      return incident.status satisfies never;
  }
}

function facts(shown: Card, viewer: Viewer): string {
  if (shown.facts.length === 0) return '';
  const rows = shown.facts.map(
    ({ name, value }) => html`<div><dt>${plain(name)}</dt><dd>!${spans(value, viewer)}</dd></div>`,
  );
  return html`<dl class="facts">!${rows.join('')}</dl>`;
}
