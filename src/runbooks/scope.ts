import type { IncidentView, Run, Texts } from '../domain/model.ts';
import { CARD_SCOPE, cardScope } from '../templates/card-scope.ts';
import type { ScopeSchema } from '../templates/liquid.ts';

/** What the Liquid strings of a runbook see for one run. */
export function runScope(view: IncidentView, run: Run) {
  const { incident } = view;
  const card = cardScope(incident, view.runs, { platform: run.by.platform, route: view.deliveries[0]?.route ?? '' });
  return {
    ...card,
    incident: card.incident,
    source: incident.source,
    severity: incident.severity,
    status: incident.status,
    title: incident.title,
    monitor: incident.monitor,
    url: incident.url ?? '',
    key: incident.key,
    inputs: run.inputs,
    actor: { platform: run.by.platform, tenant: run.by.tenant ?? null, id: run.by.id, name: run.by.name },
    values: valuesOf(view.runs),
  };
}

/** The names in it, for a runbook with these inputs. `secrets`: where its kind may insert them. */
export function runScopeWith(inputs: readonly string[], secrets?: readonly string[]): ScopeSchema {
  return {
    ...CARD_SCOPE,
    ...{
      source: 'value',
      severity: 'value',
      status: 'value',
      title: 'value',
      monitor: 'value',
      url: 'value',
      key: 'value',
    },
    inputs: Object.fromEntries(inputs.map((name) => [name, 'value'])),
    ...(secrets === undefined ? {} : { secrets: Object.fromEntries(secrets.map((name) => [name, 'value'])) }),
    actor: { platform: 'value', tenant: 'value', id: 'value', name: 'value' },
    values: 'any',
  };
}

/** What `keep:` sees. */
export const KEEP_SCOPE: ScopeSchema = { response: 'any' };

/** What earlier runs of the incident kept, by runbook: the newest run that kept something counts. */
function valuesOf(runs: readonly Run[]): Readonly<Record<string, Texts>> {
  const kept = runs.filter(({ values }) => Object.keys(values).length > 0);
  return Object.fromEntries(kept.map(({ runbook, values }) => [runbook, values]));
}
