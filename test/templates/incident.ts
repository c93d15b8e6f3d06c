import type { Incident } from '../../src/domain/model.ts';
import { cardScope } from '../../src/templates/card-scope.ts';
import { incident } from '../support/incident.ts';

export { incident };

export const scopeOf = (changes: Partial<Incident> = {}) =>
  cardScope(incident(changes), [], { platform: 'slack', route: 'ROUTE_DB' });
