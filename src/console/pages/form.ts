import { randomUUID } from 'node:crypto';
import { html } from 'ghtml';
import type { Form } from '../../domain/model.ts';
import type { Problem } from '../../domain/ports.ts';

/** What must be told or confirmed before a press. */
export function formHtml(
  form: Form,
  incident: string,
  given: { readonly inputs?: Readonly<Record<string, string>>; readonly problems?: readonly Problem[] } = {},
): string {
  const { action, argument, label } = form.submit;
  const fields = form.fields
    .map(({ name, label, required, long }) => {
      const id = `field-${name}`;
      const wrong = given.problems?.find(({ path }) => path === `inputs.${name}`)?.message;
      const says = html`id="${id}" name="inputs.${name}" !${required ? 'required' : ''} !${wrong === undefined ? '' : html`aria-invalid="true" aria-describedby="${id}-wrong"`}`;
      const value = given.inputs?.[name] ?? '';
      return html`<label for="${id}">${label}!${required ? '' : ' <span class="quiet-text">optional</span>'}</label>
!${long ? html`<textarea !${says} rows="4">${value}</textarea>` : html`<input !${says} value="${value}" autocomplete="off">`}
!${wrong === undefined ? '' : html`<p class="wrong" id="${id}-wrong">${wrong}</p>`}`;
    })
    .join('');
  const others = (given.problems ?? [])
    .filter(({ path }) => !form.fields.some(({ name }) => path === `inputs.${name}`))
    .map(({ message }) => html`<p class="wrong">${message}</p>`)
    .join('');
  return html`<section class="narrow-card" aria-label="${form.title}"><a class="back-always" href="/incidents/${incident}">‹ Back to the incident</a>
<form class="ask" method="post" action="/incidents/${incident}/actions/${encodeURIComponent(action)}"><h1>${form.title}</h1>
!${form.about === undefined || form.about === '' ? '' : html`<p class="about">${form.about}</p>`}!${form.confirm === undefined ? '' : html`<p class="confirm">${form.confirm}</p>`}!${others}
<input type="hidden" name="confirmed" value="1"><input type="hidden" name="press" value="${randomUUID()}">!${argument === undefined ? '' : html`<input type="hidden" name="argument" value="${argument}">`}
!${fields}<div class="actions"><button class="primary">${label}</button><a class="button" href="/incidents/${incident}">Cancel</a></div></form></section>`;
}

/** An answer for the person who asked, such as why they got this. */
export function answerHtml(title: string, text: string, incident: string): string {
  const lines = text
    .split('\n')
    .map((line) => html`<p>${line}</p>`)
    .join('');
  return html`<section class="narrow-card" aria-label="${title}"><a class="back-always" href="/incidents/${incident}">‹ Back to the incident</a><h1>${title}</h1><div class="about">!${lines}</div></section>`;
}
