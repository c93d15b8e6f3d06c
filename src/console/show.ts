import type { FastifyInstance, FastifyReply } from 'fastify';
import { html } from 'ghtml';
import type { Card, IncidentView } from '../domain/model.ts';
import type { Parts } from './live.ts';
import type { ConsoleOptions } from './options.ts';
import { incidentHtml, incidentParts } from './pages/incident.ts';
import { layout } from './pages/layout.ts';
import { listHtml, row } from './pages/list.ts';
import { deliveriesPage, routesPage } from './pages/setup.ts';

const MOST_ROWS = 200;
const RESOLVED_ROWS = 10;
const LIVING: readonly string[] = ['waiting', 'queued', 'running'];
const HTML = 'text/html; charset=utf-8';

export interface Pages {
  /** The page of an incident, with what is to be said about the last press. */
  incident(
    reply: FastifyReply,
    id: string,
    said?: { readonly notice: string; readonly status: number },
  ): Promise<FastifyReply>;
  /** The live parts of the page at this path. */
  parts(path: string): Promise<Parts>;
  card(view: IncidentView): Card;
}

/** The pages that show: the list, an incident, deliveries, routes. */
export function pages(app: FastifyInstance, { store, bridge, about }: ConsoleOptions): Pages {
  const card = (view: IncidentView) =>
    bridge.card(
      view.incident,
      view.runs.filter(({ state }) => LIVING.includes(state)),
    );

  async function listParts(current?: string) {
    const [counts, firing, acknowledged, resolved] = await Promise.all([
      store.counts(),
      store.incidents({ status: ['firing'], limit: MOST_ROWS }),
      store.incidents({ status: ['acknowledged'], limit: MOST_ROWS }),
      store.incidents({ status: ['resolved'], limit: RESOLVED_ROWS }),
    ]);
    const newest = firing[0] ?? acknowledged[0];
    return {
      newest,
      parts: {
        health: html`<span id="health" class="wide">${`${counts.firing} firing, ${counts.acknowledged} acknowledged`}</span>`,
        list: html`<nav class="list" id="list" aria-label="Incidents">!${listHtml({
          counts,
          firing,
          acknowledged,
          resolved,
          ...(current !== undefined && { current }),
        })}</nav>`,
      },
    };
  }

  async function parts(path: string): Promise<Parts> {
    const id = /^\/incidents\/([0-9a-z]{1,32})$/.exec(path)?.[1];
    const { parts: shown } = await listParts(id);
    const view = id === undefined ? undefined : await store.incident(id);
    if (view === undefined) return shown;
    const drawn = card(view);
    return { ...shown, ...incidentParts(view, drawn) };
  }

  async function incident(
    reply: FastifyReply,
    id: string,
    said?: { readonly notice: string; readonly status: number },
  ): Promise<FastifyReply> {
    const view = await store.incident(id);
    if (view === undefined) return missing(reply);
    const { parts: shown } = await listParts(id);
    const drawn = card(view);
    const notice =
      said === undefined ? '' : html`<p class="${said.status < 300 ? 'told' : 'refused'}">${said.notice}</p>`;
    return reply
      .code(said?.status ?? 200)
      .type(HTML)
      .send(
        layout({
          title: drawn.title,
          path: `/incidents/${id}`,
          health: shown.health,
          live: `/live?page=${encodeURIComponent(`/incidents/${id}`)}`,
          mainClass: 'layout',
          main: shown.list + incidentHtml(view, drawn, notice),
        }),
      );
  }

  app.get<{ Querystring: { token?: string } }>('/', async (_request, reply) => {
    const { parts: shown, newest } = await listParts();
    const view = newest === undefined ? undefined : await store.incident(newest.id);
    const hint =
      newest === undefined
        ? html`<section class="placeholder"><p>Nothing is wrong right now.</p></section>`
        : html`<section class="placeholder wide-only" aria-label="Newest incident">!${view === undefined ? '' : teaser(view)}</section>`;
    return reply.type(HTML).send(
      layout({
        title: 'Incidents',
        path: '/',
        health: shown.health,
        live: '/live?page=%2F',
        mainClass: 'layout home',
        main: shown.list + hint,
      }),
    );
  });

  const teaser = (view: IncidentView) =>
    html`<p class="quiet-text">The newest one:</p><a class="card teaser ${card(view).tone}" href="/incidents/${view.incident.id}"><span class="state">${card(view).state}</span><b>${view.incident.title}</b><span>${view.incident.text}</span></a>`;

  app.get<{ Params: { id: string } }>('/incidents/:id', (request, reply) => incident(reply, request.params.id));

  app.get<{ Querystring: { status?: string; q?: string; before?: string } }>('/incidents', async (request, reply) => {
    const { status, q, before } = request.query;
    const known = (['firing', 'acknowledged', 'resolved'] as const).filter((one) => one === status);
    const found = await store.incidents({
      limit: 100,
      ...(known.length > 0 && { status: known }),
      ...(q ? { text: q } : {}),
      ...(before ? { before } : {}),
    });
    const last = found.at(-1);
    const next = new URLSearchParams({ ...(status && { status }), ...(q && { q }), before: last?.id ?? '' });
    return reply.type(HTML).send(
      layout({
        title: 'All incidents',
        path: '/incidents',
        mainClass: 'plain',
        main: html`<h1>Incidents</h1><form class="search" method="get" action="/incidents"><label for="q">Find</label><input id="q" name="q" value="${q ?? ''}"><button>Find</button></form>
<div class="list all">!${found.map((one) => row([one])).join('') || '<p class="quiet-text">None.</p>'}</div>!${found.length === 100 ? html`<a class="button" href="/incidents?${next.toString()}">Older</a>` : ''}`,
      }),
    );
  });

  app.get('/deliveries', async (_request, reply) => {
    const [{ lanes }, dead] = await Promise.all([store.counts(), store.deadLetters()]);
    return reply
      .type(HTML)
      .send(
        layout({ title: 'Deliveries', path: '/deliveries', mainClass: 'plain', main: deliveriesPage(lanes, dead) }),
      );
  });

  app.get('/routes', (_request, reply) =>
    reply.type(HTML).send(layout({ title: 'Routes', path: '/routes', mainClass: 'plain', main: routesPage(about()) })),
  );

  return { incident, parts, card };
}

export function missing(reply: FastifyReply): FastifyReply {
  return reply
    .code(404)
    .type(HTML)
    .send(
      layout({
        title: 'Not found',
        path: '',
        mainClass: 'plain',
        main: '<h1>Not found</h1><p>This incident is not known here (any more). <a href="/">All incidents</a></p>',
      }),
    );
}
