import type { IncidentView } from '../domain/model.ts';

const time = (at: number | undefined): string | null => (at === undefined ? null : new Date(at).toISOString());

/** An incident as /api shows it. Times are RFC 3339, in UTC; what is not is null. */
export function incidentJson({ incident, timeline, deliveries, runs }: IncidentView) {
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
    owner: incident.owner ?? null,
    openedAt: time(incident.openedAt),
    acknowledgedAt: time(incident.acknowledgedAt),
    resolvedAt: time(incident.resolvedAt),
    snoozedUntil: time(incident.snoozedUntil),
    count: incident.count,
    flapping: incident.flapping,
    revision: incident.revision,
    why: incident.why,
    timeline: timeline.map(({ at, kind, actor, text }) => ({ at: time(at), kind, actor, text })),
    deliveries: deliveries.map((delivery) => ({
      id: delivery.id,
      destination: delivery.destination,
      route: delivery.route,
      state: delivery.state,
      wanted: delivery.wanted,
      delivered: delivery.delivered,
      attempt: delivery.attempt,
      retryAt: time(delivery.retryAt),
      message: delivery.message ?? null,
      error: delivery.error ?? null,
    })),
    runs: runs.map((run) => ({
      id: run.id,
      runbook: run.runbook,
      label: run.label,
      state: run.state,
      by: run.by,
      startedAt: time(run.startedAt),
      endedAt: time(run.endedAt),
      timeoutAt: time(run.timeoutAt),
      output: run.output,
      summary: run.summary,
    })),
  };
}
