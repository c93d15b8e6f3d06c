import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { send } from './html.ts';
import type { ConsoleOptions } from './options.ts';
import { type SilenceForm, silencesPage } from './pages/silences.ts';
import { actorOf, type Sessions } from './session.ts';

interface Needs extends ConsoleOptions {
  readonly sessions: Sessions;
}

const text = z.string().max(5_000).catch('');
const addForm = z.object({ matchers: text, length: text, why: text });
const endForm = z.object({ silence: z.string().max(64) });

const EMPTY: SilenceForm = { typed: { matchers: '', length: '2h', why: '' }, problems: [] };

/** What is kept quiet: the list, a new one, and the end of one before its time. */
export function silenceRoutes(app: FastifyInstance, { store, bridge, sessions }: Needs): void {
  app.get('/silences', async (request, reply) =>
    send(reply, silencesPage(await store.silences.active(), EMPTY, sessions.viewer(request))),
  );

  app.post('/silences', async (request, reply) => {
    const typed = addForm.parse({ ...(request.body as object) });
    const viewer = sessions.viewer(request);
    const answer = await bridge.silence(typed, actorOf(viewer.name));
    switch (answer.kind) {
      case 'done':
        return reply.redirect('/silences', 303);
      case 'not_allowed': {
        const problems = [{ path: '', message: answer.text }];
        return send(reply.code(403), silencesPage(await store.silences.active(), { typed, problems }, viewer));
      }
      case 'invalid_input': {
        const { problems } = answer;
        return send(reply.code(422), silencesPage(await store.silences.active(), { typed, problems }, viewer));
      }
      default:
        return answer satisfies never;
    }
  });

  app.post('/silences/end', async (request, reply) => {
    const { silence } = endForm.parse(request.body);
    const viewer = sessions.viewer(request);
    const refused = await bridge.endSilence(silence, actorOf(viewer.name));
    if (refused === undefined) return reply.redirect('/silences', 303);
    const form = { ...EMPTY, problems: [{ path: '', message: refused }] };
    return send(reply.code(409), silencesPage(await store.silences.active(), form, viewer));
  });
}
