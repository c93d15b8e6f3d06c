import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Actor, type Button, isLiving, type Texts } from '../domain/model.ts';
import type { Press, Problem, Refusal } from '../domain/ports.ts';
import { readLink, type SignedLink } from '../domain/signed-link.ts';
import { refusalAnswer } from './answers.ts';
import { send } from './html.ts';
import type { ConsoleOptions } from './options.ts';
import { askPage, EXPIRED, endedPage, FOREIGN, FORGED, GONE, outcomePage, USED } from './pages/link.ts';
import { done, refused, told } from './pages/notice.ts';
import { inputsOf } from './press.ts';
import { isForeign } from './same-origin.ts';
import { nameOf, type Sessions } from './session.ts';

interface Needs extends ConsoleOptions {
  readonly sessions: Sessions;
}
type At = { Params: { '*': string } };

const linkForm = z
  .record(z.string(), z.string())
  .transform(({ name = '', ...rest }) => ({ name: nameOf(name), inputs: inputsOf(rest) }));

/**
 * The page behind a signed link, for who has no account here. Whatever previews, scans or prefetches links may get it as often as it
 * likes: only its form, sent, does something. No parameter, but the rest of the path: a token is longer than those may be.
 */
export function linkRoutes(app: FastifyInstance, { bridge, store, access, clock, signingKey, sessions }: Needs): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('referrer-policy', 'no-referrer').header('x-robots-tag', 'noindex');
  });

  app.get<At>('/a/*', async (request, reply) => {
    const link = linkOf(request, reply);
    if (link === undefined) return reply;
    if (await bridge.wasPressed({ id: link.id, actor: actorOf('') }))
      return outcome(request, reply, link, { status: 409, notice: USED });
    return ask(request, reply, link, { status: 200, typed: { name: '', inputs: {} }, problems: [] });
  });

  app.post<At>('/a/*', async (request, reply) => {
    if (isForeign(request, access().publicUrl)) return send(reply.code(403), endedPage(FOREIGN));
    const link = linkOf(request, reply);
    if (link === undefined) return reply;
    const typed = linkForm.parse({ ...(request.body as object | undefined) });
    const answer = await bridge.press(pressOf(link, typed));
    switch (answer.kind) {
      case 'done':
      case 'started':
        return answer.again
          ? outcome(request, reply, link, { status: 409, notice: USED })
          : outcome(request, reply, link, { status: 200, notice: done(answer.text) });
      case 'told':
        return outcome(request, reply, link, { status: 200, notice: told(answer.text) });
      case 'ask':
        return ask(request, reply, link, { status: 422, typed, problems: answer.problems });
      case 'refused':
        return refusal(request, reply, link, typed, answer);
      default:
        return answer satisfies never;
    }
  });

  /** Undefined: it was answered that there is none. */
  function linkOf(request: FastifyRequest<At>, reply: FastifyReply): SignedLink | undefined {
    const read = readLink(signingKey, request.params['*'], clock.now());
    if (read.kind === 'valid') return read.link;
    send(reply.code(403), endedPage(read.kind === 'expired' ? EXPIRED : FORGED));
    return undefined;
  }

  /** What was typed is not lost to a refusal: the form stays, with the problems beside their fields. */
  function refusal(
    request: FastifyRequest<At>,
    reply: FastifyReply,
    link: SignedLink,
    typed: Typed,
    answer: Refusal,
  ): Promise<FastifyReply> {
    const { status } = refusalAnswer(answer);
    if (answer.code === 'invalid_input')
      return ask(request, reply, link, { status, typed, problems: answer.details ?? [] });
    return outcome(request, reply, link, { status, notice: refused(answer, sessions.viewer(request)) });
  }

  async function ask(
    request: FastifyRequest<At>,
    reply: FastifyReply,
    link: SignedLink,
    asked: { readonly status: number; readonly typed: Typed; readonly problems: readonly Problem[] },
  ): Promise<FastifyReply> {
    const shown = await shownOf(link);
    if (shown === undefined) return send(reply.code(404), endedPage(GONE));
    const viewer = sessions.viewer(request);
    if (shown.button === undefined)
      return send(reply.code(409), outcomePage(shown, refused({ text: MOVED_ON }, viewer), viewer));
    const form = await bridge.form(link.incident, link.action, link.argument);
    const { status, typed, problems } = asked;
    const page = {
      ...shown,
      ...typed,
      problems,
      token: request.params['*'],
      until: link.until,
      label: shown.button.label,
    };
    return send(reply.code(status), askPage(form === undefined ? page : { ...page, form }, viewer));
  }

  async function outcome(
    request: FastifyRequest<At>,
    reply: FastifyReply,
    link: SignedLink,
    { status, notice }: { readonly status: number; readonly notice: string },
  ): Promise<FastifyReply> {
    const shown = await shownOf(link);
    if (shown === undefined) return send(reply.code(404), endedPage(GONE));
    return send(reply.code(status), outcomePage(shown, notice, sessions.viewer(request)));
  }

  /** The incident as it is now, and the link's button where it is still offered. */
  async function shownOf({ incident: id, action, argument }: SignedLink) {
    const view = await store.incident(id);
    if (view === undefined) return undefined;
    const card = bridge.card(view.incident, view.runs.filter(isLiving));
    const button = [...card.buttons, ...card.more].find(
      (one: Button) => one.action === action && one.argument === argument,
    );
    return { incident: view.incident, card, button };
  }
}

interface Typed {
  readonly name: string;
  readonly inputs: Texts;
}

const MOVED_ON = 'The incident has moved on since, and this is no longer offered.';

function pressOf({ id, incident, action, argument }: SignedLink, { name, inputs }: Typed): Press {
  return {
    id,
    actor: actorOf(name),
    incident,
    action,
    ...(argument === undefined ? {} : { argument }),
    ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
    confirmed: true, // the page said what it does, and this is its form
  };
}

/** Whoever opens it: nobody has proved who they are, and the name says so wherever it is shown. */
function actorOf(name: string): Actor {
  return { platform: 'link', id: 'link', name: `${name || 'Somebody'} (by link)` };
}
