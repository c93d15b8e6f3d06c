import { html } from 'ghtml';
import type { Form, FormField, Texts } from '../../domain/model.ts';
import type { Problem } from '../../domain/ports.ts';
import { visible } from '../../domain/visible.ts';
import { pressPath } from './buttons.ts';
import { plain } from './text.ts';

/** What a press needs to be told first. `press` is the id of the press that sends it: sent twice, it is done once. */
export function form(
  incident: string,
  asked: Form,
  answer: { readonly press: string; readonly problems: readonly Problem[]; readonly typed: Texts },
): string {
  const { action, argument, label, style } = asked.submit;
  const path = pressPath(incident, action);
  const general = answer.problems.filter(({ path }) => !asked.fields.some(({ name }) => path === `inputs.${name}`));
  return html`<form class="asked" method="post" action="${path}" hx-post="${path}" hx-swap="none" hx-sync="this:drop" aria-labelledby="asked-title">
<h2 id="asked-title">${plain(asked.title)}</h2>
!${asked.about === undefined ? '' : about(asked.about)}
!${asked.confirm === undefined ? '' : html`<p class="confirm">${plain(asked.confirm, 500)}</p>`}
!${general.map(({ message }) => html`<p class="problem" role="alert">${plain(message)}</p>`).join('')}
!${asked.fields.map((one, index) => field(one, answer, index === 0)).join('')}
<input type="hidden" name="press" value="${answer.press}"><input type="hidden" name="confirmed" value="yes">!${
    argument === undefined ? '' : html`<input type="hidden" name="argument" value="${argument}">`
  }
<div class="actions"><button class="${style === 'danger' ? style : 'primary'}" !${asked.fields.length === 0 ? 'data-focus' : ''}>${plain(label, 120)}</button><a class="button quiet" href="/incidents/${encodeURIComponent(incident)}" data-dismiss="asked">Not now</a></div>
</form>`;
}

/** Paragraphs; where the author's file broke its lines, the page breaks its own. */
export function about(text: string): string {
  const paragraphs = plain(text, 2_000)
    .trim()
    .split(/\n\s*\n/);
  return paragraphs.map((paragraph) => html`<p class="about">${paragraph.replaceAll(/\s+/g, ' ')}</p>`).join('');
}

export function field(
  { name, label, required, long, hint }: FormField,
  { problems, typed }: { readonly problems: readonly Problem[]; readonly typed: Texts },
  isFirst: boolean,
): string {
  const id = `input-${name}`;
  const problem = problems.find(({ path }) => path === `inputs.${name}`);
  const value = visible(typed[name] ?? ''); // what is sent next is what is seen
  const described = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(problem === undefined ? [] : [`${id}-problem`]),
  ].join(' ');
  const attributes = [
    html`id="${id}" name="inputs.${name}" autocomplete="off"`,
    required ? 'required' : '',
    isFirst ? 'data-focus' : '',
    problem === undefined ? '' : 'aria-invalid="true"',
    described === '' ? '' : html`aria-describedby="${described}"`,
  ].join(' ');
  return html`<p class="field"><label for="${id}">${plain(label, 120)}!${required ? '' : html` <small>optional</small>`}</label>!${
    long
      ? html`<textarea !${attributes} rows="3">
${value}</textarea>`
      : html`<input !${attributes} value="${value}">`
  }!${hint === undefined ? '' : html`<span class="hint" id="${id}-hint">${plain(hint, 200)}</span>`}!${problem === undefined ? '' : html`<span class="problem" id="${id}-problem" role="alert">${plain(problem.message)}</span>`}</p>`;
}
