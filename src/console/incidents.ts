import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { visible } from '../domain/visible.ts';
import { send } from './html.ts';
import { LOOKS } from './looks/index.ts';
import type { ConsoleOptions } from './options.ts';
import { faultPage } from './pages/fault.ts';
import { incidentsPage, MAX_QUERY } from './pages/incidents.ts';
import { createScenes } from './scenes.ts';
import type { Sessions } from './session.ts';

interface Needs extends ConsoleOptions {
  readonly sessions: Sessions;
}

const listQuery = z.object({ q: z.string().trim().max(MAX_QUERY).catch('') });

const lookQuery = z.object({ as: z.enum(LOOKS).optional().catch(undefined) });

/** The list, and each incident at an address of its own. */
export function incidentRoutes(app: FastifyInstance, options: Needs): void {
  const { store, sessions } = options;
  const scenes = createScenes(options);

  app.get('/', async (request, reply) => {
    const { q } = listQuery.parse(request.query);
    const viewer = sessions.viewer(request);
    const scene = await scenes.scene(await scenes.listing(q === '' ? undefined : q), { viewer });
    return send(reply, incidentsPage(scene, viewer, { isIncident: false }));
  });

  app.get<{ Params: { id: string } }>('/incidents/:id', async (request, reply) => {
    const { as } = lookQuery.parse(request.query);
    const viewer = sessions.viewer(request);
    const scene = await scenes.scene(await scenes.listing(), { at: request.params.id, as, viewer });
    if (scene.shown === undefined)
      return send(reply.code(404), faultPage('No such incident', 'It is not known here (any more).', viewer));
    return send(reply, incidentsPage(scene, viewer, { isIncident: true }));
  });

  // All that a run printed, as the text it is.
  app.get<{ Params: { id: string; run: string } }>('/incidents/:id/runs/:run', async (request, reply) => {
    const view = await store.incident(request.params.id);
    const run = view?.runs.find(({ id }) => id === request.params.run);
    if (run === undefined)
      return send(
        reply.code(404),
        faultPage('No such run', 'It is not known here (any more).', sessions.viewer(request)),
      );
    return reply.type('text/plain; charset=utf-8').send(visible(run.output));
  });
}
