import type { FastifyInstance } from 'fastify';
import type { Endpoint, Log } from '../domain/ports.ts';
import { rawBodies } from './raw-bodies.ts';
import { refuse } from './refusals.ts';

/** The ways in that belong to adapters. Each says for itself what it believes: they are signed by their platforms. */
export function endpoints(
  app: FastifyInstance,
  options: { readonly endpoints: readonly Endpoint[]; readonly log: Log; readonly maxBodyBytes: () => number },
): void {
  for (const endpoint of options.endpoints) {
    // A plugin for each: one reads the body, the next must find the stream unread.
    app.register(async (own) => {
      own.removeAllContentTypeParsers();
      if ('raw' in endpoint) mountRaw(own, endpoint, options);
      else mountHandled(own, endpoint, options.maxBodyBytes);
    });
  }
}

function mountRaw(
  app: FastifyInstance,
  endpoint: Extract<Endpoint, { raw: unknown }>,
  { log, maxBodyBytes }: { readonly log: Log; readonly maxBodyBytes: () => number },
): void {
  // Whoever reads the stream may leave the rest of a large body unread, and the next request on the connection would wait behind it.
  app.addHook('onRequest', async (request, reply) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBodyBytes())
      return refuse(reply.header('connection', 'close'), 'too_large');
  });
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    handler(request, reply) {
      reply.hijack();
      try {
        endpoint.raw(request.raw, reply.raw);
      } catch (err) {
        log.error({ err, route: endpoint.path }, 'An endpoint failed');
        reply.raw.destroy();
      }
    },
  });
}

function mountHandled(
  app: FastifyInstance,
  endpoint: Extract<Endpoint, { handle: unknown }>,
  maxBodyBytes: () => number,
): void {
  rawBodies(app, maxBodyBytes);
  app.route({
    method: endpoint.method,
    url: endpoint.path,
    async handler(request, reply) {
      const { method, headers, url = '' } = request.raw;
      const answer = await endpoint.handle({
        method: method ?? endpoint.method,
        query: new URLSearchParams(url.split('?').slice(1).join('?')),
        headers,
        body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      });
      return reply
        .code(answer.status)
        .headers({ ...answer.headers })
        .send(answer.body ?? '');
    },
  });
}
