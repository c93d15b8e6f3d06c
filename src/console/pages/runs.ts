import { html } from 'ghtml';
import { minutesText } from '../../domain/duration.ts';
import { filledIn } from '../../domain/filled-in.ts';
import { type Actor, isLiving, type Run, type RunState } from '../../domain/model.ts';
import { press } from './buttons.ts';
import { actorName } from './places.ts';
import { plain } from './text.ts';
import { age, clock } from './time.ts';
import type { Viewer } from './viewer.ts';

const LINES = 200; // of its output in the page; all of it is a page of its own
const CHARACTERS = 16_000;
const FINISHED = 10; // runs shown after they ended

/** Living runs with their output as it comes, then the newest that ended. */
export function runs(all: readonly Run[], viewer: Viewer): string {
  if (all.length === 0) return '';
  const newest = all.toReversed();
  const living = newest.filter(isLiving);
  const ended = newest.filter((run) => !isLiving(run)).slice(0, FINISHED);
  return html`<section class="section" aria-labelledby="runs-title"><h2 id="runs-title">Runbooks</h2>
!${living.map((run) => livingRun(run, viewer)).join('')}!${ended.map((run) => endedRun(run, viewer)).join('')}</section>`;
}

function livingRun(run: Run, viewer: Viewer): string {
  const cancel =
    run.cancelledBy === undefined
      ? press(run.incident, { action: 'cancel', argument: run.id, label: 'Cancel' })
      : html`<span>${plain(run.cancelledBy.name, 60)} cancelled it</span>`;
  return html`<div class="run-panel" id="run-${run.id}"><header><b>${plain(run.label, 80)}</b><span>!${progressWords(run, viewer)}</span>!${cancel}</header>
!${progress(run, viewer)}
!${askedBy(run)}!${run.state === 'waiting' ? asks(run, viewer) : ''}
!${output(run)}</div>`;
}

function endedRun(run: Run, viewer: Viewer): string {
  const open = run.output === '' ? html`<p class="by">It printed nothing.</p>` : output(run);
  return html`<details class="run-panel ${TONES[run.state]}" id="run-${run.id}"><summary><b>${plain(run.label, 80)}</b><span class="ended">${STATES[run.state]}</span><span class="what">${plain(run.summary, 120)}</span>!${
    run.endedAt === undefined ? '' : html`<span class="when">!${age(run.endedAt, viewer)}</span>`
  }</summary>!${askedBy(run)}!${open}</details>`;
}

function askedBy({ by, on, approvedBy = [] }: Run): string {
  if (on !== undefined) return html`<p class="by">started by itself: ${on}</p>`;
  const who = (actor: Actor) => html`${actorName(actor, ' in ')}`;
  const agreed =
    approvedBy.length === 0 ? '' : html`, approved by !${approvedBy.map((each) => who(each.by)).join(', ')}`;
  return html`<p class="by">asked for by !${who(by)}!${agreed}</p>`;
}

/** What others are to agree to. Here nobody is anybody in particular, so it is asked for and approved in a channel. */
function asks(run: Run, viewer: Viewer): string {
  const filled = filledIn(run).map(
    ({ label, value }) => html`<div><dt>${plain(label, 60)}</dt><dd>${plain(value, CHARACTERS)}</dd></div>`,
  );
  const until = run.approveUntil === undefined ? '' : html`, until !${clock(run.approveUntil, viewer)}`;
  const how =
    run.by.platform === 'console'
      ? 'Nobody counts as another person than the console: ask for it in a chat, which takes its place.'
      : html`Another person approves it in a chat channel!${until}.`;
  return html`!${filled.length === 0 ? '' : html`<dl class="facts">!${filled.join('')}</dl>`}<p class="by">!${how}</p>`;
}

function progressWords(run: Run, viewer: Viewer): string {
  if (run.state === 'waiting') return html`waits for ${othersLeft(run)} to agree`;
  if (run.startedAt === undefined) return 'queued';
  const used = minutesText(viewer.now - run.startedAt);
  const of = run.timeoutAt === undefined ? '' : ` of ${minutesText(run.timeoutAt - run.startedAt)}`;
  return html`running, <span data-used="${run.startedAt}">${used}</span>${of}`;
}

function othersLeft({ approvals, approvedBy = [] }: Run): string {
  const left = approvals - approvedBy.length;
  return left === 1 ? 'one other person' : `${left} others`;
}

function progress(run: Run, viewer: Viewer): string {
  if (run.startedAt === undefined || run.timeoutAt === undefined) return '';
  const whole = Math.max(1, Math.round((run.timeoutAt - run.startedAt) / 1_000));
  const used = Math.min(whole, Math.max(0, Math.round((viewer.now - run.startedAt) / 1_000)));
  return html`<progress max="${whole}" value="${used}" data-since="${run.startedAt}" aria-label="Time used">${used} s</progress>`;
}

/** The tail, in a box that stays at its end by itself: its children are laid out from the bottom. */
function output(run: Run): string {
  if (run.output === '') return '';
  const lines = run.output.slice(-CHARACTERS).trimEnd().split('\n');
  const shown = lines.slice(-LINES).join('\n');
  const isCut = lines.length > LINES || run.output.length > CHARACTERS;
  const path = `/incidents/${encodeURIComponent(run.incident)}/runs/${encodeURIComponent(run.id)}`;
  const all = isCut ? html`<p class="by"><a href="${path}">All of the output</a></p>` : '';
  return html`<div class="tail" tabindex="0" role="region" aria-label="Output of ${plain(run.label, 80)}"><pre>${plain(shown, CHARACTERS)}</pre></div>!${all}`;
}

const STATES: Readonly<Record<RunState, string>> = {
  waiting: 'waits',
  queued: 'queued',
  running: 'running',
  succeeded: 'succeeded',
  failed: 'failed',
  timed_out: 'timed out',
  cancelled: 'cancelled',
  unknown: 'outcome unknown: look before you run it again',
};
const TONES: Readonly<Record<RunState, string>> = {
  waiting: '',
  queued: '',
  running: '',
  succeeded: 'resolved',
  failed: 'critical',
  timed_out: 'critical',
  cancelled: '',
  unknown: 'warning',
};
