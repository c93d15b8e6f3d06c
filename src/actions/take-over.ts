import type { Actor, Incident } from '../domain/model.ts';
import type { Action } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { decisionOf } from './step.ts';

export const takeOver: Action = {
  name: 'take-over',
  offers: ({ incident, reader }) =>
    incident.status === 'acknowledged' && !isOwner(incident, reader)
      ? { card: [{ action: 'take-over', label: 'Take over' }] }
      : {},
  decide: ({ incident }, press, at) =>
    decisionOf(incidents.takeOver(incident, press.actor, at.now), 'You have it now.'),
};

/** What many see is offered to all of them; who alone looks at it is not offered what they have. */
const isOwner = ({ owner }: Incident, reader: Actor | undefined): boolean =>
  owner !== undefined && reader !== undefined && incidents.isSameActor(owner, reader);
