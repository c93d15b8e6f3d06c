import type { Actor, DeliveryView, IncidentView, Line, Run } from '../domain/model.ts';

/** Characters of a run's output in lists and events; alone, an incident carries all that is kept. */
const OUTPUT_IN_LISTS = 4_000;

/** An incident as programs see it. Times are RFC 3339 UTC; what is not there is null. */
export function incidentJson(
  { incident, timeline, deliveries, runs }: IncidentView,
  whole: 'whole' | 'brief' = 'whole',
) {
  return {
    id: incident.id,
    key: incident.key,
    source: incident.source,
    status: incident.status,
    severity: incident.severity,
    title: incident.title,
    brief: incident.brief,
    text: incident.text,
    monitor: incident.monitor,
    labels: incident.labels,
    url: incident.url ?? null,
    owner: actorJson(incident.owner),
    openedAt: timeJson(incident.openedAt),
    resolvedAt: timeJson(incident.resolvedAt),
    count: incident.count,
    flapping: incident.flapping,
    revision: incident.revision,
    snoozedUntil: timeJson(incident.snoozedUntil),
    timeline: timeline.map(lineJson),
    deliveries: deliveries.map(deliveryJson),
    runs: runs.map((run) => runJson(run, whole)),
  };
}

export function actorJson(actor: Actor | undefined) {
  return actor === undefined
    ? null
    : { platform: actor.platform, tenant: actor.tenant ?? null, id: actor.id, name: actor.name };
}

export function timeJson(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

function lineJson({ at, kind, actor, text, detail }: Line) {
  return { at: timeJson(at), kind, actor: actorJson(actor), text, ...(detail !== undefined && { detail }) };
}

function deliveryJson({ destination, state, wanted, delivered, attempt, message, error }: DeliveryView) {
  return { destination, state, wanted, delivered, attempt, message: message ?? null, error: error ?? null };
}

function runJson(run: Run, whole: 'whole' | 'brief') {
  return {
    id: run.id,
    runbook: run.runbook,
    label: run.label,
    state: run.state,
    by: actorJson(run.by),
    startedAt: timeJson(run.startedAt),
    endedAt: timeJson(run.endedAt),
    timeoutAt: timeJson(run.timeoutAt),
    output: whole === 'whole' ? run.output : tailOf(run.output),
    summary: run.summary,
    ...(run.approvals > 0 && {
      approvals: {
        needed: run.approvals,
        until: timeJson(run.approveUntil),
        by: (run.approvedBy ?? []).map(({ by, at }) => ({ actor: actorJson(by), at: timeJson(at) })),
      },
    }),
  };
}

/** The end counts. What was cut begins with `…`, and with a whole character. */
function tailOf(output: string): string {
  if (output.length <= OUTPUT_IN_LISTS) return output;
  return `…${output.slice(1 - OUTPUT_IN_LISTS).replace(/^[\uDC00-\uDFFF]/, '')}`;
}
