import type { Action } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { decisionOf } from './step.ts';

export const acknowledge: Action = {
  name: 'acknowledge',
  offers: ({ incident }) =>
    incident.status === 'firing' ? { card: [{ action: 'acknowledge', label: 'Acknowledge', style: 'primary' }] } : {},
  decide: ({ incident }, press, at) => decisionOf(incidents.acknowledge(incident, press.actor, at.now), 'You have it.'),
};
