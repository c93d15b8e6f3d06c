import { html } from 'ghtml';
import { BELL } from '../pages/bell.ts';
import { plain } from '../pages/text.ts';
import { clock } from '../pages/time.ts';
import type { Viewer } from '../pages/viewer.ts';
import { discordLook } from './discord.ts';
import { slackLook } from './slack.ts';
import { teamsLook } from './teams.ts';

export const LOOKS = ['slack', 'discord', 'teams'] as const;
export type Look = (typeof LOOKS)[number];

export const LOOK_NAMES: Readonly<Record<Look, string>> = { slack: 'Slack', discord: 'Discord', teams: 'Teams' };

/** The message as the people of that platform see it, from the very JSON that would be sent. Its buttons do nothing here. */
export function lookOf(
  look: Look,
  json: unknown,
  { title, postedAt }: { readonly title: string; readonly postedAt: number },
  viewer: Viewer,
): string {
  return html`<h1 id="card-title" class="visually-hidden" tabindex="-1">${plain(title)}</h1><figure class="look ${look}" id="look-${look}"><div class="look-avatar" aria-hidden="true">!${BELL}</div><div class="look-message"><p class="look-from"><b>Tocsin</b> <span class="look-app">APP</span> !${clock(postedAt, viewer)}</p>!${drawn(look, json, viewer)}</div><figcaption>As ${LOOK_NAMES[look]} shows it. The buttons work there, and in the console’s own card.</figcaption></figure>`;
}

function drawn(look: Look, json: unknown, viewer: Viewer): string {
  switch (look) {
    case 'slack':
      return slackLook(json, viewer);
    case 'discord':
      return discordLook(json, viewer);
    case 'teams':
      return teamsLook(json);
  }
}
