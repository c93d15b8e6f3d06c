import { html } from 'ghtml';
import { LOOK_NAMES, LOOKS, type Look } from '../looks/index.ts';

/** The card as it stands here, and as each chat platform would show it: every one at an address of its own. */
export function tabs(incident: string, as: Look | undefined): string {
  const path = `/incidents/${encodeURIComponent(incident)}`;
  const tab = (href: string, label: string, isCurrent: boolean) =>
    html`<a href="${href}" !${isCurrent ? 'aria-current="page"' : ''}>${label}</a>`;
  return html`<nav class="tabs" aria-label="How it looks">!${tab(path, 'Console', as === undefined)}!${LOOKS.map((look) => tab(`${path}?as=${look}`, LOOK_NAMES[look], look === as)).join('')}</nav>`;
}
