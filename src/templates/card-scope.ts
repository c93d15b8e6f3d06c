import { cut, cutStart } from '../domain/cut.ts';
import type { Actor, Incident, Run, Texts } from '../domain/model.ts';
import type { ScopeSchema, Shape } from './scope.ts';

/** What a card's template sees: the incident as `/api/incidents` shows it, with times in RFC 3339 and null for what is absent. */
export function cardScope(
  incident: Incident,
  runs: readonly Run[],
  where: { readonly platform: string; readonly route: string },
): Readonly<Record<string, unknown>> {
  const labels = boundedTexts(incident.labels);
  return {
    incident: {
      id: incident.id,
      key: bounded(incident.key),
      source: incident.source,
      status: incident.status,
      severity: incident.severity,
      title: bounded(incident.title),
      brief: bounded(incident.brief),
      text: bounded(incident.text),
      monitor: bounded(incident.monitor),
      labels,
      url: incident.url === undefined ? null : bounded(incident.url),
      owner: person(incident.owner),
      acknowledgedAt: time(incident.acknowledgedAt),
      openedAt: time(incident.openedAt),
      resolvedAt: time(incident.resolvedAt),
      resolvedBy: person(incident.resolvedBy),
      snoozedUntil: time(incident.snoozedUntil),
      count: incident.count,
      flapping: incident.flapping,
      revision: incident.revision,
      runs: runs.slice(0, MAX_RUNS).map((run) => ({
        id: run.id,
        runbook: run.runbook,
        label: bounded(run.label),
        state: run.state,
        by: person(run.by),
        startedAt: time(run.startedAt),
        endedAt: time(run.endedAt),
        timeoutAt: time(run.timeoutAt),
        output: cutStart(run.output, MAX_VALUE_CHARACTERS),
        summary: bounded(run.summary),
      })),
    },
    labels,
    platform: where.platform,
    route: where.route,
  };
}

const PERSON: Shape = { platform: 'value', tenant: 'value', id: 'value', name: 'value' };

/** The names in it. */
export const CARD_SCOPE = {
  incident: {
    ...{
      id: 'value',
      key: 'value',
      source: 'value',
      status: 'value',
      severity: 'value',
      title: 'value',
      brief: 'value',
    },
    ...{ text: 'value', monitor: 'value', labels: 'any', url: 'value', owner: PERSON, acknowledgedAt: 'value' },
    ...{ openedAt: 'value', resolvedAt: 'value', resolvedBy: PERSON, snoozedUntil: 'value', count: 'value' },
    ...{ flapping: 'value', revision: 'value', runs: 'any' },
  },
  labels: 'any',
  platform: 'value',
  route: 'value',
} as const satisfies ScopeSchema;

const MAX_LABELS = 64;
const MAX_RUNS = 20;
const MAX_VALUE_CHARACTERS = 8 * 1024;

const bounded = (text: string): string => cut(text, MAX_VALUE_CHARACTERS);
const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());
const person = (actor: Actor | undefined) =>
  actor ? { platform: actor.platform, tenant: actor.tenant ?? null, id: actor.id, name: bounded(actor.name) } : null;

/** Without a prototype: a label may be called `constructor`. */
function boundedTexts(texts: Texts): Texts {
  const out: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(texts).slice(0, MAX_LABELS)) out[bounded(name)] = bounded(value);
  return out;
}
