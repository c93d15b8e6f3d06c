import { capital, plain } from './text.ts';

/** Where somebody acted, in people's words: `Slack`, `Console`; nothing for what acts by itself. */
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
