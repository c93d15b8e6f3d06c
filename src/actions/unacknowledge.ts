import type { Action } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { decisionOf } from './step.ts';

export const unacknowledge: Action = {
  name: 'unacknowledge',
  offers: ({ incident }) =>
    incident.status === 'acknowledged' ? { menu: [{ action: 'unacknowledge', label: 'Unacknowledge' }] } : {},
  decide: ({ incident }, press, at) =>
    decisionOf(incidents.unacknowledge(incident, press.actor, at.now), 'Nobody has it now.'),
};
