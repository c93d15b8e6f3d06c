import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { send } from './html.ts';
import type { ConsoleOptions } from './options.ts';
import { accountPage, bouncePage, signInPage } from './pages/sign-in.ts';
import { isSameOrigin } from './same-origin.ts';
import type { Sessions } from './session.ts';

interface Needs extends ConsoleOptions {
  readonly sessions: Sessions;
}

const TRIES = { max: 10, timeWindow: 60_000 } as const; // failed ones, from one address

const text = z.string().max(1_000);
const signInForm = z.object({ token: text, name: text.default(''), to: text.default('/') });
const nameForm = z.object({ name: text });
const tokenQuery = z.object({ token: text });

/** The sign-in form, the link that does the same, the name, and the way out. */
export function signInRoutes(app: FastifyInstance, { sessions, publicUrl, log }: Needs): void {
  const failures = app.createRateLimit(TRIES);

  async function isLetIn(request: FastifyRequest, token: string): Promise<'yes' | 'no' | 'too often'> {
    const before = await failures(request, { increment: false });
    if (!before.isAllowed && before.remaining === 0) return 'too often';
    if (sessions.isToken(token)) return 'yes';
    await failures(request);
    log.warn({ ip: request.ip }, 'a sign-in failed');
    return 'no';
  }

  // The link that is printed at start. Redirected at once, and told to nobody: no token stays in an address.
  app.addHook('onRequest', async (request, reply) => {
    const asked = request.routeOptions.url === '/' ? tokenQuery.safeParse(request.query) : undefined;
    if (request.method !== 'GET' || asked?.data === undefined) return;
    reply.header('referrer-policy', 'no-referrer');
    const answer = await isLetIn(request, asked.data.token);
    if (answer === 'too often') return tooOften(reply, '/');
    if (answer === 'no') return reply.redirect('/sign-in', 303);
    sessions.begin(reply, sessions.read(request)?.name ?? '');
    return reply.redirect('/', 303);
  });

  app.get<{ Querystring: { to?: string } }>('/sign-in', async (request, reply) => {
    const session = sessions.read(request);
    if (session !== undefined) return send(reply, accountPage(sessions.viewer(request), session.name));
    return send(reply, signInPage({ to: localPath(request.query.to) }));
  });

  app.post('/sign-in', async (request, reply) => {
    const form = signInForm.safeParse(request.body);
    const to = localPath(form.data?.to);
    const answer = form.success ? await isLetIn(request, form.data.token) : 'no';
    if (answer === 'too often') return tooOften(reply, to);
    if (answer === 'no') return send(reply.code(401), signInPage({ to, problem: 'That is not the token.' }));
    sessions.begin(reply, form.data?.name ?? '');
    return reply.redirect(to, 303);
  });

  app.post('/sign-out', async (request, reply) => {
    if (!isSameOrigin(request, publicUrl)) return refuseForeign(reply);
    sessions.end(reply);
    return reply.redirect('/sign-in', 303);
  });

  app.post('/name', async (request, reply) => {
    if (!isSameOrigin(request, publicUrl)) return refuseForeign(reply);
    if (sessions.read(request) === undefined) return reply.redirect('/sign-in', 303);
    sessions.begin(reply, nameForm.parse(request.body).name);
    return reply.redirect('/', 303);
  });
}

/** Pages are for people: whoever is not signed in is asked to, and comes back to the page that they wanted. */
export function signedInOnly(app: FastifyInstance, { sessions, publicUrl }: Needs): void {
  app.addHook('onRequest', async (request, reply) => {
    if (sessions.read(request) === undefined) {
      if (request.method !== 'GET' || request.headers['hx-request'] !== undefined)
        return reply.code(401).type('text/plain').send('You are signed out. Reload the page and sign in.');
      // Who follows a link from a chat comes without the cookie, which is for our own pages only: one of ours leads on.
      if (request.headers['sec-fetch-site'] === 'cross-site') return send(reply, bouncePage(localPath(request.url)));
      return reply.redirect(`/sign-in?${new URLSearchParams({ to: request.url })}`, 303);
    }
    if (request.method !== 'GET' && !isSameOrigin(request, publicUrl)) return refuseForeign(reply);
  });
}

/** The API is for programs with the token, and for our pages. */
export function programsOnly(app: FastifyInstance, { sessions, publicUrl }: Needs): void {
  app.addHook('onRequest', async (request, reply) => {
    const bearer = sessions.bearer(request);
    if (bearer === true) return;
    if (bearer === false || sessions.read(request) === undefined) {
      const error = 'Send the CONSOLE_TOKEN as "Authorization: Bearer".';
      return reply.code(401).header('www-authenticate', 'Bearer').send({ error, code: 'unauthorized' });
    }
    if (request.method !== 'GET' && !isSameOrigin(request, publicUrl)) {
      const error = 'A request that comes by cookie must come from a page of this console.';
      return reply.code(403).send({ error, code: 'foreign_origin' });
    }
  });
}

/** A path of ours; anything else could lead away. */
function localPath(to: string | undefined): string {
  const url = URL.parse(to ?? '/', 'http://console');
  return url?.host === 'console' && to?.startsWith('/') ? url.pathname + url.search : '/';
}

function refuseForeign(reply: FastifyReply): FastifyReply {
  return reply.code(403).type('text/plain').send('This did not come from a page of this console, so nothing was done.');
}

function tooOften(reply: FastifyReply, to: string): FastifyReply {
  reply.code(429).header('retry-after', TRIES.timeWindow / 1_000);
  return send(reply, signInPage({ to, problem: 'Too many tries. Wait a minute, then try again.' }));
}
