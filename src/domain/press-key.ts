import type { Press } from './ports.ts';

/** A press among those of all platforms: each counts its own. */
export function pressKey({ actor, id }: Pick<Press, 'actor' | 'id'>): string {
  return `${actor.platform}:${id}`;
}
