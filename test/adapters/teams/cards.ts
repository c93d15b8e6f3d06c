import { join } from 'node:path';
import { offersOf } from '../../../src/actions/index.ts';
import type { Actor, Card, Incident, Principal, Run } from '../../../src/domain/model.ts';
import type { RunbookOffer } from '../../../src/domain/ports.ts';
import { makeCard } from '../../../src/formatter/card.ts';
import { type CardTemplates, loadCards, readCard } from '../../../src/templates/cards.ts';
import { incident } from '../../templates/incident.ts';

export const shipped: CardTemplates = (await loadCards(join(import.meta.dirname, '../../../templates/cards')))
  .templates;

export const maya: Actor = { platform: 'teams', id: '0b1c2d3e-0000-4000-8000-00000000000a', name: 'Maya Ortiz' };
export const ONCALL: Principal = { platform: 'teams', kind: 'person', id: maya.id };
export const OPENED = incident().openedAt;
export const NOW = OPENED + 12_000;

/** The states that every template is drawn in. `running`: firing, with a runbook that runs. */
export const STATES = {
  critical: {},
  warning: { severity: 'warning' },
  flapping: { flapping: true },
  running: {},
  acknowledged: { status: 'acknowledged', owner: maya, acknowledgedAt: NOW },
  resolved: { status: 'resolved', resolvedBy: maya, resolvedAt: OPENED + 250_000 },
} as const satisfies Readonly<Record<string, Partial<Incident>>>;
export type State = keyof typeof STATES;

export const offer = (changes: Partial<RunbookOffer> = {}): RunbookOffer => ({
  name: 'restart-api',
  label: 'Restart API',
  about: '',
  inputs: [],
  approve: 0,
  digest: '',
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

/** A card as the bridge makes it: a real template, the real buttons. */
export function cardOf(told: Told = {}): Card {
  const { state = 'critical', template = 'incident', templates = shipped, mention = [] } = told;
  const { runbooks = [offer()] } = told;
  const drawn = incident({ ...STATES[state], ...told.incident });
  const runs = state === 'running' ? [run(told.run)] : [];
  const offers = offersOf({ incident: drawn, runs, runbooks });
  return makeCard(
    { incident: drawn, runs, ...offers, template, mention, platform: 'teams', route: 'ROUTE_DEFAULT', now: NOW },
    templates,
  ).card;
}

/** One template, called `x`. */
export function templateOf(text: string): CardTemplates {
  const { render, faults } = readCard('templates/cards/x.md', text);
  if (render === undefined) throw new Error(JSON.stringify(faults));
  return { names: ['x'], render: (_, scope) => render(scope) };
}

const run = (changes: Partial<Run> = {}): Run => ({
  id: 'run1',
  incident: incident().id,
  runbook: 'restart-api',
  label: 'Restart API',
  state: 'running',
  by: maya,
  inputs: {},
  digest: '',
  approvals: 0,
  requestedAt: OPENED,
  startedAt: OPENED,
  timeoutAt: OPENED + 120_000,
  summary: '',
  output: 'draining api-1\nrestarting  api-1\n',
  values: {},
  ...changes,
});
