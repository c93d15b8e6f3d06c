import { hash } from 'node:crypto';
import { z } from 'zod';
import type { AlertEvent } from '../domain/model.ts';
import type { Source } from '../domain/ports.ts';
import { makeEvent } from './event.ts';
import { parseJson } from './json.ts';
import { severityOf } from './severity.ts';
import { number, shaped, text, texts } from './shape.ts';
import { verifyToken } from './signature.ts';
import { timeOf } from './time.ts';

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config, version 4 */
const alert = z
  .object({
    status: z.enum(['firing', 'resolved'], 'must be firing or resolved'),
    labels: texts,
    annotations: texts,
    startsAt: z.unknown().optional(),
    endsAt: z.unknown().optional(),
    generatorURL: text,
    fingerprint: text,
  })
  .refine(({ fingerprint, labels }) => fingerprint !== undefined || Object.keys(labels).length > 0, {
    message: 'is missing, and there are no labels to tell the alert by',
    path: ['fingerprint'],
  });
const payload = z.object({
  alerts: z.array(alert, 'must be a list'),
  groupKey: text,
  truncatedAlerts: number,
});
type Alert = z.output<typeof alert>;

export const alertmanager: Source = {
  name: 'alertmanager',
  label: 'Alertmanager',
  auth: 'secret as Bearer token or Basic password',
  verify: verifyToken,
  parse(request, now) {
    const { alerts, groupKey = '', truncatedAlerts = 0 } = shaped(payload, parseJson(request.body), 'Alertmanager');
    if (alerts.length === 0) return { kind: 'ignored', reason: 'The batch holds no alert.' };
    return { kind: 'events', events: alerts.map((one) => eventOf(one, groupKey, truncatedAlerts, now)) };
  },
  sign: (body, secret) => ({
    method: 'POST',
    query: new URLSearchParams(),
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body,
  }),
  sample(state, secret, now, what) {
    const name = what?.monitor ?? 'InstanceDown';
    const time = new Date(now).toISOString();
    const labels = { alertname: name, severity: 'critical', instance: 'db-7:9100' };
    const annotations = {
      summary: `${name} on db-7`,
      description: 'db-7:9100 has not answered for 5 minutes.',
    };
    const one = {
      status: state,
      labels,
      annotations,
      startsAt: time,
      endsAt: state === 'firing' ? '0001-01-01T00:00:00Z' : time,
      generatorURL: 'https://prometheus.example.com/graph?g0.expr=up+%3D%3D+0',
      fingerprint: what?.id ?? hash('sha256', name).slice(0, 16),
    };
    const body = {
      receiver: 'tocsin',
      status: state,
      alerts: [one],
      groupLabels: { alertname: name },
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: 'https://alertmanager.example.com',
      version: '4',
      groupKey: `{}:{alertname="${name}"}`,
      truncatedAlerts: 0,
    };
    return alertmanager.sign(Buffer.from(JSON.stringify(body)), secret, now);
  },
};

function eventOf(one: Alert, groupKey: string, truncated: number, now: number): AlertEvent {
  const { labels, annotations } = one;
  const name = labels.alertname ?? 'Alert without a name';
  const title = annotations.summary ?? name;
  const instance = labels.instance;
  return makeEvent({
    key: one.fingerprint ?? fingerprintOf(groupKey, labels),
    kind: one.status,
    at: timeOf(one.status === 'firing' ? one.startsAt : one.endsAt, now),
    title,
    brief: instance !== undefined && !title.includes(instance) ? instance : undefined,
    text: [annotations.description ?? annotations.message, truncatedText(truncated)].filter(Boolean).join('\n\n'),
    monitor: name,
    severity: severityOf(labels.severity),
    url: one.generatorURL,
    labels,
  });
}

/** Alertmanager before 0.19 sent no fingerprint: the group and the labels are the same in firing and resolved. */
function fingerprintOf(groupKey: string, labels: Alert['labels']): string {
  return hash('sha256', JSON.stringify([groupKey, Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]));
}

function truncatedText(count: number): string | undefined {
  if (count <= 0) return undefined;
  return `Alertmanager left out ${count} more alert${count === 1 ? '' : 's'} of this group (max_alerts).`;
}
