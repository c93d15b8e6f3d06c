import { html } from 'ghtml';
import type { Silence } from '../../domain/model.ts';
import type { Problem } from '../../domain/ports.ts';
import { visible } from '../../domain/visible.ts';
import { layout } from './layout.ts';
import { actorName } from './places.ts';
import { plain } from './text.ts';
import { clock } from './time.ts';
import type { Viewer } from './viewer.ts';

/** What somebody wrote into the form, and what is wrong with it. A problem without a path is about all of it. */
export interface SilenceForm {
  readonly typed: { readonly matchers: string; readonly length: string; readonly why: string };
  readonly problems: readonly Problem[];
}

/** What is kept quiet now, and a form for more. */
export function silencesPage(silences: readonly Silence[], form: SilenceForm, viewer: Viewer): string {
  const general = form.problems.filter(({ path }) => path === '');
  return layout({
    title: 'Silences · Tocsin',
    viewer,
    section: 'silences',
    main: html`<main id="main" class="sheet"><h1>Silences</h1><p class="lede">New incidents under a silence stand in this console, and are told nowhere else. What still fires when it ends is told then.</p>
<div id="notice" role="status">!${general.map(({ message }) => html`<p class="refused"><b>Not done.</b> ${plain(message, 500)}</p>`).join('')}</div>
<section class="section" aria-labelledby="now-title"><h2 id="now-title">Now</h2>!${
      silences.length === 0
        ? html`<p class="all-well">Nothing is silenced.</p>`
        : html`<ul class="dead">!${silences.map((silence) => item(silence, viewer)).join('')}</ul>`
    }</section>
<section class="section" aria-labelledby="add-title"><h2 id="add-title">Add one</h2>
<form class="asked" method="post" action="/silences">!${FIELDS.map((one) => field(one, form)).join('')}<div class="actions"><button class="primary">Silence</button></div></form></section></main>`,
  });
}

function item({ id, matchers, until, why, by }: Silence, viewer: Viewer): string {
  return html`<li id="silence-${id}"><b>${plain(matchers, 4_000)}</b><span class="to">until !${clock(until, viewer)}</span><p>${plain(why, 600)} <span class="where">${actorName(by)}</span></p>
<form method="post" action="/silences/end"><input type="hidden" name="silence" value="${id}"><button>End it now</button></form><code>npm run tocsin -- silence end ${id}</code></li>`;
}

const FIELDS = [
  { name: 'matchers', label: 'What, as in routes: monitor=~"db-.*", severity=warning' },
  { name: 'length', label: 'For how long: 30m, 2h, 1d' },
  { name: 'why', label: 'Why' },
] as const;

function field({ name, label }: (typeof FIELDS)[number], { typed, problems }: SilenceForm): string {
  const problem = problems.find(({ path }) => path === name);
  const marks = problem === undefined ? '' : html`aria-invalid="true" aria-describedby="${name}-problem"`;
  return html`<p class="field"><label for="${name}">${label}</label><input id="${name}" name="${name}" autocomplete="off" required value="${visible(typed[name])}" !${marks}>!${
    problem === undefined
      ? ''
      : html`<span class="problem" id="${name}-problem" role="alert">${plain(problem.message)}</span>`
  }</p>`;
}
