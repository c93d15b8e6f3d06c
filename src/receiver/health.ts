import type { FastifyInstance } from 'fastify';
import { sameSecret } from '../domain/same-secret.ts';
import { isLocal } from './guard.ts';
import { RETRY_AFTER_SECONDS, refuse } from './refusals.ts';

export interface HealthOptions {
  readonly health: () => Promise<{ readonly writable: boolean; readonly reason?: string }>;
  readonly platforms: () => Readonly<Record<string, { readonly connected: boolean; readonly reason?: string }>>;
  readonly metricsText: () => Promise<string>;
  readonly metricsToken: () => string | undefined; // asked for each request: SIGHUP may change it
}

const PROMETHEUS_TEXT = 'text/plain; version=0.0.4; charset=utf-8';

/** `/healthz`, `/readyz`, `/metrics`. */
export function health(app: FastifyInstance, options: HealthOptions): void {
  app.get('/healthz', async () => ({ status: 'ok' }));

  /** 503 only where a webhook could not be stored: with a chat platform down, webhooks must still be sent here. */
  app.get('/readyz', async (_request, reply) => {
    const { writable, reason } = await options
      .health()
      .catch(() => ({ writable: false, reason: 'The store does not answer.' }));
    if (!writable) reply.header('retry-after', RETRY_AFTER_SECONDS);
    return reply.code(writable ? 200 : 503).send({
      status: writable ? 'ready' : 'unavailable',
      reasons: writable ? [] : [reason ?? 'Webhooks cannot be stored.'],
      platforms: options.platforms(),
    });
  });

  app.get('/metrics', async (request, reply) => {
    const token = options.metricsToken();
    const given = /^bearer +(.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (token === undefined ? !isLocal(request) : !sameSecret(given, token)) return refuse(reply, 'unauthorized');
    return reply.type(PROMETHEUS_TEXT).send(await options.metricsText());
  });
}
