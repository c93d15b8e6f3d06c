import { offersOf } from '../../../src/actions/index.ts';
import type { Actor, Card, Incident, Run } from '../../../src/domain/model.ts';
import type { RunbookOffer } from '../../../src/domain/ports.ts';
import { type CardInput, makeCard } from '../../../src/formatter/card.ts';
import type { CardTemplates } from '../../../src/templates/cards.ts';
import { offer as offerOf, runBy, shipped } from '../../support/card.ts';
import { incident } from '../../support/incident.ts';

export { shipped, templateOf } from '../../support/card.ts';

export const maya: Actor = { platform: 'slack', id: 'U1', name: 'Maya Ortiz' };
export const openedAt = incident().openedAt;
export const NOW = openedAt + 240_000;

/** The states that every template is drawn in. */
export const STATES: Readonly<Record<string, Partial<Incident>>> = {
  firing: {},
  warning: { severity: 'warning' },
  flapping: { flapping: true },
  acknowledged: { status: 'acknowledged', owner: maya, acknowledgedAt: openedAt + 60_000 },
  resolved: { status: 'resolved', resolvedBy: maya, resolvedAt: openedAt + 250_000 },
};

/** A card as the bridge makes it: of an incident, with the buttons that its state offers. */
export function cardOf(
  changes: Partial<Incident> = {},
  more: Partial<CardInput> & { readonly runbooks?: readonly RunbookOffer[] } = {},
  templates: CardTemplates = shipped,
): Card {
  const { runbooks = [], ...input } = more;
  const drawn = incident(changes);
  return makeCard(
    {
      incident: drawn,
      runs: [],
      ...offersOf({ incident: drawn, runs: more.runs ?? [], runbooks }),
      template: 'incident',
      platform: 'slack',
      route: 'ROUTE_DEFAULT',
      now: NOW,
      ...input,
    },
    templates,
  ).card;
}

export const run = (changes: Partial<Run> = {}): Run =>
  runBy(maya, {
    requestedAt: NOW - 12_000,
    startedAt: NOW - 12_000,
    timeoutAt: NOW + 108_000,
    output: 'stopping\nstarting\n',
    ...changes,
  });
export const offer = (name: string, label = name): RunbookOffer => offerOf({ name, label });
