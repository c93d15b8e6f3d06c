import type { Form } from '../domain/model.ts';
import type { Problem, Refusal, Reply } from '../domain/ports.ts';
import { actorJson, timeJson } from './api-json.ts';

/** What a press by a program is answered, where it is not the incident. */
export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Pressed =
  | { readonly kind: 'incident'; readonly told?: string } // 200 with the incident as it is now
  | ({ readonly kind: 'answer' } & Answer);

export function answerTo(reply: Reply): Pressed {
  switch (reply.kind) {
    case 'done':
      return { kind: 'incident' };
    case 'told':
      return { kind: 'incident', told: reply.text };
    case 'started':
      return { kind: 'answer', status: 202, body: { run: reply.run } };
    case 'ask':
      return { kind: 'answer', ...notAsked(reply.form, reply.problems) };
    case 'refused':
      return { kind: 'answer', ...refusalAnswer(reply) };
    default:
      return reply satisfies never;
  }
}

export function refusalAnswer({ code, text, by, at, details }: Refusal): Answer {
  switch (code) {
    case 'not_allowed':
      return { status: 403, body: { code, error: text } };
    case 'not_found':
    case 'unknown_action':
      return { status: 404, body: { code, error: text } };
    case 'too_late':
    case 'already_running':
      return { status: 409, body: { code, error: text, by: actorJson(by), at: timeJson(at) } };
    case 'invalid_input':
      return { status: 422, body: { code, error: text, details: details ?? [] } };
    default:
      return code satisfies never;
  }
}

/** A program cannot be shown a form: it is told what to send. */
function notAsked(form: Form, problems: readonly Problem[]): Answer {
  const missing = form.fields
    .filter(({ required }) => required)
    .map(({ name, label }) => ({ path: `inputs.${name}`, message: `${label} is needed.` }));
  const details = problems.length > 0 ? problems : missing;
  return { status: 422, body: { code: 'invalid_input', error: `${form.title} needs inputs.`, details } };
}
