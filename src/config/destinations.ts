import type { Config } from './config.ts';

/** Every destination that a card may go to by what is configured, with the names of the variables that say so. */
export function namedDestinations({
  routes,
  fallback,
}: Pick<Config, 'routes' | 'fallback'>): ReadonlyMap<string, readonly string[]> {
  const everywhere = routes.flatMap(({ name, destinations, options }) =>
    [...destinations, ...(options.escalate?.destinations ?? [])].map((destination) => ({ destination, by: name })),
  );
  if (fallback !== undefined) everywhere.push({ destination: fallback, by: 'FALLBACK_DESTINATION' });
  const uses = Map.groupBy(everywhere, ({ destination }) => destination);
  return new Map([...uses].map(([destination, all]) => [destination, [...new Set(all.map(({ by }) => by))]]));
}
