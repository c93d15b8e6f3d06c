import { bounded } from '../domain/cut.ts';
import type { Incident, RouteOptions, RouteVerdict } from '../domain/model.ts';
import { DEFAULT_ROUTE, type Route } from './grammar.ts';
import type { Field, Matcher } from './matchers.ts';

/** What matchers look at. */
export type Routable = Pick<Incident, Field | 'labels'>;

export interface Routed {
  readonly verdicts: readonly RouteVerdict[]; // every route in the order of reading, the default last
  readonly targets: readonly Target[]; // each destination once
}
interface Target {
  readonly destination: string;
  readonly route: string;
  readonly options: RouteOptions;
}

/** Where no ROUTE_DEFAULT is set. */
const CONSOLE: Route = {
  name: DEFAULT_ROUTE,
  matchers: [],
  destinations: ['console'],
  options: { template: 'incident', mention: [] },
  stop: false,
  text: 'console',
};

/**
 * Where an incident goes, and why. Routes are read in the order of their names, and an incident goes to the union of all
 * that hold, until one of those says `stop`. The default takes what none took. The first route to name a destination gives its options.
 */
export function route(incident: Routable, routes: readonly Route[]): Routed {
  const verdicts: RouteVerdict[] = [];
  const targets = new Map<string, Target>();
  const take = (route: Route, because: string) => {
    const added = route.destinations.filter((destination) => !targets.has(destination));
    for (const destination of added)
      targets.set(destination, { destination, route: route.name, options: route.options });
    verdicts.push({ route: route.name, held: true, because, destinations: added });
  };
  const pass = (route: Route, because: string) =>
    verdicts.push({ route: route.name, held: false, because, destinations: [] });

  let stoppedBy: string | undefined;
  for (const route of inOrder(routes)) {
    const { held, because } = stoppedBy
      ? { held: false, because: `not read: ${stoppedBy} stopped the reading` }
      : holds(route.matchers, incident);
    if (held) take(route, because);
    else pass(route, because);
    if (held && route.stop) stoppedBy = route.name;
  }

  const last = routes.find(({ name }) => name === DEFAULT_ROUTE) ?? CONSOLE;
  if (targets.size === 0) take(last, 'no other route took it');
  else pass(last, 'not needed: a route took it');
  return { verdicts, targets: [...targets.values()] };
}

/** Names sort by their characters, not by a locale's rules, which differ between machines. */
function inOrder(routes: readonly Route[]): readonly Route[] {
  return routes.filter(({ name }) => name !== DEFAULT_ROUTE).toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Whether all of `matchers` hold. `because` names the first that failed, or all that held, with what was seen. */
export function holds(
  matchers: readonly Matcher[],
  incident: Routable,
): { readonly held: boolean; readonly because: string } {
  const seen: string[] = [];
  for (const matcher of matchers) {
    const { held, because } = look(matcher, incident);
    if (!held) return { held, because };
    seen.push(because);
  }
  return { held: true, because: seen.length > 0 ? bounded(seen.join(', '), MAX_BECAUSE) : 'it takes every incident' };
}

function look(matcher: Matcher, incident: Routable): { readonly held: boolean; readonly because: string } {
  const value = seenIn(matcher.name, incident);
  const is = `${matcher.name} is ${quoted(value)}`;
  switch (matcher.operator) {
    case '=':
    case '!=': {
      const same = value === matcher.value;
      return {
        held: same === (matcher.operator === '='),
        because: same ? is : `${is}, not ${quoted(matcher.value)}`,
      };
    }
    case '=~':
    case '!~': {
      const matched = matcher.pattern.testExact(value); // anchored at both ends, as in Prometheus
      return {
        held: matched === (matcher.operator === '=~'),
        because: `${is}, ${matched ? 'matched' : 'not matched'} by ${quoted(matcher.value)}`,
      };
    }
  }
}

/** An absent label, and an absent link, is the empty string, as in Prometheus. */
function seenIn(name: Matcher['name'], incident: Routable): string {
  if (!isLabel(name)) return incident[name] ?? '';
  const label = name.slice('labels.'.length);
  return Object.hasOwn(incident.labels, label) ? (incident.labels[label] ?? '') : '';
}

function isLabel(name: Matcher['name']): name is `labels.${string}` {
  return name.startsWith('labels.');
}

const MAX_VALUE = 80; // characters of a value in a reason, which is kept with every incident
const MAX_BECAUSE = 400;

function quoted(value: string): string {
  return JSON.stringify(bounded(value, MAX_VALUE));
}
