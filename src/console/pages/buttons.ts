import { html } from 'ghtml';
import type { Button, Card } from '../../domain/model.ts';
import { plain } from './text.ts';

/** The address that a press goes to. */
export function pressPath(incident: string, action: string): string {
  return `/incidents/${encodeURIComponent(incident)}/actions/${encodeURIComponent(action)}`;
}

/** The buttons in sight, and the menu. Real forms: a press works without JavaScript too. */
export function actions({ incident, buttons, more }: Card): string {
  const isHere = ({ action, elsewhere }: Button) => action !== 'cancel' && elsewhere === undefined; // Cancel stands beside its run
  const inSight = buttons.filter(isHere);
  const menu = more.filter(isHere);
  const others = [...buttons, ...more].flatMap(({ elsewhere = [] }) => elsewhere);
  const here =
    inSight.length === 0 && menu.length === 0
      ? ''
      : html`<div class="actions">!${inSight.map((button) => press(incident, button)).join('')}!${moreMenu(incident, menu)}</div>`;
  return here + others.map((why) => html`<p class="elsewhere">${plain(why, 400)}</p>`).join('');
}

/** A button that presses. `press` in its id keeps each one apart while the page is kept up to date around it. */
export function press(incident: string, button: Button): string {
  const path = pressPath(incident, button.action);
  return html`<form id="press-${keyOf(button)}" method="post" action="${path}" hx-post="${path}" hx-swap="none" hx-sync="this:drop">!${
    button.argument === undefined ? '' : html`<input type="hidden" name="argument" value="${button.argument}">`
  }<button class="${button.style ?? ''}">${plain(button.label, 120)}</button></form>`;
}

/** A popover: what opens it is no attribute, so live changes leave it open; Escape and a press elsewhere close it. */
function moreMenu(incident: string, menu: readonly Button[]): string {
  if (menu.length === 0) return '';
  return html`<button type="button" class="quiet" id="more-button" popovertarget="more">More</button>
<div id="more" class="menu" popover aria-label="More">!${menu.map((button) => press(incident, button)).join('')}</div>`;
}

const keyOf = ({ action, argument }: Button): string =>
  [action, argument].filter((part) => part !== undefined).join('-');
