import type { Button, Card } from '../domain/model.ts';
import { LINK_LASTS_MS, signLink } from '../domain/signed-link.ts';

export interface Linking {
  readonly key: string;
  readonly publicUrl: string;
  readonly now: number;
  /** Whether somebody whom nobody knows may do it. */
  isOpen(action: string): boolean;
}

/** A card for where no press can be sent: each button leads to the page that does it, or where that needs a name, to the console. */
export function withLinks(card: Card, destination: string, { key, publicUrl, now, isOpen }: Linking): Card {
  const { incident } = card;
  const signed = { incident, destination, until: now + LINK_LASTS_MS };
  const linked = (button: Button): Button => {
    const token = isOpen(button.action) ? signLink(key, signed, button) : undefined;
    return { ...button, link: publicUrl + (token === undefined ? consolePath(incident, button) : `/a/${token}`) };
  };
  return { ...card, buttons: card.buttons.map(linked), more: card.more.map(linked) };
}

function consolePath(incident: string, { action, argument }: Button): string {
  const query = argument === undefined ? '' : `?${new URLSearchParams({ argument })}`;
  return `/incidents/${incident}/actions/${action}${query}`;
}
