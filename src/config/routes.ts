import type { Fault } from '../domain/errors.ts';
import type { Principal } from '../domain/model.ts';
import { nearest } from '../domain/nearest.ts';
import type { People } from '../domain/principal.ts';
import { PLATFORMS } from '../routing/destinations.ts';
import { DEFAULT_ROUTE, parseDestination, parseRoute, type Route } from '../routing/grammar.ts';
import { faultIn, type Parsed } from './parse-variable.ts';
import { unmapped } from './people.ts';

/** The names of the chat platforms that this version has, and of those that are on. */
export interface Chat {
  readonly known: readonly string[];
  readonly on: readonly string[];
  readonly told: readonly string[]; // whose people those that are on can tell
  readonly channels: ReadonlyMap<string, readonly string[]>; // of a platform that has no others
}

/** `ROUTE_<NAME>` in the order of their names, and `ROUTE_DEFAULT`, which is the console where it is not set. */
export function readRoutes(values: ReadonlyMap<string, string>, chat: Chat, people: People): Parsed<readonly Route[]> {
  const faults: Fault[] = [];
  const routes: Route[] = [];
  const given = [...values].filter(([name]) => name.startsWith('ROUTE_') && name !== DEFAULT_ROUTE);
  given.sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, text] of [...given, [DEFAULT_ROUTE, values.get(DEFAULT_ROUTE) ?? 'console'] as const]) {
    const parsed = parseRoute(name, text, platformsOf(chat));
    if ('faults' in parsed) {
      faults.push(...parsed.faults);
      continue;
    }
    const { destinations, options } = parsed.route;
    faults.push(
      ...unreachable(name, text, [...destinations, ...(options.escalate?.destinations ?? [])], chat),
      ...strangers(name, text, options.mention, people),
    );
    routes.push(parsed.route);
  }
  return { value: routes, faults };
}

/** `FALLBACK_DESTINATION`. */
export function readFallback(values: ReadonlyMap<string, string>, chat: Chat): Parsed<string> {
  const name = 'FALLBACK_DESTINATION';
  const text = values.get(name);
  if (text === undefined) return { faults: [] };
  const parsed = parseDestination(name, text, platformsOf(chat));
  if ('faults' in parsed) return parsed;
  return { value: parsed.destination, faults: unreachable(name, text, [parsed.destination], chat) };
}

/** Routes whose `template=` is not among the cards' templates. */
export function templateFaults(routes: readonly Route[], templates: readonly string[]): readonly Fault[] {
  return routes
    .filter(({ options }) => !templates.includes(options.template))
    .map(({ name, text, options: { template } }) => {
      const near = nearest(template, templates);
      const cure = near === undefined ? 'write that file' : `did you mean ${near}? Or write that file`;
      return faultIn(name, text, columnOf(text, template), `there is no templates/cards/${template}.md`, cure);
    });
}

const platformsOf = (chat: Chat) => [...new Set([...chat.known, ...PLATFORMS])];

/** Destinations on a platform that is off, or in a channel that it does not have: an alert would go nowhere. */
function unreachable(
  name: string,
  text: string,
  destinations: readonly string[],
  { known, on, channels }: Chat,
): readonly Fault[] {
  return destinations.flatMap((destination) => {
    const platform = destination.split(':', 1)[0] ?? '';
    const own = channels.get(platform);
    const channel = destination.slice(platform.length + 1);
    if (own !== undefined && !own.includes(channel)) {
      const near = nearest(channel, own);
      return faultIn(
        name,
        text,
        columnOf(text, destination),
        `${platform} has no "${channel}"`,
        `${near === undefined ? '' : `did you mean ${platform}:${near}? `}It has ${own.map((each) => `${platform}:${each}`).join(', ')}`,
      );
    }
    if (on.includes(platform)) return [];
    return known.includes(platform)
      ? faultIn(
          name,
          text,
          columnOf(text, destination),
          `${platform} is off`,
          `set the variables of ${platform}; .env.example lists them`,
        )
      : faultIn(
          name,
          text,
          columnOf(text, destination),
          `${platform} is not in this version yet`,
          `send it to ${on.join(' or ')}`,
        );
  });
}

function strangers(name: string, text: string, mention: readonly Principal[], people: People): readonly Fault[] {
  return mention
    .filter(({ platform, id }) => platform === 'person' && !people.has(id))
    .map(({ id }) => unmapped(name, text, columnOf(text.toLowerCase(), `person:${id}`), id, people));
}

/** Where a word that the route was read to hold stands in it: behind the arrow, since a matcher's value may look the same. */
export function columnOf(text: string, word: string): number {
  return Math.max(text.indexOf(word, text.lastIndexOf('->') + 1), text.indexOf(word), 0) + 1;
}
