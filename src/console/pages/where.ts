import { html } from 'ghtml';
import type { DeliveryView, Incident, RouteVerdict } from '../../domain/model.ts';
import { destinationName } from './places.ts';
import { plain } from './text.ts';
import { ageText } from './time.ts';
import type { Viewer } from './viewer.ts';

const MOST = 50;

/** Where it was delivered, why it came here, and what the sender labelled it with. */
export function where(incident: Incident, deliveries: readonly DeliveryView[], viewer: Viewer): string {
  return html`<section class="section" aria-labelledby="delivered-title"><h2 id="delivered-title">Delivered to</h2>!${
    deliveries.length === 0
      ? html`<p class="why">No route sends it anywhere but here.</p>`
      : html`<ul class="deliveries">!${deliveries
          .slice(0, MOST)
          .map((delivery) => deliveryItem(delivery, viewer))
          .join('')}</ul>`
  }</section>
<section class="section" aria-labelledby="why-title"><h2 id="why-title">Why here</h2>!${
    incident.why.length === 0
      ? html`<p class="why">No route was read for it.</p>`
      : html`<ul class="why">!${incident.why.slice(0, MOST).map(verdict).join('')}</ul>`
  }</section>
!${labels(incident)}`;
}

function deliveryItem(delivery: DeliveryView, viewer: Viewer): string {
  const { words, tone } = deliveryState(delivery, viewer);
  const error = delivery.state === 'delivered' ? undefined : delivery.error;
  return html`<li><span>${destinationName(delivery.destination)}</span><span class="how ${tone}">${words}</span>!${
    error === undefined ? '' : html`<small>${plain(error, 400)}</small>`
  }</li>`;
}

/** In words: colour alone says nothing. */
export function deliveryState(
  delivery: DeliveryView,
  viewer: Viewer,
): { readonly words: string; readonly tone: string } {
  switch (delivery.state) {
    case 'delivered':
      return delivery.delivered >= delivery.wanted
        ? { words: 'up to date', tone: 'resolved' }
        : { words: 'being updated', tone: '' };
    case 'waiting':
      return { words: 'on its way', tone: '' };
    case 'retrying': {
      const left = (delivery.retryAt ?? viewer.now) - viewer.now;
      return { words: left > 0 ? `retry in ${ageText(left + 999, 'short')}` : 'trying again', tone: 'warning' };
    }
    case 'dead':
      return { words: 'not delivered', tone: 'critical' };
    default:
      return delivery.state satisfies never;
  }
}

function verdict({ route, held, because, destinations }: RouteVerdict): string {
  const to = destinations.length === 0 ? 'nowhere' : destinations.map(destinationName).join(', ');
  return held
    ? html`<li class="held"><code>${plain(route, 80)}</code> sent it to ${plain(to, 300)}: ${plain(because, 300)}.</li>`
    : html`<li><code>${plain(route, 80)}</code> did not: ${plain(because, 300)}.</li>`;
}

function labels(incident: Incident): string {
  const all = Object.entries(incident.labels).slice(0, MOST);
  if (all.length === 0) return '';
  const rows = all.map(([name, value]) => html`<div><dt>${plain(name, 80)}</dt><dd>${plain(value, 300)}</dd></div>`);
  return html`<section class="section" aria-labelledby="labels-title"><h2 id="labels-title">Labels</h2><dl class="labels">!${rows.join('')}</dl></section>`;
}
