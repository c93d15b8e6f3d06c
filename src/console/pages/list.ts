import { html } from 'ghtml';
import { durationText } from '../../domain/duration.ts';
import type { Incident } from '../../domain/model.ts';
import { FOLD_AFTER, fold, type Group, severities } from './fold.ts';
import { capital, plain } from './text.ts';
import { age } from './time.ts';
import type { Viewer } from './viewer.ts';

/** What the list shows. `firing` and `acknowledged` are the newest; `counts` are of all of them. */
export type Listing =
  | {
      readonly kind: 'now';
      readonly firing: readonly Incident[];
      readonly acknowledged: readonly Incident[];
      readonly resolved: readonly Incident[]; // of the last day
      readonly counts: Counts;
    }
  | {
      readonly kind: 'found';
      readonly text: string;
      readonly incidents: readonly Incident[];
      readonly isCut?: true; // there are older ones
      readonly counts: Counts;
    };
export interface Counts {
  readonly firing: number;
  readonly acknowledged: number;
}

const ROWS_IN_GROUPS = 200; // of one section, shared by its groups
const FEWEST_ROWS = 20; // of one group
const TITLES = 3;

/** The list: open first. `at` is the incident that the page shows beside it. */
export function list(listing: Listing, at: string | undefined, viewer: Viewer): string {
  if (listing.kind === 'found') return found(listing, at, viewer);
  const { firing, acknowledged, resolved, counts } = listing;
  if (firing.length + acknowledged.length + resolved.length === 0)
    return html`<p class="nothing">No incidents yet.</p>`;
  const draw = (incident: Incident) => row(incident, incident.id === at, viewer);
  return [
    firing.length + acknowledged.length === 0 ? html`<p class="nothing">Nothing is firing.</p>` : '',
    section('Firing', counts.firing, firing, draw),
    section('Acknowledged', counts.acknowledged, acknowledged, draw),
    section('Resolved, last 24 hours', resolved.length, resolved, draw),
  ].join('');
}

function found(
  { text, incidents, isCut }: Extract<Listing, { kind: 'found' }>,
  at: string | undefined,
  viewer: Viewer,
): string {
  const rows = incidents.map((incident) => row(incident, incident.id === at, viewer)).join('');
  return html`<h2><span>Found for “${plain(text, 60)}”</span><span>${incidents.length}!${isCut ? '+' : ''}</span></h2>!${rows}
!${isCut ? html`<p class="nothing">These are the newest. Search for more words to find an older one.</p>` : ''}<p class="nothing"><a href="/">Show all</a></p>`;
}

type Draw = (incident: Incident) => string;

function section(title: string, count: number, incidents: readonly Incident[], draw: Draw): string {
  if (count === 0 && incidents.length === 0) return '';
  const left = count - incidents.length;
  return html`<h2><span>${title}</span><span>${count.toLocaleString('en')}</span></h2>!${
    incidents.length > FOLD_AFTER ? storm(title, incidents, draw) : incidents.map(draw).join('')
  }!${left > 0 ? html`<p class="nothing">${left.toLocaleString('en')} older ones: search for them.</p>` : ''}`;
}

function storm(title: string, incidents: readonly Incident[], draw: Draw): string {
  const { inSight, groups } = fold(incidents);
  const most = Math.max(FEWEST_ROWS, Math.floor(ROWS_IN_GROUPS / Math.max(1, groups.length)));
  return [...inSight.map(draw), ...groups.map((group) => folded(title, group, most, draw))].join('');
}

/** A group of one is a row. What a person opened stays open: the page's script sees to it. */
function folded(title: string, { name, incidents }: Group, most: number, draw: Draw): string {
  const [worst] = incidents;
  if (worst === undefined) return '';
  if (incidents.length === 1) return draw(worst);
  const left = incidents.length - most;
  const tone = worst.status === 'firing' ? worst.severity : worst.status;
  return html`<details class="group ${tone}" id="group-${slug(title)}-${slug(name)}"><summary><b>${plain(name, 120)}</b><span>${incidents.length.toLocaleString('en')}</span><small>!${howBad(incidents)}</small><small class="titles">${titles(incidents)}</small></summary>!${incidents
    .slice(0, most)
    .map(draw)
    .join(
      '',
    )}!${left > 0 ? html`<p class="nothing"><a href="/?q=${encodeURIComponent(name)}">${left.toLocaleString('en')} more</a></p>` : ''}</details>`;
}

/** `3 critical · 40 warning` */
function howBad(incidents: readonly Incident[]): string {
  return severities(incidents)
    .map(([severity, count]) => html`<em class="${severity}">${count.toLocaleString('en')} ${severity}</em>`)
    .join(' · ');
}

function titles(incidents: readonly Incident[]): string {
  const different = new Set<string>();
  for (const { title } of incidents) {
    if (different.size > TITLES) break;
    different.add(plain(title, 60));
  }
  const all = [...different];
  return all.slice(0, TITLES).join(', ') + (all.length > TITLES ? ', …' : '');
}

function row(incident: Incident, isHere: boolean, viewer: Viewer): string {
  const tone = incident.status === 'firing' ? incident.severity : incident.status;
  return html`<a class="row ${tone}" id="row-${incident.id}" href="/incidents/${incident.id}" !${isHere ? 'aria-current="true"' : ''}><b>${plain(incident.monitor || incident.title, 120)}</b>!${age(
    incident.status === 'resolved' ? (incident.resolvedAt ?? incident.openedAt) : incident.openedAt,
    viewer,
  )}<small>!${second(incident, viewer)}</small></a>`;
}

function second(incident: Incident, viewer: Viewer): string {
  const what = plain(incident.brief || (incident.monitor === '' ? incident.source : incident.title), 160);
  switch (incident.status) {
    case 'firing': {
      const state = incident.flapping ? `${capital(incident.severity)}, flapping` : capital(incident.severity);
      return html`<em>${state}</em> · ${what}!${incident.count > 1 ? html`, ${incident.count.toLocaleString('en')} reports` : ''}`;
    }
    case 'acknowledged':
      return html`<em>${plain(incident.owner?.name ?? 'Somebody', 60)}</em>!${
        incident.acknowledgedAt === undefined ? '' : html` for !${age(incident.acknowledgedAt, viewer)}`
      } · ${what}`;
    case 'resolved':
      return html`down for ${durationText((incident.resolvedAt ?? incident.openedAt) - incident.openedAt)}!${
        incident.resolvedBy === undefined || incident.resolvedBy.platform === 'monitor'
          ? ''
          : html`, ${plain(incident.resolvedBy.name, 60)}`
      }`;
    default:
      return incident.status satisfies never;
  }
}

/** Part of an element's id: letters and digits only, so that two names that differ otherwise may share one, which is harmless. */
const slug = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
