import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { html } from 'ghtml';
import type { Reply } from '../domain/ports.ts';
import { partial } from './live.ts';
import type { ConsoleOptions } from './options.ts';
import { answerHtml, formHtml } from './pages/form.ts';
import { layout } from './pages/layout.ts';
import { missing, type Pages } from './show.ts';

const HTML = 'text/html; charset=utf-8';
const LONGEST = 10_000;

/** Buttons: a press is a POST of a form; what must be asked first is a page of its own. */
export function presses(app: FastifyInstance, { bridge }: Pick<ConsoleOptions, 'bridge'>, pages: Pages): void {
  interface Press {
    Params: { id: string; action: string };
    Querystring: { argument?: string };
    Body: Readonly<Record<string, unknown>> | undefined;
  }

  app.get<Press>('/incidents/:id/actions/:action', async (request, reply) => {
    const { id, action } = request.params;
    const { argument } = request.query;
    const form = await bridge.form(id, action, argument);
    if (form !== undefined) return reply.type(HTML).send(page(form.title, formHtml(form, id)));
    if (action !== 'why') return pages.incident(reply, id);
    const told = await bridge.press({
      id: randomUUID(),
      actor: request.session!.actor,
      incident: id,
      from: {},
      action,
    });
    if (told.kind !== 'told') return missing(reply);
    return reply.type(HTML).send(page('Why did I get this?', answerHtml('Why did I get this?', told.text, id)));
  });

  app.post<Press>('/incidents/:id/actions/:action', async (request, reply) => {
    const { id, action } = request.params;
    const given = Object.fromEntries(
      Object.entries(request.body ?? {}).map(([name, value]) => [name, String(value).slice(0, LONGEST)]),
    );
    const inputs = Object.fromEntries(
      Object.entries(given)
        .filter(([name]) => name.startsWith('inputs.'))
        .map(([name, value]) => [name.slice('inputs.'.length), value]),
    );
    const answer = await bridge.press({
      id: given['press'] ?? randomUUID(),
      actor: request.session!.actor,
      incident: id,
      from: {},
      action,
      inputs,
      ...(given['argument'] !== undefined && { argument: given['argument'] }),
      ...(given['confirmed'] === '1' && { confirmed: true }),
    });

    if (answer.kind === 'ask')
      return reply
        .type(HTML)
        .send(page(answer.form.title, formHtml(answer.form, id, { inputs, problems: answer.problems })));
    if (answer.kind === 'refused' && answer.code === 'invalid_input') {
      const form = await bridge.form(id, action, given['argument']);
      const problems = answer.details ?? [{ path: '', message: answer.text }];
      if (form !== undefined)
        return reply
          .code(422)
          .type(HTML)
          .send(page(form.title, formHtml(form, id, { inputs, problems })));
    }
    const said = saidOf(answer);
    if (request.headers['hx-request'] !== 'true')
      return said.status < 300 ? reply.redirect(`/incidents/${id}`, 303) : pages.incident(reply, id, said);
    // The stream shows what changed; here stands only what is to be said to the one who pressed.
    const notice = html`<div id="notice" role="status"><p class="${said.status < 300 ? 'told' : 'refused'}">${said.notice}</p></div>`;
    const parts = Object.entries((await pages.parts(`/incidents/${id}`)) ?? {});
    return reply
      .type(HTML)
      .send([partial('notice', notice), ...parts.map(([name, part]) => partial(name, part))].join('\n'));
  });

  const page = (title: string, main: string) => layout({ title, path: '/incidents', mainClass: 'plain', main });
}

function saidOf(answer: Exclude<Reply, { kind: 'ask' }>): { readonly notice: string; readonly status: number } {
  switch (answer.kind) {
    case 'done':
    case 'started':
    case 'told':
      return { notice: answer.text, status: 200 };
    case 'refused':
      return {
        notice: answer.text,
        status:
          answer.code === 'not_allowed'
            ? 403
            : answer.code === 'not_found' || answer.code === 'unknown_action'
              ? 404
              : 409,
      };
  }
}
