import { html } from 'ghtml';
import { layout } from './layout.ts';
import type { Viewer } from './viewer.ts';

/** Something is not here, or failed. */
export function faultPage(title: string, text: string, viewer: Viewer): string {
  return layout({
    title: `${title} · Tocsin`,
    viewer,
    main: html`<main id="main" class="sheet narrow"><div class="quiet-page"><h1>${title}</h1><p>${text}</p><p><a href="/">All incidents</a></p></div></main>`,
  });
}
