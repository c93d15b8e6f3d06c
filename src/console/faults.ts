import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { StoreUnavailable } from '../domain/errors.ts';
import type { ConsoleOptions } from './options.ts';
import { faultPage } from './pages/fault.ts';
import type { Sessions } from './session.ts';

interface Needs extends Pick<ConsoleOptions, 'log'> {
  readonly sessions: Sessions;
}

/** A page that failed says so, in our own words. */
export function faults(app: FastifyInstance, { log, sessions }: Needs): void {
  app.setErrorHandler(async (error: Error & { statusCode?: number }, request, reply) => {
    const status =
      error instanceof StoreUnavailable ? 503 : error instanceof z.ZodError ? 400 : (error.statusCode ?? 500);
    if (status >= 500) log.error({ err: error, route: request.routeOptions.url }, 'a page failed');
    const [title, text] =
      status === 503
        ? ['Not now', 'This cannot be stored at the moment, and nothing of it was. Try again in a few seconds.']
        : status >= 500
          ? ['That failed', 'Something failed here. The log says what.']
          : ['That cannot be used', 'The request could not be read. Go back and try again.'];
    const markup = faultPage(title, text, sessions.viewer(request));
    return reply.code(status).type('text/html; charset=utf-8').send(markup);
  });
}
