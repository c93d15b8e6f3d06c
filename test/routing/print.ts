import { principalText } from '../../src/domain/principal.ts';
import type { Matcher, Route } from '../../src/routing/grammar.ts';

/** A route as it could be written. */
export function printRoute(route: Route): string {
  const matchers = route.matchers.map(printMatcher).join(', ');
  const arrow = matchers === '' ? '' : `${matchers} -> `;
  return [`${arrow}${route.destinations.join(', ')}`, ...printOptions(route)].join('; ');
}

export function printMatcher({ name, operator, value }: Pick<Matcher, 'name' | 'operator' | 'value'>): string {
  return `${name}${operator}"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function printOptions({ options, stop }: Route): readonly string[] {
  const { template, remind, escalate, group, mention } = options;
  return [
    ...(template === 'incident' ? [] : [`template=${template}`]),
    ...(remind === undefined ? [] : [`remind=${printWait(remind)}`]),
    ...(escalate === undefined ? [] : [`escalate=${printWait(escalate.after)} ${escalate.destinations.join(', ')}`]),
    ...(group === undefined ? [] : [`group=${group.join('+')}`]),
    ...(mention.length === 0 ? [] : [`mention=${mention.map(principalText).join(' + ')}`]),
    ...(stop ? ['stop'] : []),
  ];
}

function printWait(ms: number): string {
  return `${Math.floor(ms / 1_000)}s${ms % 1_000}ms`;
}
