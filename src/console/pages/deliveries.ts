import { html } from 'ghtml';
import type { DeadLetter, LaneDepth } from '../../domain/ports.ts';
import { layout } from './layout.ts';
import { destinationName } from './places.ts';
import { plain } from './text.ts';
import { age } from './time.ts';
import type { Viewer } from './viewer.ts';

const MOST = 100;

/** Every destination that has something to do or something that failed. */
export function deliveriesPage(
  lanes: readonly LaneDepth[],
  dead: readonly DeadLetter[],
  viewer: Viewer,
  said = '',
): string {
  return layout({
    title: 'Deliveries · Tocsin',
    viewer,
    section: 'deliveries',
    main: html`<main id="main" class="sheet"><h1>Deliveries</h1><p class="lede">One card for each incident and destination, edited in place. A destination is a queue of its own: a slow one delays no other.</p>
<div id="notice" role="status">!${said}</div>
<section class="section" aria-labelledby="lanes-title"><h2 id="lanes-title">Waiting</h2>!${lanes.length === 0 ? html`<p class="all-well">Every destination is up to date.</p>` : lanesTable(lanes, viewer)}</section>
<section class="section" aria-labelledby="dead-title"><h2 id="dead-title">Not delivered</h2>!${dead.length === 0 ? html`<p class="all-well">Nothing has failed for good.</p>` : deadLetters(dead)}</section></main>`,
  });
}

function lanesTable(lanes: readonly LaneDepth[], viewer: Viewer): string {
  const rows = lanes.map(
    ({ destination, waiting, dead, oldestAt }) =>
      html`<tr><th scope="row">${destinationName(destination)}</th><td>${waiting}</td><td class="${dead > 0 ? 'critical' : ''}">${dead}</td><td>!${oldestAt === undefined ? '' : age(oldestAt, viewer)}</td></tr>`,
  );
  return html`<div class="table" tabindex="0" role="region" aria-label="Destinations"><table><thead><tr><th scope="col">Destination</th><th scope="col">Waiting</th><th scope="col">Not delivered</th><th scope="col">Oldest waits for</th></tr></thead><tbody>!${rows.join('')}</tbody></table></div>`;
}

function deadLetters(dead: readonly DeadLetter[]): string {
  const left = dead.length - MOST;
  const items = dead.slice(0, MOST).map(
    ({
      delivery,
      incident,
    }) => html`<li class="critical"><a href="/incidents/${incident.id}"><b>${plain(incident.title, 160)}</b></a><span class="to">${destinationName(delivery.destination)}</span><p>${plain(delivery.error ?? 'It failed without a reason.', 600)}</p>
<form method="post" action="/deliveries/replay"><input type="hidden" name="delivery" value="${delivery.id}"><button>Try again</button></form><code>npm run tocsin -- replay ${delivery.id}</code></li>`,
  );
  return html`<ul class="dead">!${items.join('')}</ul>!${left > 0 ? html`<p class="nothing">${left.toLocaleString('en')} older ones.</p>` : ''}
<form method="post" action="/deliveries/replay"><input type="hidden" name="delivery" value="all"><button>Try all of them again</button></form>`;
}
