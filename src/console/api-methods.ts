import type { FastifyInstance } from 'fastify';

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const; // HEAD comes with GET

/** Each path that is added after this takes one method, and answers the others 405 with which it is. */
export function oneMethodEach(app: FastifyInstance): void {
  app.addHook('onRoute', ({ url, method }) => {
    if (method !== 'GET' && method !== 'POST') return; // one of these, or the HEAD of a GET
    app.route({
      method: METHODS.filter((other) => other !== method),
      url,
      handler: async (_request, reply) => {
        reply.code(405).header('allow', method === 'GET' ? 'GET, HEAD' : method);
        return { error: `This path takes ${method}.`, code: 'method_not_allowed' };
      },
    });
  });
}
