import { html } from 'ghtml';
import type { DeadLetter, LaneDepth } from '../../domain/ports.ts';
import type { About } from '../options.ts';
import { timeTag } from './parts.ts';

/** Where cards wait, and what could not be delivered. */
export function deliveriesPage(lanes: readonly LaneDepth[], dead: readonly DeadLetter[]): string {
  const waiting = lanes.filter((lane) => lane.waiting > 0);
  const lanesHtml =
    waiting.length === 0
      ? '<p class="quiet-text">Nothing waits: every card is right.</p>'
      : html`<ul class="deliveries">!${waiting
          .map(
            (lane) =>
              html`<li><span>${lane.destination}</span><span class="late">${String(lane.waiting)} waiting</span>!${lane.oldestAt === undefined ? '' : html`<small>the oldest since !${timeTag(lane.oldestAt, 'clock')}</small>`}</li>`,
          )
          .join('')}</ul>`;
  const deadHtml =
    dead.length === 0
      ? '<p class="quiet-text">None.</p>'
      : html`<p class="quiet-text">Mend the cause, then: <code>npm run tocsin -- replay --all</code></p><ul class="deliveries">!${dead
          .map(
            ({ delivery, incident }) =>
              html`<li><a href="/incidents/${incident.id}">${incident.title}</a><span class="lost">${delivery.destination}</span><small>${delivery.error ?? ''} <code>${delivery.id}</code></small></li>`,
          )
          .join('')}</ul>`;
  return html`<h1>Deliveries</h1><section class="section"><h2>Waiting</h2>!${lanesHtml}</section><section class="section"><h2>Not delivered</h2>!${deadHtml}</section>`;
}

/** What the bridge listens to, and where alerts go. */
export function routesPage({ sources, routes, runbooks }: About): string {
  const list = (items: readonly string[], none: string) =>
    items.length === 0
      ? html`<p class="quiet-text">${none}</p>`
      : html`<ul class="setup">!${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
  return html`<h1>Routes</h1>
<section class="section"><h2>Routes <small>read in this order</small></h2>!${list(
    routes.map(({ name, text }) => html`<code>${name}</code> <code class="wide">${text}</code>`),
    'None: every incident goes to the console.',
  )}</section>
<section class="section"><h2>Sources</h2>!${list(
    sources.map(
      ({ label, name, auth }) =>
        html`<b>${label}</b> <code>/webhooks/${name}</code> <span class="quiet-text">${auth}</span>`,
    ),
    'None is on: set WIZSTATUS_SECRETS, for one.',
  )}</section>
<section class="section"><h2>Runbooks</h2>!${list(
    runbooks.map(({ label, name }) => html`<b>${label}</b> <code>templates/runbooks/${name}.md</code>`),
    'None in templates/runbooks.',
  )}</section>`;
}
