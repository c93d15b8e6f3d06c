import type { FastifyInstance } from 'fastify';
import { ASSETS_PREFIX, assets } from './asset-paths.ts';

/** Styles, scripts and fonts: public, and the same for ever under their address. */
export async function assetRoutes(app: FastifyInstance): Promise<void> {
  for (const [name, { type, body }] of assets)
    app.get(`${ASSETS_PREFIX}/${name}`, async (_request, reply) =>
      reply.header('cache-control', 'public, max-age=31536000, immutable').type(type).send(body),
    );
}
