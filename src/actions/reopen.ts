import type { Action } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { decisionOf } from './step.ts';

export const reopen: Action = {
  name: 'reopen',
  offers: ({ incident, newer }) =>
    incident.status === 'resolved' && newer === undefined ? { menu: [{ action: 'reopen', label: 'Reopen' }] } : {},
  decide: ({ incident, newer }, press, at) =>
    decisionOf(incidents.reopen(incident, press.actor, at.now, newer), 'Reopened.'),
};
