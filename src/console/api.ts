import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Reply } from '../domain/ports.ts';
import { incidentJson } from './json.ts';
import type { ConsoleOptions } from './options.ts';

const MOST = 200;
const query = z.object({
  status: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((given) => (given === undefined ? undefined : [given].flat().flatMap((item) => item.split(','))))
    .pipe(z.array(z.enum(['firing', 'acknowledged', 'resolved'])).optional()),
  q: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(MOST).default(50),
  before: z.string().max(64).optional(),
});
const body = z.object({
  argument: z.string().max(500).optional(),
  inputs: z.record(z.string().max(100), z.string().max(10_000)).optional(),
});

/** `/api/incidents` and the actions on them. */
export function api(app: FastifyInstance, { store, bridge }: Pick<ConsoleOptions, 'store' | 'bridge'>): void {
  app.get('/api/incidents', async (request, reply) => {
    const read = query.safeParse(request.query);
    if (!read.success) return reply.code(422).send(invalid(read.error));
    const { status, q, limit, before } = read.data;
    const found = await store.incidents({
      limit: limit + 1,
      ...(status !== undefined && { status }),
      ...(q !== undefined && q !== '' && { text: q }),
      ...(before !== undefined && { before }),
    });
    const shown = found.slice(0, limit);
    const views = await store.views(shown.map(({ id }) => id));
    return { incidents: views.map(incidentJson), next: found.length > limit ? (shown.at(-1)?.id ?? null) : null };
  });

  app.get<{ Params: { id: string } }>('/api/incidents/:id', async (request, reply) => {
    const view = await store.incident(request.params.id);
    return view === undefined ? reply.code(404).send(unknown) : incidentJson(view);
  });

  app.post<{ Params: { id: string; action: string } }>('/api/incidents/:id/actions/:action', async (request, reply) => {
    const read = body.safeParse(request.body ?? {});
    if (!read.success) return reply.code(422).send(invalid(read.error));
    const { argument, inputs } = read.data;
    const key = request.headers['idempotency-key'];
    const answer = await bridge.press({
      id: typeof key === 'string' ? key.slice(0, 200) : randomUUID(),
      actor: request.session!.actor,
      incident: request.params.id,
      from: {},
      action: request.params.action,
      confirmed: true, // a program that posts it means it
      ...(argument !== undefined && { argument }),
      ...(inputs !== undefined && { inputs }),
    });
    const { status, json } = await answered(answer);
    return reply.code(status).send(json);
  });

  async function answered(answer: Reply): Promise<{ readonly status: number; readonly json: unknown }> {
    switch (answer.kind) {
      case 'done': {
        const view = await store.incident(answer.incident);
        return view === undefined ? { status: 404, json: unknown } : { status: 200, json: incidentJson(view) };
      }
      case 'started':
        return { status: 202, json: { run: answer.run } };
      case 'told':
        return { status: 200, json: { text: answer.text } };
      case 'ask':
        return {
          status: 422,
          json: { code: 'invalid_input', error: `${answer.form.title}: more is needed.`, details: answer.problems },
        };
      case 'refused': {
        const { code, text, by, at, details } = answer;
        return {
          status: STATUS[code],
          json: {
            code,
            error: text,
            ...(by !== undefined && { by }),
            ...(at !== undefined && { at: new Date(at).toISOString() }),
            ...(details !== undefined && { details }),
          },
        };
      }
    }
  }
}

const STATUS = {
  not_allowed: 403,
  not_found: 404,
  unknown_action: 404,
  too_late: 409,
  already_running: 409,
  invalid_input: 422,
} as const;

const unknown = { code: 'not_found', error: 'There is no such incident (any more).' };

function invalid(error: z.ZodError) {
  const details = error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  return { code: 'invalid_input', error: 'The request is not what this address takes.', details };
}
