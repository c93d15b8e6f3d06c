import { html } from 'ghtml';
import { assetPath } from '../asset-paths.ts';
import { BELL } from './bell.ts';
import { plain } from './text.ts';
import type { Viewer } from './viewer.ts';

export type Section = 'incidents' | 'silences' | 'deliveries' | 'routes';

/** Every page. `main` is the whole `<main>` element. */
export function layout(page: {
  readonly title: string;
  readonly main: string;
  readonly viewer: Viewer;
  readonly section?: Section;
  readonly summary?: string; // of pages that stay up to date
  readonly more?: string; // for its head
}): string {
  return html`<!doctype html>
<html lang="en"><head>!${head(page.title)}!${SCRIPT}!${page.more ?? ''}</head>
<body data-now="${page.viewer.now}"><a class="skip" href="#main">Skip to the content</a>
<header class="bar"><a class="brand" href="/">!${BELL}Tocsin</a>
<nav aria-label="Pages">!${SECTIONS.map(({ section, href, label }) => html`<a href="${href}" !${section === page.section ? 'aria-current="page"' : ''}>${label}</a>`).join('')}</nav>
<div class="health">!${page.summary === undefined ? '' : live(page.summary)}<a class="you" href="/sign-in" title="Your name, and signing out">${plain(page.viewer.name, 60)}</a></div></header>
!${page.main}</body></html>`;
}

/** For who is not signed in yet: nothing but the bell. */
export function bareLayout(page: { readonly title: string; readonly main: string }): string {
  return html`<!doctype html>
<html lang="en"><head>!${head(page.title)}!${SCRIPT}</head>
<body class="bare">!${page.main}</body></html>`;
}

/** For whoever follows a link: nothing in it runs. */
export function stillLayout(page: { readonly title: string; readonly main: string }): string {
  return html`<!doctype html>
<html lang="en"><head>!${head(page.title)}</head>
<body class="bare">!${page.main}</body></html>`;
}

function head(title: string): string {
  return html`<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="robots" content="noindex"><title>${plain(title)}</title>
<link rel="icon" href="${assetPath('bell.svg')}" type="image/svg+xml"><link rel="preload" href="${assetPath('inter.woff2')}" as="font" type="font/woff2" crossorigin><link rel="stylesheet" href="${assetPath('console.css')}">`;
}

const SCRIPT = html`
<meta name="htmx-config" content='{"includeIndicatorCSS":false,"history":false,"extensions":"sse,tocsin"}'>
<script src="${assetPath('console.js')}" defer></script>`;

/** The script says whether the page is up to date; without one, it is as old as its loading. */
function live(summary: string): string {
  return html`<span id="live" class="live" role="status" hidden><span class="dot"></span><span data-words>Connecting</span></span><span id="summary" class="wide" role="status">!${summary}</span><noscript>Reload for what is new.</noscript>`;
}

const SECTIONS: readonly { readonly section: Section; readonly href: string; readonly label: string }[] = [
  { section: 'incidents', href: '/', label: 'Incidents' },
  { section: 'silences', href: '/silences', label: 'Silences' },
  { section: 'deliveries', href: '/deliveries', label: 'Deliveries' },
  { section: 'routes', href: '/routes', label: 'Routes' },
];
