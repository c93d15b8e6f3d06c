import type { Button, Incident } from '../domain/model.ts';
import type { Action } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { decisionOf } from './step.ts';

/** Also how an owner who was asked “still on it?” says yes. */
export const acknowledge: Action = {
  name: 'acknowledge',
  offers: ({ incident }) => ({ card: buttonsFor(incident) }),
  decide: ({ incident, people }, press, at) =>
    decisionOf(incidents.acknowledge(incident, press.actor, at.now, people), 'You have it.'),
};

function buttonsFor({ status, askedAt }: Incident): readonly Button[] {
  switch (status) {
    case 'firing':
      return [{ action: 'acknowledge', label: 'Acknowledge', style: 'primary' }];
    case 'acknowledged':
      return askedAt === undefined ? [] : [{ action: 'acknowledge', label: 'Still on it', style: 'primary' }];
    case 'resolved':
      return [];
  }
}
