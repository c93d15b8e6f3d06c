import type { Actor, Principal } from '../../../src/domain/model.ts';
import { cardsFor } from '../../support/card.ts';
import { incident } from '../../support/incident.ts';

export { NOW, offer, STATES, type State, shipped, templateOf } from '../../support/card.ts';

export const maya: Actor = { platform: 'teams', id: '0b1c2d3e-0000-4000-8000-00000000000a', name: 'Maya Ortiz' };
export const ONCALL: Principal = { platform: 'teams', kind: 'person', id: maya.id };
export const OPENED = incident().openedAt;

export const cardOf = cardsFor('teams', maya);
