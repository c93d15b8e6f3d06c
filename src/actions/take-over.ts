import type { Action, Scene } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import { isOwner } from '../incidents/ownership.ts';
import { decisionOf } from './step.ts';

export const takeOver: Action = {
  name: 'take-over',
  offers: (scene) =>
    scene.incident.status === 'acknowledged' && !isReaders(scene)
      ? { card: [{ action: 'take-over', label: 'Take over' }] }
      : {},
  decide: ({ incident, people }, press, at) =>
    decisionOf(incidents.takeOver(incident, press.actor, at.now, people), 'You have it now.'),
};

/** What many see is offered to all of them; who alone looks at it is not offered what they have. */
const isReaders = ({ incident: { owner }, reader, people }: Scene): boolean =>
  owner !== undefined && reader !== undefined && isOwner(owner, reader, people);
