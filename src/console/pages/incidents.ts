import { html } from 'ghtml';
import { assetPath } from '../asset-paths.ts';
import type { Look } from '../looks/index.ts';
import type { Pressed } from './card.ts';
import { layout } from './layout.ts';
import { type Place, type Scene, type Screen, screen, titleOf } from './screen.ts';
import { plain } from './text.ts';
import type { Viewer } from './viewer.ts';

export const MAX_QUERY = 200; // characters that are searched for

/**
 * The list and one incident. On wide screens both are seen; a phone shows the list at `/`, and the incident at its own
 * address. `isIncident`: the address names it.
 */
export function incidentsPage(
  scene: Scene,
  viewer: Viewer,
  address: { readonly isIncident: boolean; readonly pressed?: Pressed },
): string {
  const drawn = screen(scene, viewer, address.pressed);
  const found = scene.listing.kind === 'found' ? scene.listing.text : undefined;
  const as = scene.shown?.look?.as;
  const stream = streamPath(scene.shown?.view.incident.id, found, as);
  return layout({
    title: titleOf(scene),
    viewer,
    section: 'incidents',
    summary: drawn.get('summary') ?? '',
    ...(as === undefined ? {} : { more: lookAssets(as) }),
    main: html`<main id="main" class="layout ${address.isIncident ? 'at-incident' : 'at-list'}" hx-sse:connect="${stream}" hx-swap="none">
<div class="list">!${address.isIncident ? '' : html`<h1 class="visually-hidden">Incidents</h1>`}<form class="search" role="search" action="/" method="get"><label class="visually-hidden" for="q">Search incidents</label><input id="q" type="search" name="q" value="${plain(found ?? '', MAX_QUERY)}" placeholder="Search" maxlength="${MAX_QUERY}" autocomplete="off"></form>
<nav aria-label="Incidents">!${part(drawn, 'list')}</nav></div>
<section class="incident" aria-label="Incident"><a class="back" href="/">‹ All incidents</a>!${part(drawn, 'card')}!${part(drawn, 'runs')}!${part(drawn, 'timeline')}</section>
<aside class="seen" aria-label="Where it went">!${part(drawn, 'seen')}</aside>
<span id="title" hidden></span></main>`,
  });
}

/** A message of the live stream: the places that changed, each morphed where it stands. */
export function partials(places: Iterable<readonly [Place | 'asked' | 'notice', string]>, title?: string): string {
  const changed = [...places].map(
    ([place, markup]) => html`<hx-partial hx-target="#${place}" hx-swap="innerMorph">!${markup}</hx-partial>`,
  );
  return (
    changed.join('') +
    (title === undefined ? '' : html`<hx-partial hx-target="#title" hx-swap="innerMorph">${plain(title)}</hx-partial>`)
  );
}

const part = (drawn: Screen, place: Place): string => html`<div id="${place}">!${drawn.get(place) ?? ''}</div>`;

function lookAssets(as: Look): string {
  const script = as === 'teams' ? html`<script src="${assetPath('teams-look.js')}" defer></script>` : '';
  return html`<link rel="stylesheet" href="${assetPath('looks.css')}">!${script}`;
}

function streamPath(at: string | undefined, text: string | undefined, as: Look | undefined): string {
  const query = new URLSearchParams({
    ...(at === undefined ? {} : { at }),
    ...(text === undefined ? {} : { q: text }),
    ...(as === undefined ? {} : { as }),
  });
  return query.size === 0 ? '/live' : `/live?${query}`;
}
