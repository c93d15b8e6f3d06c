import cookie from '@fastify/cookie';
import formbody from '@fastify/formbody';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { api } from './api.ts';
import { oneMethodEach } from './api-methods.ts';
import { assetRoutes } from './assets.ts';
import { createEventLog } from './event-log.ts';
import { eventRoutes } from './events.ts';
import { faults } from './faults.ts';
import { createGuesses } from './guesses.ts';
import { incidentRoutes } from './incidents.ts';
import { linkRoutes } from './link.ts';
import { createLive, liveRoutes } from './live.ts';
import type { ConsoleOptions } from './options.ts';
import { overviewRoutes } from './overview.ts';
import { pressRoutes } from './press.ts';
import { STRICT_TRANSPORT, securityHeaders } from './security-headers.ts';
import { cookieSigner, createSessions } from './session.ts';
import { programsOnly, signedInOnly, signInRoutes } from './sign-in.ts';
import { silenceRoutes } from './silences.ts';

/** Forms and presses are small; a note has at most 4,000 characters. */
const MOST_BODY_BYTES = 64 * 1024;

/** The console: pages, their live stream, the API and its events, behind one token. */
export async function consolePages(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  const sessions = createSessions(options);
  app.removeAllContentTypeParsers();
  await app.register(cookie, { secret: cookieSigner(options) });
  await app.register(helmet, securityHeaders);
  await app.register(rateLimit, { global: false });
  const guesses = createGuesses(app, options.log);
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    if (options.access().secureCookies) reply.header('strict-transport-security', STRICT_TRANSPORT);
  });

  await app.register(assetRoutes);
  await app.register(async (pages) => {
    await pages.register(formbody, { bodyLimit: MOST_BODY_BYTES });
    faults(pages, { ...options, sessions });
    signInRoutes(pages, { ...options, sessions, guesses });
    await pages.register(async (outside) => linkRoutes(outside, { ...options, sessions }));
    await pages.register(async (inside) => {
      signedInOnly(inside, { ...options, sessions, guesses });
      const live = createLive(options);
      inside.addHook('preClose', async () => live.close());
      liveRoutes(inside, { live, sessions });
      incidentRoutes(inside, { ...options, sessions });
      pressRoutes(inside, { ...options, sessions });
      silenceRoutes(inside, { ...options, sessions });
      overviewRoutes(inside, { ...options, sessions });
    });
  });
  await app.register(async (programs) => {
    programsOnly(programs, { ...options, sessions, guesses });
    oneMethodEach(programs);
    const events = createEventLog(options);
    programs.addHook('preClose', async () => events.close());
    eventRoutes(programs, { ...options, events, sessions });
    api(programs, { ...options, sessions, bodyLimit: MOST_BODY_BYTES });
  });
}
