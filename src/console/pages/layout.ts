import { html } from 'ghtml';

const BELL = `<svg width="22" height="22" viewBox="0 0 24 24" fill="none" aria-hidden="true"><path d="M12 3v2M7 17v-6a5 5 0 0 1 10 0v6l2 2.2H5L7 17Z" stroke="currentColor" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/><path d="M10 21.5h4" stroke="currentColor" stroke-width="2" stroke-linecap="round"/></svg>`;
const HTMX = '{"includeIndicatorCSS":false,"extensions":"sse"}';

export interface Page {
  readonly title: string;
  readonly path: string; // of this page, for the navigation
  readonly health?: string; // html, live
  readonly live?: string; // the address of its stream
  readonly main: string; // html
  readonly mainClass: string;
}

const NAVIGATION = [
  ['/', 'Incidents'],
  ['/deliveries', 'Deliveries'],
  ['/routes', 'Routes'],
] as const;

/** A whole page. */
export function layout({ title, path, health = '', live, main, mainClass }: Page): string {
  const links = NAVIGATION.map(([to, label]) => {
    const here = to === '/' ? path === '/' || path.startsWith('/incidents') : path === to;
    return html`<a href="${to}" !${here ? 'aria-current="page"' : ''}>${label}</a>`;
  }).join('');
  const stream = live === undefined ? '' : html`hx-sse:connect="${live}" hx-swap="none"`;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Tocsin</title><meta name="htmx-config" content="${HTMX}">
<link rel="icon" href="/assets/bell.svg"><link rel="stylesheet" href="/assets/console.css">
<script src="/assets/htmx.js" defer></script><script src="/assets/hx-sse.js" defer></script><script src="/assets/console.js" defer></script></head>
<body><a class="skip" href="#main">Skip to content</a>
<header class="bar"><a class="brand" href="/">!${BELL}Tocsin</a><nav aria-label="Pages">!${links}</nav>
<div class="health">!${live === undefined ? '' : '<span id="link" class="resolved" role="status"><span class="dot"></span>Live</span>'}!${health}<form method="post" action="/sign-out"><button class="quiet small">Sign out</button></form></div></header>
<main id="main" class="${mainClass}" tabindex="-1" !${stream}>!${main}</main></body></html>`;
}

/** A page before sign-in: no navigation, no script. */
export function plainPage(title: string, main: string): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Tocsin</title><link rel="icon" href="/assets/bell.svg"><link rel="stylesheet" href="/assets/console.css"></head>
<body><header class="bar"><span class="brand">!${BELL}Tocsin</span></header><main id="main" class="narrow">!${main}</main></body></html>`;
}
