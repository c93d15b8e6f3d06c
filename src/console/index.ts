import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import { api } from './api.ts';
import { assets } from './assets.ts';
import { events } from './events.ts';
import { live } from './live.ts';
import type { ConsoleOptions } from './options.ts';
import { presses } from './presses.ts';
import { isSameOrigin, type Session, sessionOf } from './session.ts';
import { pages } from './show.ts';
import { signIn } from './sign-in.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | undefined;
  }
}

const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  fontSrc: ["'self'"],
  imgSrc: ["'self'"],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"],
};

/** The console: the page at `/`, its API, its live stream, its sign-in. A Fastify plugin with a scope of its own. */
export async function consolePages(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    referrerPolicy: { policy: 'no-referrer' },
    hsts: options.secureCookies,
  });
  await app.register(cookie);
  await app.register(formbody);
  app.decorateRequest('session', undefined);
  assets(app);
  await app.register(async (open) => signIn(open, options));
  await app.register(async (own) => {
    own.addHook('onRequest', async (request, reply) => {
      const { pathname, searchParams } = new URL(request.url, 'http://console');
      const token = pathname === '/' ? searchParams.get('token') : null;
      if (token !== null) return reply.redirect(`/sign-in/link?token=${encodeURIComponent(token)}`, 303);
      request.session = sessionOf(request, options);
      reply.header('cache-control', 'no-store');
      const isApi = pathname.startsWith('/api/');
      if (request.session === undefined)
        return isApi
          ? reply.code(401).send({ code: 'unauthorized', error: 'Send CONSOLE_TOKEN as Authorization: Bearer.' })
          : reply.redirect('/sign-in', 303);
      if (request.session.by === 'cookie' && request.method === 'POST' && !isSameOrigin(request))
        return reply
          .code(403)
          .send({ code: 'cross_origin', error: 'A press by cookie must come from the console itself.' });
    });
    api(own, options);
    events(own, options);
    const shown = pages(own, options);
    presses(own, options, shown);
    live(own, options, shown.parts);
  });
}
