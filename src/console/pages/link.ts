import { html } from 'ghtml';
import type { Card, Form, Incident, Texts } from '../../domain/model.ts';
import type { Problem } from '../../domain/ports.ts';
import { BELL } from './bell.ts';
import { since } from './card.ts';
import { about, field } from './form.ts';
import { stillLayout } from './layout.ts';
import { nameField } from './sign-in.ts';
import { plain } from './text.ts';
import { clock } from './time.ts';
import type { Viewer } from './viewer.ts';

interface Shown {
  readonly incident: Incident;
  readonly card: Card;
}
export interface Asked extends Shown {
  readonly token: string;
  readonly until: number;
  readonly label: string; // of the button that the link stands for
  readonly form?: Form; // what it must be told first
  readonly name: string;
  readonly inputs: Texts;
  readonly problems: readonly Problem[];
}

/** What it will do, and the button that does it. The form leads back here by a relative address: a proxy may serve this under a path. */
export function askPage(asked: Asked, viewer: Viewer): string {
  const { token, until, label, form, name, inputs, problems } = asked;
  const fields = form?.fields ?? [];
  const general = problems.filter(({ path }) => !fields.some((one) => path === `inputs.${one.name}`));
  const style = form?.submit.style === 'danger' ? 'danger' : 'primary';
  return page(
    asked,
    html`<form class="asked" method="post" action="${token}" aria-labelledby="asked-title">
<h2 id="asked-title">${plain(form?.title ?? label, 120)}</h2>
!${form?.about === undefined ? '' : about(form.about)}
!${form?.confirm === undefined ? '' : html`<p class="confirm">${plain(form.confirm, 500)}</p>`}
!${general.map(({ message }) => html`<p class="problem" role="alert">${plain(message)}</p>`).join('')}
!${fields.map((one) => field(one, { problems, typed: inputs }, false)).join('')}
!${nameField(name)}
<div class="actions"><button class="${style}">${plain(form?.submit.label ?? label, 120)}</button></div>
<p class="hint">Nothing is done yet. The button does it everywhere that shows this incident, and the timeline says that it came by a link. It works once, until !${clock(until, viewer)}.</p>
</form>`,
    viewer,
  );
}

/** What it came to, with the incident as it is now. */
export function outcomePage(shown: Shown, notice: string, viewer: Viewer): string {
  return page(shown, html`<div id="notice" role="status">!${notice}</div>`, viewer);
}

/** There is nothing behind the link. */
export function endedPage({ title, text }: Ended): string {
  return stillLayout({
    title: `${title} · Tocsin`,
    main: html`<main id="main" class="by-link"><p class="brand">!${BELL}Tocsin</p><div class="quiet-page"><h1>${title}</h1><p>${text}</p></div></main>`,
  });
}

interface Ended {
  readonly title: string;
  readonly text: string;
}
export const FORGED: Ended = {
  title: 'This is not our link',
  text: 'It is not whole, or was changed on its way. Nothing was done. Open it from the card again.',
};
export const EXPIRED: Ended = {
  title: 'This link has expired',
  text: 'A link works for 24 hours. Nothing was done. Use that of a newer card, or the console.',
};
export const FOREIGN: Ended = {
  title: 'Nothing was done',
  text: 'This did not come from the page of the link. Open the link from the card, and press its button there.',
};
export const GONE: Ended = {
  title: 'No such incident',
  text: 'It is not known here (any more). Nothing was done.',
};
export const USED = html`<p class="refused"><b>Used already.</b> A link works once. This is the incident as it is now.</p>`;

function page({ incident, card }: Shown, what: string, viewer: Viewer): string {
  return stillLayout({
    title: `${card.title} · Tocsin`,
    main: html`<main id="main" class="by-link"><p class="brand">!${BELL}Tocsin</p>
<article class="card ${card.tone}" aria-labelledby="card-title"><p class="state">${plain(card.state)}!${since(incident, viewer)}</p>
<h1 id="card-title">${plain(card.title)}</h1>
!${what}</article>
<p class="hint"><a href="../incidents/${encodeURIComponent(incident.id)}">Open it in the console</a></p></main>`,
  });
}
