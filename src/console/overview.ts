import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { send } from './html.ts';
import type { ConsoleOptions } from './options.ts';
import { deliveriesPage } from './pages/deliveries.ts';
import { routesPage } from './pages/routes.ts';
import type { Sessions } from './session.ts';

interface Needs extends ConsoleOptions {
  readonly sessions: Sessions;
}

const replayForm = z.object({ delivery: z.string().min(1).max(64) });

/** Pages about the bridge itself: what waits or failed, and what is configured. */
export function overviewRoutes(app: FastifyInstance, { store, about, sessions }: Needs): void {
  app.get('/deliveries', async (request, reply) => {
    const [counts, dead] = await Promise.all([store.counts(), store.deadLetters()]);
    const busy = counts.lanes.filter(({ waiting, dead }) => waiting + dead > 0);
    return send(reply, deliveriesPage(busy, dead, sessions.viewer(request)));
  });

  app.post('/deliveries/replay', async (request, reply) => {
    const { delivery } = replayForm.parse(request.body);
    await store.replay(delivery === 'all' ? 'all' : [delivery]);
    return reply.redirect('/deliveries', 303);
  });

  app.get('/routes', async (request, reply) => send(reply, routesPage(about(), sessions.viewer(request))));
}
