import { html } from 'ghtml';
import { durationText } from '../../domain/duration.ts';
import type { Card, DeliveryView, IncidentView, Line, Run, RunState } from '../../domain/model.ts';
import { actionsHtml, cardHtml } from './card.ts';
import { timeTag, whereOf } from './parts.ts';

/** The parts of an incident's page: each is sent again by itself when it changes. */
export function incidentParts(view: IncidentView, card: Card): Readonly<Record<string, string>> {
  return {
    facts: html`<div id="facts" class="facts-part">!${cardHtml(card, view.incident)}</div>`,
    actions: html`<div id="actions">!${actionsHtml(card)}</div>`,
    runs: html`<div id="runs">!${runsHtml(view.runs)}</div>`,
    timeline: html`<div id="timeline">!${timelineHtml(view.timeline)}</div>`,
    side: html`<div id="side">!${deliveriesHtml(view.deliveries)}!${whyHtml(view)}</div>`,
  };
}

export function incidentHtml(view: IncidentView, card: Card, notice = ''): string {
  const parts = incidentParts(view, card);
  return html`<section aria-label="Incident"><a class="back" href="/">‹ All incidents</a>
<div id="notice" role="status">!${notice}</div>
<article class="card" id="incident"><div id="tone" class="${card.tone}"></div>!${parts['facts'] ?? ''}!${parts['actions'] ?? ''}</article>
!${parts['runs'] ?? ''}!${parts['timeline'] ?? ''}</section>
<aside class="seen" aria-label="Where it went">!${parts['side'] ?? ''}</aside>`;
}

const LIVING: readonly RunState[] = ['waiting', 'queued', 'running'];
const STATE_WORDS: Readonly<Record<RunState, string>> = {
  waiting: 'waits for approval',
  queued: 'about to start',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  timed_out: 'took too long and was stopped',
  cancelled: 'cancelled',
  unknown: 'outcome unknown',
};
const STATE_TONE: Readonly<Record<RunState, string>> = {
  waiting: 'info',
  queued: 'info',
  running: 'info',
  succeeded: 'resolved',
  failed: 'critical',
  timed_out: 'critical',
  cancelled: 'warning',
  unknown: 'warning',
};

function runsHtml(runs: readonly Run[]): string {
  if (runs.length === 0) return '';
  const newestFirst = runs.toReversed();
  return html`<section class="section"><h2>Runbooks</h2>!${newestFirst.map(runHtml).join('')}</section>`;
}

function runHtml(run: Run): string {
  const living = LIVING.includes(run.state);
  const action = `/incidents/${run.incident}/actions/cancel`;
  const cancel = living
    ? html`<form method="post" action="${action}" hx-post="${action}" hx-swap="none"><input type="hidden" name="argument" value="${run.id}"><button class="small">Cancel</button></form>`
    : '';
  const total = run.startedAt !== undefined && run.timeoutAt !== undefined ? run.timeoutAt - run.startedAt : undefined;
  const elapsed =
    run.state === 'running' && run.startedAt !== undefined && total !== undefined
      ? html`, !${timeTag(run.startedAt, 'relative')} of ${durationText(total)}`
      : '';
  const bar =
    run.state === 'running' && run.startedAt !== undefined && total !== undefined
      ? html`<progress max="${String(Math.round(total / 1_000))}" value="0" data-since="${String(run.startedAt)}" aria-label="Time used"></progress>`
      : '';
  return html`<div class="run-panel ${STATE_TONE[run.state]}" id="run-${run.id}"><header><b>${run.label}</b><span><em>${STATE_WORDS[run.state]}</em>!${elapsed}!${run.summary === '' ? '' : html`: ${run.summary}`} · ${run.by.name}</span>!${cancel}</header>!${bar}
!${run.output === '' ? '' : html`<pre tabindex="0" aria-label="Output of ${run.label}">${run.output}</pre>`}</div>`;
}

const LINES_SHOWN = 200;

function timelineHtml(lines: readonly Line[]): string {
  const shown = lines.slice(-LINES_SHOWN).reverse();
  const cut = lines.length - shown.length;
  return html`<section class="section"><h2>Timeline</h2><ol class="timeline">!${shown.map(lineHtml).join('')}</ol>
!${cut > 0 ? html`<p class="quiet-text">${String(cut)} older lines are in <code>/api</code>.</p>` : ''}</section>`;
}

const LINE_TONE: Partial<Readonly<Record<Line['kind'], string>>> = {
  opened: 'critical',
  repeated: 'critical',
  flapping: 'warning',
  acknowledged: 'acknowledged',
  taken_over: 'acknowledged',
  resolved: 'resolved',
  reopened: 'critical',
  refused: 'warning',
  delivery: 'warning',
};

function lineHtml(line: Line): string {
  const [first = '', ...rest] = line.text.split('\n');
  const quoted = rest.join('\n').trim();
  return html`<li class="${LINE_TONE[line.kind] ?? ''}">!${timeTag(line.at, 'clock')}<i class="${line.tell === 'edit' ? '' : 'solid'}"></i><div><b>${line.actor.name}</b> ${first} <span class="where">${whereOf(line.actor)}</span>!${quoted === '' ? '' : html`<blockquote>${quoted}</blockquote>`}</div></li>`;
}

export function deliveriesHtml(deliveries: readonly DeliveryView[]): string {
  const items = deliveries.map(deliveryHtml).join('');
  return html`<section class="section"><h2>Delivered to <small>one card each, edited in place</small></h2>
!${items === '' ? '<p class="quiet-text">Told nowhere: it was over before it was known.</p>' : html`<ul class="deliveries">!${items}</ul>`}</section>`;
}

function deliveryHtml(delivery: DeliveryView): string {
  const { state, destination, error, retryAt } = delivery;
  const words =
    state === 'delivered'
      ? '<span class="ok">up to date</span>'
      : state === 'dead'
        ? '<span class="lost">not delivered</span>'
        : state === 'retrying' && retryAt !== undefined
          ? html`<span class="late">retry !${timeTag(retryAt, 'relative')}</span>`
          : '<span class="late">on its way</span>';
  return html`<li><span>${destination === 'console' ? 'Console' : destination}</span>!${words}!${error === undefined ? '' : html`<small>${error}</small>`}</li>`;
}

function whyHtml({ incident }: IncidentView): string {
  const verdicts = incident.why
    .map(
      ({ route, held, because, destinations }) =>
        html`<li><code>${route}</code> ${held ? `took it: ${because}` : `did not: ${because}`}!${held && destinations.length > 0 ? html`, to ${destinations.join(', ')}` : ''}</li>`,
    )
    .join('');
  return html`<section class="section"><h2>Why here</h2><ul class="why">!${verdicts}<li>Key <code>${incident.key}</code></li></ul></section>`;
}
