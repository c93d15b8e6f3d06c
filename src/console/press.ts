import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { newId } from '../domain/id.ts';
import type { Form, Texts } from '../domain/model.ts';
import type { Press, Problem, Refusal } from '../domain/ports.ts';
import { refusalAnswer } from './answers.ts';
import { send } from './html.ts';
import type { ConsoleOptions } from './options.ts';
import { faultPage } from './pages/fault.ts';
import { form } from './pages/form.ts';
import { incidentsPage, partials } from './pages/incidents.ts';
import { done, refused, told } from './pages/notice.ts';
import { incidentPlaces } from './pages/screen.ts';
import { createScenes } from './scenes.ts';
import { actorOf, type Sessions } from './session.ts';

interface Needs extends ConsoleOptions {
  readonly sessions: Sessions;
}
type At = { Params: { id: string; action: string } };

/** What stands in the card after a press. */
interface Outcome {
  readonly status: number;
  readonly notice: string;
  readonly asked: string;
}

const argumentQuery = z.object({ argument: z.string().max(1_000).optional() });
const pressForm = z.record(z.string(), z.string()).transform(({ argument, press, confirmed, ...rest }) => ({
  ...(argument === undefined ? {} : { argument: argument.slice(0, 1_000) }),
  ...(press === undefined ? {} : { press: press.slice(0, 64) }),
  isConfirmed: confirmed !== undefined,
  inputs: inputsOf(rest),
}));

/** The buttons of the console. With the page's script the answer takes its place in the card; without, it is a page. */
export function pressRoutes(app: FastifyInstance, options: Needs): void {
  const { bridge, clock, sessions } = options;
  const scenes = createScenes(options);

  // The form of an action, at an address of its own.
  app.get<At>('/incidents/:id/actions/:action', async (request, reply) => {
    const { id, action } = request.params;
    const { argument } = argumentQuery.parse(request.query);
    const asked = await bridge.form(id, action, argument, actorOf(sessions.read(request)?.name ?? ''));
    if (asked === undefined) return reply.redirect(`/incidents/${encodeURIComponent(id)}`, 303);
    return answer(request, reply, { status: 200, notice: '', asked: formOf(id, asked, {}, []) });
  });

  app.post<At>('/incidents/:id/actions/:action', async (request, reply) => {
    const { id, action } = request.params;
    const { argument, press: given, isConfirmed, inputs } = pressForm.parse({ ...(request.body as object) });
    const press: Press = {
      id: given ?? newId(clock.now()),
      actor: actorOf(sessions.read(request)?.name ?? ''),
      incident: id,
      action,
      ...(argument === undefined ? {} : { argument }),
      ...(Object.keys(inputs).length === 0 ? {} : { inputs }),
      ...(isConfirmed ? { confirmed: true } : {}),
    };
    const reply_ = await bridge.press(press);
    switch (reply_.kind) {
      case 'done':
      case 'started':
        if (!isPartial(request)) return reply.redirect(`/incidents/${encodeURIComponent(id)}`, 303);
        return answer(request, reply, { status: 200, notice: done(reply_.text), asked: '' });
      case 'told':
        return answer(request, reply, { status: 200, notice: told(reply_.text), asked: '' });
      case 'ask':
        return answer(request, reply, {
          status: 200,
          notice: '',
          asked: formOf(id, reply_.form, inputs, reply_.problems),
        });
      case 'refused':
        return answer(request, reply, await refusalOutcome(press, reply_, sessions.viewer(request)));
      default:
        return reply_ satisfies never;
    }
  });

  /** What was typed is not lost to a refusal: the form stays, with the problems beside their fields. */
  async function refusalOutcome(
    press: Press,
    refusal: Refusal,
    viewer: Parameters<typeof refused>[1],
  ): Promise<Outcome> {
    const { status } = refusalAnswer(refusal);
    const asked =
      refusal.code === 'invalid_input' ? await bridge.form(press.incident, press.action, press.argument) : undefined;
    if (asked === undefined) return { status, notice: refused(refusal, viewer), asked: '' };
    return { status, notice: '', asked: formOf(press.incident, asked, press.inputs ?? {}, refusal.details ?? []) };
  }

  function formOf(incident: string, asked: Form, typed: Texts, problems: readonly Problem[]): string {
    return form(incident, asked, { press: newId(clock.now()), typed, problems });
  }

  async function answer(
    request: FastifyRequest<At>,
    reply: FastifyReply,
    { status, notice, asked }: Outcome,
  ): Promise<FastifyReply> {
    const viewer = sessions.viewer(request);
    const scene = await scenes.scene(await scenes.listing(), { at: request.params.id, viewer });
    reply.code(status);
    if (scene.shown === undefined)
      return send(reply.code(404), faultPage('No such incident', 'It is not known here (any more).', viewer));
    if (!isPartial(request))
      return send(reply, incidentsPage(scene, viewer, { isIncident: true, pressed: { asked, notice } }));
    return send(reply, partials([...incidentPlaces(scene, viewer), ['asked', asked], ['notice', notice]]));
  }
}

/** The page's script asks for the parts that change. */
const isPartial = (request: FastifyRequest): boolean => request.headers['hx-request'] === 'true';

export function inputsOf(fields: Texts): Texts {
  const given = Object.entries(fields).filter(([name]) => name.startsWith('inputs.'));
  return Object.fromEntries(
    given.map(([name, value]) => [name.slice('inputs.'.length), value.replaceAll('\r\n', '\n')]),
  );
}
