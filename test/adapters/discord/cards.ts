import { join } from 'node:path';
import { offersOf } from '../../../src/actions/index.ts';
import type { DiscordMessage } from '../../../src/adapters/discord/message.ts';
import type { Actor, Button, Card, Incident, Principal, Run } from '../../../src/domain/model.ts';
import type { RunbookOffer } from '../../../src/domain/ports.ts';
import { makeCard } from '../../../src/formatter/card.ts';
import { type CardTemplates, loadCards, readCard } from '../../../src/templates/cards.ts';
import { incident } from '../../templates/incident.ts';

export const shipped: CardTemplates = (await loadCards(join(import.meta.dirname, '../../../templates/cards')))
  .templates;

/** A template from its text, under the name `x`. */
export const templatesOf = (text: string): CardTemplates => {
  const { render } = readCard('templates/cards/x.md', text);
  return { names: ['x'], render: (name, scope) => (name === 'x' ? render?.(scope) : undefined) };
};

export const maya: Actor = { platform: 'discord', id: '80351110224678912', name: 'Maya Ortiz' };
export const ONCALL: Principal = { platform: 'discord', kind: 'group', id: '165511591545143296' };
const OPENED = incident().openedAt;
export const NOW = OPENED + 12_000;

export const offer = (name: string, label = name): RunbookOffer => ({
  name,
  label,
  about: '',
  inputs: [],
  approve: 0,
  digest: '',
});

export const STATES = ['critical', 'warning', 'flapping', 'running', 'acknowledged', 'resolved'] as const;
export type State = (typeof STATES)[number];

const CHANGES: Readonly<Record<State, Partial<Incident>>> = {
  critical: {},
  warning: { severity: 'warning' },
  flapping: { flapping: true },
  running: {},
  acknowledged: { status: 'acknowledged', owner: maya, acknowledgedAt: NOW },
  resolved: { status: 'resolved', resolvedBy: maya, resolvedAt: OPENED + 250_000 },
};

export const run = (changes: Partial<Run> = {}): Run => ({
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

/** A card as the bridge makes it: real template, real buttons. */
export function cardOf(told: Told = {}): Card {
  const {
    state = 'critical',
    template = 'incident',
    templates = shipped,
    runbooks = [offer('restart-api', 'Restart API')],
    mention = [],
  } = told;
  const shown = incident({ ...CHANGES[state], ...told.incident });
  const runs = state === 'running' ? [run(told.run)] : [];
  const offers = offersOf({ incident: shown, runs, runbooks });
  return makeCard(
    { incident: shown, runs, ...offers, template, mention, platform: 'discord', route: 'ROUTE_DEFAULT', now: NOW },
    templates,
  ).card;
}

export const embedOf = (json: unknown) => (json as DiscordMessage).embeds[0]!;
export const button = (action: string, argument?: string, label = action): Button => ({
  action,
  label,
  ...(argument === undefined ? {} : { argument }),
});
