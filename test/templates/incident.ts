import type { Incident } from '../../src/domain/model.ts';
import { cardScope } from '../../src/templates/card-scope.ts';

/** A firing incident, with what a test changes about it. */
export function incident(changes: Partial<Incident> = {}): Incident {
  return {
    id: '01k0000000000000',
    key: 'wizstatus:inc_1',
    source: 'wizstatus',
    status: 'firing',
    severity: 'critical',
    title: 'Production API is down',
    brief: 'us-east, HTTP 500',
    text: 'HTTP 500 after 2,500 ms from us-east.',
    monitor: 'Production API',
    url: 'https://status.example/monitors/1',
    labels: { team: 'payments' },
    openedAt: Date.UTC(2026, 10, 24, 12, 0, 0),
    lastEventAt: Date.UTC(2026, 10, 24, 12, 0, 0),
    count: 2,
    flips: [],
    flapping: false,
    revision: 3,
    why: [],
    ...changes,
  };
}

export const scopeOf = (changes: Partial<Incident> = {}) =>
  cardScope(incident(changes), [], { platform: 'slack', route: 'ROUTE_DB' });
