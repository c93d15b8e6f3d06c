import type { Actor } from '../../domain/model.ts';
import { capital, plain } from './text.ts';

/** `Maya, Slack`: who did it, and where. */
export function actorName(actor: Actor, between = ', '): string {
  return [plain(actor.name, 60), whereOf(actor)].filter((part) => part !== '').join(between);
}

/** Where somebody acted; nothing for what acts by itself, or is called like the place. */
export function whereOf({ platform, name }: Actor): string {
  const place = platformName(platform);
  return BY_ITSELF.has(platform) || place === name ? '' : place;
}

const BY_ITSELF: ReadonlySet<string> = new Set(['monitor', 'timer', 'runbook', 'bridge']);

/** In people's words: `Slack`, `Console`. */
export function platformName(platform: string): string {
  return NAMES.get(platform) ?? plain(capital(platform), 60);
}

/** `slack:C012` as `Slack C012`. */
export function destinationName(destination: string): string {
  const colon = destination.indexOf(':');
  if (colon < 0) return platformName(destination);
  return plain(`${platformName(destination.slice(0, colon))} ${destination.slice(colon + 1)}`, 100);
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ['cli', 'Command line'],
  ['link', 'Signed link'],
  ['teams-webhook', 'Teams webhook'],
]);
