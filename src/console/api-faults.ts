import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { StoreUnavailable } from '../domain/errors.ts';
import type { Log, Problem } from '../domain/ports.ts';

const RETRY_AFTER_S = 5;

/** What a program is answered where its request cannot be used, or failed here; under the codes that webhooks are answered with too. */
export function apiFaults(app: FastifyInstance, { log, bodyLimit }: { readonly log: Log; readonly bodyLimit: number }) {
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    if (error instanceof StoreUnavailable)
      return reply.code(503).header('retry-after', RETRY_AFTER_S).send({ error: error.message, code: error.code });
    if (error instanceof z.ZodError) return refuseInput(reply, error.issues.flatMap(problems));
    if (error instanceof NoJson) return refuseInput(reply, [{ path: 'body', message: error.message }]);
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error, route: request.routeOptions.url }, 'an API request failed');
    return reply.code(status).send(bodyOf(status, error.message, bodyLimit));
  });
}

/** A body that is no JSON. Says what is wrong and where. */
export class NoJson extends Error {
  override readonly name = 'NoJson';
  readonly code = 'invalid_input';
}

/** Every query and every body that cannot be used is answered alike. */
export function refuseInput(reply: FastifyReply, details: readonly Problem[]): FastifyReply {
  const error = details[0]?.message ?? 'The request cannot be used.';
  return reply.code(422).send({ error, code: 'invalid_input', details });
}

/** A place in a list of words is nothing that the caller wrote; a name that nobody knows is. */
function problems(issue: z.core.$ZodIssue): readonly Problem[] {
  const path = issue.path.filter((part) => typeof part === 'string');
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.') || 'body', message: issue.message }];
  return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: `${key} is not known here.` }));
}

function bodyOf(status: number, message: string, bodyLimit: number): { readonly error: string; readonly code: string } {
  if (status >= 500) return { error: 'Something failed here. The log says what.', code: 'internal' };
  if (status === 413)
    return { error: `The body is larger than ${bodyLimit.toLocaleString('en')} bytes. Send less.`, code: 'too_large' };
  if (status === 415)
    return { error: 'The body cannot be read. Send JSON as application/json.', code: 'unreadable_body' };
  return { error: message, code: 'bad_request' };
}
