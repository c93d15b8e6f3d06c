import { newId } from '../../src/domain/id.ts';
import type { Incident } from '../../src/domain/model.ts';
import type { Change } from '../../src/domain/ports.ts';

const OPENED_AT = Date.UTC(2026, 10, 24, 12);

/** A firing incident, always the same, with what a test changes about it. */
export function incident(over: Partial<Incident> = {}): Incident {
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
    openedAt: OPENED_AT,
    lastEventAt: OPENED_AT,
    count: 2,
    flips: [],
    flapping: false,
    revision: 3,
    why: [],
    ...over,
  };
}

/** One that has just opened, unlike all others: for a store. */
export function newIncident(over: Partial<Incident> = {}): Change['incident'] {
  const now = Date.now();
  const id = over.id ?? newId(now);
  const { revision: _, ...rest } = incident({
    id,
    key: `wizstatus:${id}`,
    openedAt: now,
    lastEventAt: now,
    count: 1,
    ...over,
  });
  return rest;
}
