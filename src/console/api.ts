import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { newId } from '../domain/id.ts';
import type { Press, Store } from '../domain/ports.ts';
import { answerTo } from './answers.ts';
import { apiFaults, NoJson, refuseInput } from './api-faults.ts';
import { incidentJson } from './api-json.ts';
import { listQuery, UNKNOWN_PLACE } from './list-query.ts';
import type { ConsoleOptions } from './options.ts';
import { actorOf, type Sessions } from './session.ts';

interface Needs extends ConsoleOptions {
  readonly sessions: Sessions;
  readonly bodyLimit: number; // bytes
}

const MAX_KEY = 200;
const MAX_ARGUMENT = 1_000;

const argument = `argument is a text of at most ${MAX_ARGUMENT} characters.`;
const inputs = 'inputs is an object of texts, as in {"inputs": {"text": "a note"}}.';
const pressBody = z
  .strictObject(
    {
      argument: z.string(argument).max(MAX_ARGUMENT, argument).optional(),
      inputs: z.record(z.string(), z.string(inputs), inputs).optional(),
    },
    'The body is an object, as in {"argument": "2h"}.',
  )
  .nullish();

/** The API: incidents as JSON, and every button for programs. */
export function api(app: FastifyInstance, { bridge, store, clock, log, sessions, bodyLimit }: Needs): void {
  // Also without a body: `curl -X POST …/actions/acknowledge` is enough.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit },
    async (_request: unknown, body: string) => (body === '' ? undefined : json(body)),
  );
  apiFaults(app, { log, bodyLimit });

  app.get('/api/incidents', async (request, reply) => {
    const { status, q, limit, before } = listQuery.parse(request.query);
    if (before !== undefined && !(await isPlace(store, before)))
      return refuseInput(reply, [{ path: 'before', message: UNKNOWN_PLACE }]);
    const found = await store.incidents({
      limit: limit + 1, // one more says whether there is a next page
      ...(status === undefined ? {} : { status }),
      ...(q === undefined || q === '' ? {} : { text: q }),
      ...(before === undefined ? {} : { before }),
    });
    const page = found.slice(0, limit);
    const views = await store.views(page.map((incident) => incident.id));
    return {
      incidents: views.map((view) => incidentJson(view, 'brief')),
      next: found.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
  });

  app.get<{ Params: { id: string } }>('/api/incidents/:id', async (request, reply) => {
    const view = await store.incident(request.params.id);
    return view === undefined ? reply.code(404).send(UNKNOWN) : incidentJson(view);
  });

  app.post<{ Params: { id: string; action: string } }>('/api/incidents/:id/actions/:action', async (request, reply) => {
    const { argument, inputs } = pressBody.parse(request.body) ?? {};
    const press: Press = {
      id: pressId(request) ?? newId(clock.now()),
      actor: actorOf(sessions.read(request)?.name ?? ''),
      incident: request.params.id,
      action: request.params.action,
      ...(argument === undefined ? {} : { argument }),
      ...(inputs === undefined ? {} : { inputs }),
      confirmed: true,
    };
    const answer = answerTo(await bridge.press(press));
    if (answer.kind === 'answer') return reply.code(answer.status).send(answer.body);
    const view = await store.incident(press.incident);
    if (view === undefined) return reply.code(404).send(UNKNOWN);
    return { ...incidentJson(view), ...(answer.told === undefined ? {} : { answer: answer.told }) };
  });
}

const UNKNOWN = { error: 'This incident is not known here (any more).', code: 'not_found' } as const;

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NoJson(`The body is no JSON: ${(cause as Error).message}.`, { cause });
  }
}

/** Not newer than the newest: from there the list would begin anew. One that is gone by now still has its place. */
async function isPlace(store: Pick<Store, 'incidents'>, before: string): Promise<boolean> {
  const [newest] = await store.incidents({ limit: 1 });
  return newest !== undefined && before <= newest.id;
}

/** The caller's own id of this press, sent again with a retry: it is done once. */
function pressId(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  return typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY ? key : undefined;
}
