import type { Incident } from '../domain/model.ts';
import type { Found } from '../domain/ports.ts';

/** An incident as it was before a decision changed it; undefined: it is new. */
export function asFound({ byId, byKey }: Found, { id, key }: Pick<Incident, 'id' | 'key'>): Incident | undefined {
  const newest = byKey.get(key);
  return byId.get(id) ?? (newest?.id === id ? newest : undefined);
}
