import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Guesses } from './guesses.ts';
import { send } from './html.ts';
import type { ConsoleOptions } from './options.ts';
import { accountPage, bouncePage, signInPage } from './pages/sign-in.ts';
import { isSameOrigin } from './same-origin.ts';
import type { Sessions } from './session.ts';

interface Needs extends ConsoleOptions {
  readonly sessions: Sessions;
}
interface Doors extends Needs {
  readonly guesses: Guesses;
}

const text = z.string().max(1_000);
const signInForm = z.object({ token: text, name: text.default(''), to: text.default('/') });
const nameForm = z.object({ name: text });
const tokenQuery = z.object({ token: text });

/** The sign-in form, the link that does the same, the name, and the way out. */
export function signInRoutes(app: FastifyInstance, { sessions, access, guesses }: Doors): void {
  // The link that is printed at start. Redirected at once, and told to nobody: no token stays in an address.
  app.addHook('onRequest', async (request, reply) => {
    const asked = request.routeOptions.url === '/' ? tokenQuery.safeParse(request.query) : undefined;
    if (request.method !== 'GET' || asked?.data === undefined) return;
    reply.header('referrer-policy', 'no-referrer');
    if (!sessions.isToken(asked.data.token))
      return (await guesses.isOneTooMany(request, reply)) ? tooOften(reply, '/') : reply.redirect('/sign-in', 303);
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
    if (!form.success || !sessions.isToken(form.data.token)) {
      if (await guesses.isOneTooMany(request, reply)) return tooOften(reply, to);
      return send(reply.code(401), signInPage({ to, problem: 'That is not the token.' }));
    }
    sessions.begin(reply, form.data.name);
    return reply.redirect(to, 303);
  });

  app.post('/sign-out', async (request, reply) => {
    if (!isSameOrigin(request, access().publicUrl)) return refuseForeign(reply);
    sessions.end(reply);
    return reply.redirect('/sign-in', 303);
  });

  app.post('/name', async (request, reply) => {
    if (!isSameOrigin(request, access().publicUrl)) return refuseForeign(reply);
    if (sessions.read(request) === undefined) return reply.redirect('/sign-in', 303);
    sessions.begin(reply, nameForm.parse(request.body).name);
    return reply.redirect('/', 303);
  });
}

/** Pages are for people: whoever is not signed in is asked to, and comes back to the page that they wanted. Who sends the token is in. */
export function signedInOnly(app: FastifyInstance, { sessions, access, guesses }: Doors): void {
  app.addHook('onRequest', async (request, reply) => {
    const bearer = sessions.bearer(request);
    if (bearer === true) return;
    if (sessions.read(request) === undefined) {
      if (bearer === false) {
        const to = localPath(request.url);
        if (await guesses.isOneTooMany(request, reply)) return tooOften(reply, to);
        reply.code(401).header('www-authenticate', 'Bearer');
        return send(reply, signInPage({ to, problem: 'The Bearer that was sent is not the token.' }));
      }
      if (request.method !== 'GET' || request.headers['hx-request'] !== undefined)
        return reply.code(401).type('text/plain').send('You are signed out. Reload the page and sign in.');
      // Who follows a link from a chat comes without the cookie, which is for our own pages only: one of ours leads on.
      if (request.headers['sec-fetch-site'] === 'cross-site') return send(reply, bouncePage(localPath(request.url)));
      return reply.redirect(`/sign-in?${new URLSearchParams({ to: request.url })}`, 303);
    }
    if (request.method !== 'GET' && !isSameOrigin(request, access().publicUrl)) return refuseForeign(reply);
  });
}

/** The API is for programs with the token, and for our pages. */
export function programsOnly(app: FastifyInstance, { sessions, access, guesses }: Doors): void {
  app.addHook('onRequest', async (request, reply) => {
    const bearer = sessions.bearer(request);
    if (bearer === true) return;
    if (bearer === false && (await guesses.isOneTooMany(request, reply)))
      return reply.send({ error: TOO_OFTEN, code: 'too_many_tries' });
    if (bearer === false || sessions.read(request) === undefined) {
      const error = 'Send the CONSOLE_TOKEN as "Authorization: Bearer".';
      return reply.code(401).header('www-authenticate', 'Bearer').send({ error, code: 'unauthorized' });
    }
    if (request.method !== 'GET' && !isSameOrigin(request, access().publicUrl)) {
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
  return send(reply, signInPage({ to, problem: TOO_OFTEN }));
}

const TOO_OFTEN = 'Too many wrong tokens came from your address. Wait a minute, or give the right one.';
