import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { html } from 'ghtml';
import { sameSecret } from '../domain/same-secret.ts';
import type { ConsoleOptions } from './options.ts';
import { plainPage } from './pages/layout.ts';
import { endSession, startSession } from './session.ts';

const TRIES = { max: 10, timeWindow: 60_000 }; // an address and minute
const HTML = 'text/html; charset=utf-8';

/** The form and the link that sign in. These are the only pages without a session. */
export async function signIn(app: FastifyInstance, options: ConsoleOptions): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: () =>
      Object.assign(new Error('Too many tries. Wait a minute.'), { statusCode: 429, code: 'too_many_tries' }),
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    if (error.statusCode !== 429) throw error;
    return reply.code(429).type(HTML).send(page('Too many tries. Wait a minute.'));
  });

  app.get('/sign-in', (_request, reply) => reply.type(HTML).send(page()));

  app.post<{ Body: { token?: unknown; name?: unknown } | undefined }>(
    '/sign-in',
    { config: { rateLimit: TRIES } },
    (request, reply) => {
      const { token, name } = request.body ?? {};
      if (typeof token !== 'string' || !sameSecret(token, options.token))
        return reply
          .code(401)
          .type(HTML)
          .send(page('That is not the token. It is CONSOLE_TOKEN, or printed at start.'));
      return enter(reply, typeof name === 'string' ? name : '');
    },
  );

  /** `/?token=…` ends here, so that no token stays in an address. */
  app.get<{ Querystring: { token?: string } }>('/sign-in/link', { config: { rateLimit: TRIES } }, (request, reply) =>
    sameSecret(request.query.token ?? '', options.token)
      ? enter(reply, '')
      : reply.code(401).type(HTML).send(page('This link is not valid (any more).')),
  );

  app.post('/sign-out', (_request, reply) => {
    endSession(reply);
    return reply.redirect('/sign-in', 303);
  });

  function enter(reply: FastifyReply, name: string): FastifyReply {
    startSession(reply, name, options);
    return reply.redirect('/', 303);
  }
}

function page(wrong?: string): string {
  return plainPage(
    'Sign in',
    html`<form class="ask narrow-card" method="post" action="/sign-in"><h1>Sign in</h1>!${wrong === undefined ? '' : html`<p class="wrong" role="alert">${wrong}</p>`}
<label for="token">Console token</label><input id="token" name="token" type="password" required autocomplete="current-password">
<label for="name">Your name <span class="quiet-text">optional, shown to others</span></label><input id="name" name="name" autocomplete="name" maxlength="60">
<div class="actions"><button class="primary">Sign in</button></div></form>`,
  );
}
