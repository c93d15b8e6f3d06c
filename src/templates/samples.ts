import type { Actor, Incident, Run } from '../domain/model.ts';
import { cardScope } from './card-scope.ts';
import type { ParsedLiquid } from './liquid.ts';

/** Scopes of invented incidents, one for each state, with the labels that the templates name. */
export function sampleScopes(templates: readonly ParsedLiquid[]): readonly object[] {
  const labels = Object.fromEntries(templates.flatMap(labelsNamed).map((name) => [name, 'sample']));
  const at = { platform: 'console', route: 'ROUTE_DEFAULT' };
  const firing: Incident = { ...FIRING, labels: { ...FIRING.labels, ...labels } };
  const acknowledged: Incident = { ...firing, status: 'acknowledged', owner: MAYA, acknowledgedAt: OPENED + 30_000 };
  const resolved: Incident = { ...acknowledged, status: 'resolved', resolvedAt: OPENED + 250_000, resolvedBy: MAYA };
  // Each with a run: `incident.runs[0]` is no unknown name.
  return [firing, acknowledged, resolved].map((incident) => cardScope(incident, [RUN], at));
}

/** `labels.team` and `incident.labels.team` name `team`. */
function labelsNamed({ paths }: ParsedLiquid): readonly string[] {
  return paths.flatMap(({ segments }) => {
    const name = segments[0] === 'incident' ? segments[2] : segments[1];
    const ofLabels = segments[0] === 'labels' || segments[1] === 'labels';
    return ofLabels && typeof name === 'string' ? [name] : [];
  });
}

const OPENED = Date.UTC(2026, 0, 1);
const MAYA: Actor = { platform: 'console', tenant: 'sample', id: 'maya', name: 'Maya Ortiz' };

const FIRING: Incident = {
  id: '0000000000000000',
  key: 'wizstatus:42',
  source: 'wizstatus',
  status: 'firing',
  severity: 'critical',
  title: 'Production API is down',
  brief: 'us-east, HTTP 500',
  text: 'HTTP 500 after 2,500 ms from us-east.',
  monitor: 'Production API',
  url: 'https://example.com/',
  labels: { sample: 'sample' },
  openedAt: OPENED,
  lastEventAt: OPENED,
  count: 2,
  flips: [],
  flapping: false,
  revision: 1,
  why: [],
};

const RUN: Run = {
  id: '0000000000000001',
  incident: FIRING.id,
  runbook: 'restart-api',
  label: 'Restart API',
  state: 'running',
  by: MAYA,
  inputs: {},
  digest: '',
  approvals: 0,
  requestedAt: OPENED,
  startedAt: OPENED,
  timeoutAt: OPENED + 120_000,
  summary: '',
  output: 'restarting api-1',
  values: {},
};
