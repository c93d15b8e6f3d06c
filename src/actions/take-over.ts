import type { Action } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { decisionOf } from './step.ts';

export const takeOver: Action = {
  name: 'take-over',
  offers: ({ incident }) =>
    incident.status === 'acknowledged' ? { card: [{ action: 'take-over', label: 'Take over' }] } : {},
  decide: ({ incident }, press, at) =>
    decisionOf(incidents.takeOver(incident, press.actor, at.now), 'You have it now.'),
};
