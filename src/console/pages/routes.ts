import { html } from 'ghtml';
import type { About } from '../options.ts';
import { layout } from './layout.ts';
import { plain } from './text.ts';
import type { Viewer } from './viewer.ts';

/** Who may send, where it goes, and what can be run: as configured. */
export function routesPage({ sources, routes, runbooks }: About, viewer: Viewer): string {
  return layout({
    title: 'Routes · Tocsin',
    viewer,
    section: 'routes',
    main: html`<main id="main" class="sheet"><h1>Routes</h1><p class="lede">Read in the order of their names; <code>ROUTE_DEFAULT</code> takes what no other took. To see where a payload would go: <code>npm run tocsin -- route FILE</code></p>
!${section('routes', 'Routes', routes, NO_ROUTE, ({ name, text }) => html`<li><code class="name">${plain(name, 80)}</code><code class="text">${plain(text, 4_000)}</code></li>`)}
!${section('sources', 'Sources', sources, NO_SOURCE, ({ name, label, auth }) => html`<li><b class="name">${plain(label, 80)}</b><span class="text"><code>/webhooks/${plain(name, 80)}</code> ${plain(auth, 200)}</span></li>`)}
!${section('runbooks', 'Runbooks', runbooks, NO_RUNBOOK, ({ name, label }) => html`<li><b class="name">${plain(label, 80)}</b><span class="text"><code>templates/runbooks/${plain(name, 80)}.md</code></span></li>`)}</main>`,
  });
}

const NO_ROUTE = 'No route is set: every incident is shown here, and nowhere else.';
const NO_SOURCE = 'No source is on. Set its secrets, for example WIZSTATUS_SECRETS.';
const NO_RUNBOOK = 'There are no runbooks yet: each is a file in templates/runbooks.';

function section<T>(id: string, title: string, items: readonly T[], none: string, draw: (item: T) => string): string {
  return html`<section class="section" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>!${
    items.length === 0
      ? html`<p class="all-well">${none}</p>`
      : html`<ul class="config">!${items.map(draw).join('')}</ul>`
  }</section>`;
}
