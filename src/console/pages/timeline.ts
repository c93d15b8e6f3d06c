import { html } from 'ghtml';
import type { Incident, Line, LineKind } from '../../domain/model.ts';
import { whereOf } from './places.ts';
import { plain } from './text.ts';
import { clock } from './time.ts';
import type { Viewer } from './viewer.ts';

const LINES = 100;
const MAX_TEXT = 4_200; // a note and its introduction

/** What happened, newest first. */
export function timeline(incident: Incident, lines: readonly Line[], viewer: Viewer): string {
  const left = lines.length - LINES;
  const items = lines.map((line, index) => item(line, index, incident, viewer)).slice(-LINES);
  return html`<section class="section" aria-labelledby="timeline-title"><h2 id="timeline-title">Timeline</h2>
<ol class="timeline">!${items.toReversed().join('')}</ol>!${
    left > 0
      ? html`<p class="left-out">${left.toLocaleString('en')} earlier lines are in <a href="/api/incidents/${incident.id}">the incident’s JSON</a>.</p>`
      : ''
  }</section>`;
}

/** `index` counts from the oldest, so that a new line is a new element and no other one changes. */
function item(line: Line, index: number, incident: Incident, viewer: Viewer): string {
  const { tone, solid } = markOf(line.kind, incident);
  const { said, quoted } = parts(line);
  const place = whereOf(line.actor);
  const where = place === '' ? '' : html` <span class="where">${place}</span>`;
  return html`<li id="line-${index}" class="${tone}">!${clock(line.at, viewer)}<i class="${solid ? 'solid' : ''}"></i><div><b>${plain(line.actor.name, 80)}</b> ${said}!${where}!${
    quoted === undefined ? '' : html`<blockquote>${quoted}</blockquote>`
  }!${line.detail === undefined ? '' : html`<pre tabindex="0">${plain(line.detail, MAX_TEXT)}</pre>`}</div></li>`;
}

/** A note is set apart from its introduction. */
function parts({ kind, text }: Line): { readonly said: string; readonly quoted?: string } {
  const whole = plain(text, MAX_TEXT);
  const colon = whole.indexOf(': ');
  if (kind !== 'noted' || colon < 0) return { said: whole };
  return { said: whole.slice(0, colon), quoted: whole.slice(colon + 2) };
}

function markOf(kind: LineKind, incident: Incident): { readonly tone: string; readonly solid: boolean } {
  switch (kind) {
    case 'opened':
    case 'reopened':
    case 'unacknowledged':
    case 'expired':
      return { tone: incident.severity, solid: true };
    case 'repeated':
    case 'flapping':
    case 'reminded':
    case 'escalated':
      return { tone: incident.severity, solid: false };
    case 'acknowledged':
    case 'taken_over':
    case 'assigned':
      return { tone: 'acknowledged', solid: true };
    case 'resolved':
      return { tone: 'resolved', solid: true };
    case 'run':
      return { tone: 'runs', solid: false };
    case 'delivery':
      return { tone: 'warning', solid: false };
    case 'snoozed':
    case 'silenced':
    case 'noted':
    case 'refused':
      return { tone: '', solid: false };
    default:
      return kind satisfies never;
  }
}
