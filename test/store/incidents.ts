import { newId } from '../../src/domain/id.ts';
import type { Actor, Incident, Line, LineKind, Run, Tell } from '../../src/domain/model.ts';
import type { Change, NewDelivery } from '../../src/domain/ports.ts';
import { newIncident } from '../support/incident.ts';

export const MAYA: Actor = { platform: 'slack', tenant: 'T1', id: 'U1', name: 'Maya' };

export function incident(patch: Partial<Incident> = {}): Change['incident'] {
  return newIncident({
    why: [{ route: 'ROUTE_DEFAULT', held: true, because: 'no other route took it', destinations: ['slack:alerts'] }],
    ...patch,
  });
}

export function line(text: string, tell: Tell = 'thread', kind: LineKind = 'noted'): Line {
  return { at: Date.now(), kind, actor: MAYA, text, tell };
}

export function delivery(destination = 'slack:alerts'): NewDelivery {
  return {
    id: newId(Date.now()),
    destination,
    route: 'ROUTE_DEFAULT',
    options: { template: 'incident', mention: [{ platform: 'slack', kind: 'group', id: 'S1' }], remind: 600_000 },
  };
}

export function run(incident: string, patch: Partial<Run> = {}): Run {
  return {
    id: newId(Date.now()),
    incident,
    runbook: 'restart-api',
    label: 'Restart API',
    state: 'queued',
    by: MAYA,
    inputs: { reason: 'stuck' },
    digest: 'd1',
    approvals: 0,
    requestedAt: Date.now(),
    summary: '',
    output: '',
    values: {},
    ...patch,
  };
}
