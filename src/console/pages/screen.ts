import { html } from 'ghtml';
import type { Card, IncidentView } from '../../domain/model.ts';
import { type Look, lookOf } from '../looks/index.ts';
import { card, type Pressed } from './card.ts';
import { type Counts, type Listing, list } from './list.ts';
import { runs } from './runs.ts';
import { tabs } from './tabs.ts';
import { timeline } from './timeline.ts';
import type { Viewer } from './viewer.ts';
import { where } from './where.ts';

/** What the page of incidents shows. */
export interface Scene {
  readonly listing: Listing;
  readonly shown?: {
    readonly view: IncidentView;
    readonly card: Card;
    readonly look?: { readonly as: Look; readonly json: unknown }; // in place of the console's own card
  };
}

/** The places of the page that change while it is open, each under its element's id. */
export type Place = 'summary' | 'list' | 'card' | 'runs' | 'timeline' | 'seen';
export type Screen = ReadonlyMap<Place, string>;

export function screen(scene: Scene, viewer: Viewer, pressed: Pressed = {}): Screen {
  const { listing } = scene;
  return new Map<Place, string>([
    ['summary', summary(listing.counts)],
    ['list', list(listing, scene.shown?.view.incident.id, viewer)],
    ...incidentPlaces(scene, viewer, pressed),
  ]);
}

/** The places that one incident fills. */
export function incidentPlaces(
  { listing, shown }: Scene,
  viewer: Viewer,
  pressed: Pressed = {},
): readonly (readonly [Place, string])[] {
  if (shown === undefined) return [['card', quiet(listing)], ...EMPTY];
  const { incident, timeline: lines, deliveries, runs: all } = shown.view;
  const { look } = shown;
  const drawn = look
    ? lookOf(look.as, look.json, { title: shown.card.title, postedAt: incident.openedAt }, viewer)
    : card(incident, shown.card, viewer, pressed);
  return [
    ['card', tabs(incident.id, look?.as) + drawn],
    ['runs', runs(all, viewer)],
    ['timeline', timeline(incident, lines, viewer)],
    ['seen', where(incident, deliveries, viewer)],
  ];
}

/** What the tab says: how many fire, and what. */
export function titleOf({ listing, shown }: Scene): string {
  const { firing } = listing.counts;
  const what = shown?.card.title ?? 'All quiet';
  return `${firing > 0 ? `(${firing}) ` : ''}${what} · Tocsin`;
}

const EMPTY: readonly (readonly [Place, string])[] = [
  ['runs', ''],
  ['timeline', ''],
  ['seen', ''],
];

function summary({ firing, acknowledged }: Counts): string {
  if (firing + acknowledged === 0) return 'All quiet';
  return html`${firing.toLocaleString('en')} firing, ${acknowledged.toLocaleString('en')} acknowledged`;
}

function quiet(listing: Listing): string {
  if (listing.kind === 'found')
    return html`<div class="quiet-page"><h1>Nothing found</h1><p><a href="/">Show all incidents</a></p></div>`;
  if (listing.resolved.length > 0)
    return html`<div class="quiet-page"><h1>All quiet</h1><p>Nothing is firing. What is over is in the list.</p></div>`;
  return html`<div class="quiet-page"><h1>All quiet</h1><p>No monitor has told of anything. Send a test:</p>
<pre tabindex="0">npm run tocsin -- send</pre></div>`;
}
