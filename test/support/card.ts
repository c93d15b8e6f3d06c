import { join } from 'node:path';
import { offersOf } from '../../src/actions/index.ts';
import type { Actor, Card, Incident, Principal, Run } from '../../src/domain/model.ts';
import type { RunbookOffer } from '../../src/domain/ports.ts';
import { makeCard } from '../../src/formatter/card.ts';
import { type CardTemplates, loadCards, readCard } from '../../src/templates/cards.ts';
import { incident } from './incident.ts';

export const shipped: CardTemplates = (await loadCards(join(import.meta.dirname, '../../templates/cards'))).templates;

/** One template, called `x`. */
export function templateOf(text: string): CardTemplates {
  const { render, faults } = readCard('templates/cards/x.md', text);
  if (render === undefined) throw new Error(JSON.stringify(faults));
  return { names: ['x'], render: (name, scope) => (name === 'x' ? render(scope) : undefined) };
}

const OPENED = incident().openedAt;
export const NOW = OPENED + 12_000;

/** The states that every template is drawn in. `running`: firing, with a runbook that runs. */
export const STATES = ['critical', 'warning', 'flapping', 'running', 'acknowledged', 'resolved'] as const;
export type State = (typeof STATES)[number];

export function inState(state: State, by: Actor): Partial<Incident> {
  switch (state) {
    case 'critical':
    case 'running':
      return {};
    case 'warning':
      return { severity: 'warning' };
    case 'flapping':
      return { flapping: true };
    case 'acknowledged':
      return { status: 'acknowledged', owner: by, acknowledgedAt: NOW };
    case 'resolved':
      return { status: 'resolved', resolvedBy: by, resolvedAt: OPENED + 250_000 };
  }
}

export const offer = (changes: Partial<RunbookOffer> = {}): RunbookOffer => ({
  name: 'restart-api',
  label: 'Restart API',
  about: '',
  inputs: [],
  approve: 0,
  digest: '',
  ...changes,
});

export const runBy = (by: Actor, changes: Partial<Run> = {}): Run => ({
  id: 'run1',
  incident: incident().id,
  runbook: 'restart-api',
  label: 'Restart API',
  state: 'running',
  by,
  inputs: {},
  digest: '',
  approvals: 0,
  requestedAt: OPENED,
  startedAt: OPENED,
  timeoutAt: OPENED + 120_000,
  summary: '',
  output: 'draining api-1\nrestarting api-1\n',
  values: {},
  ...changes,
});

export interface Told {
  readonly state?: State;
  readonly template?: string;
  readonly templates?: CardTemplates;
  readonly incident?: Partial<Incident>;
  readonly run?: Partial<Run>;
  readonly runbooks?: readonly RunbookOffer[];
  readonly mention?: readonly Principal[];
}

/** Cards as the bridge makes them: a real template, the real buttons. `by`: who acts on that platform. */
export function cardsFor(platform: string, by: Actor): (told?: Told) => Card {
  return (told = {}) => {
    const { state = 'critical', template = 'incident', templates = shipped, mention = [] } = told;
    const { runbooks = [offer()] } = told;
    const drawn = incident({ ...inState(state, by), ...told.incident });
    const runs = state === 'running' ? [runBy(by, told.run)] : [];
    const offers = offersOf({ incident: drawn, runs, runbooks });
    return makeCard(
      { incident: drawn, runs, ...offers, template, mention, platform, route: 'ROUTE_DEFAULT', now: NOW },
      templates,
    ).card;
  };
}
