import { html } from 'ghtml';
import { BELL } from './bell.ts';
import { bareLayout, layout } from './layout.ts';
import type { Viewer } from './viewer.ts';

export const MAX_NAME = 60;

/** `to`: the page that was asked for. `problem`: why the last try failed. */
export function signInPage({ to, problem }: { readonly to: string; readonly problem?: string }): string {
  return bareLayout({
    title: 'Sign in · Tocsin',
    main: html`<main class="sign-in"><form method="post" action="/sign-in"><h1>!${BELL}Tocsin</h1>
<input type="hidden" name="to" value="${to}">
<p class="field"><label for="token">Token</label><input id="token" name="token" type="password" autocomplete="current-password" required autofocus !${problem === undefined ? '' : 'aria-invalid="true" aria-describedby="problem"'}></p>
!${problem === undefined ? '' : html`<p class="problem" id="problem" role="alert">${problem}</p>`}
!${nameField('')}
<button class="primary">Sign in</button>
<p class="hint">The token is <code>CONSOLE_TOKEN</code>. Where that is not set, the sign-in link is printed at start.</p></form></main>`,
  });
}

/** For who is signed in: their name, and the way out. */
export function accountPage(viewer: Viewer, name: string): string {
  return layout({
    title: 'You · Tocsin',
    viewer,
    main: html`<main id="main" class="sheet narrow"><h1>You</h1>
<form method="post" action="/name">!${nameField(name)}<p class="hint">Shown with what you do here, in the timeline and on every card.</p><button class="primary">Save</button></form>
<form method="post" action="/sign-out"><button>Sign out</button></form></main>`,
  });
}

export const nameField = (name: string): string =>
  html`<p class="field"><label for="name">Your name <small>optional</small></label><input id="name" name="name" value="${name}" maxlength="${MAX_NAME}" autocomplete="name"></p>`;

/** Loads the page once more, this time from one of ours. */
export function bouncePage(path: string): string {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tocsin</title><meta http-equiv="refresh" content="0;url=${path}"></head><body><a href="${path}">Go on</a></body></html>`;
}
