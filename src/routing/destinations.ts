import { nearest } from '../domain/nearest.ts';
import type { Scanner } from './scanner.ts';

/** Chat platforms that Tocsin speaks to. `console` is its own page, and has no channels. */
export const PLATFORMS: readonly string[] = ['slack', 'discord', 'teams', 'teams-webhook', 'console'];

export const DESTINATION_FORM = 'write platform:channel, such as slack:alerts, or console';
const WORD = /[^\s,;]+/y;

/** Reads destinations, separated by commas. Goes on behind a faulty one. */
export function readDestinations(scanner: Scanner, platforms: readonly string[]): readonly string[] {
  const destinations: string[] = [];
  do {
    scanner.skipSpace();
    const at = scanner.at;
    const destination = readDestination(scanner, platforms);
    if (destination !== undefined && destinations.includes(destination))
      scanner.fault(at, `${destination} is named twice`, 'remove one of them');
    else if (destination !== undefined) destinations.push(destination);
    scanner.skipSpace();
  } while (scanner.take(/,/y));
  return destinations;
}

export function readDestination(scanner: Scanner, platforms: readonly string[]): string | undefined {
  const at = scanner.at;
  const word = scanner.take(WORD);
  if (word === undefined) return scanner.fault(at, 'a destination is missing', DESTINATION_FORM);
  if (word === 'console') return word;
  const colon = word.indexOf(':');
  const platform = colon < 0 ? word : word.slice(0, colon);
  if (platform === 'console') return scanner.fault(at, 'the console has no channels', 'write console alone');
  if (platforms.includes(platform)) {
    if (colon > 0 && colon < word.length - 1) return word;
    return scanner.fault(at, `${platform} needs a channel`, `write ${platform}:<channel>`);
  }
  const near = nearest(platform, platforms);
  return scanner.fault(
    at,
    colon < 0 ? `"${word}" names no platform` : `"${platform}" is no platform`,
    near ? `did you mean ${near}?` : `${DESTINATION_FORM}; platforms: ${platforms.join(', ')}`,
  );
}
