import type { Action } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { decisionOf } from './step.ts';

export const resolve: Action = {
  name: 'resolve',
  offers: ({ incident }) => (incident.status === 'resolved' ? {} : { card: [{ action: 'resolve', label: 'Resolve' }] }),
  decide: ({ incident }, press, at) => decisionOf(incidents.resolve(incident, press.actor, at.now), 'Resolved.'),
};
