import type { Actor, Incident, Run, Status } from '../src/domain/model.ts';

const OPENED = Date.UTC(2026, 10, 24, 12);
const MAYA: Actor = { platform: 'slack', tenant: 'T1', id: 'U1', name: 'Maya Ortiz' };

/** An outage as monitors tell it: labels, an address, signs that every platform must escape. */
export function incidentIn(status: Status): Incident {
  const acknowledged = { owner: MAYA, acknowledgedAt: OPENED + 30_000 };
  const resolved = { resolvedAt: OPENED + 250_000, resolvedBy: MAYA };
  return {
    ...{ id: '01k0000000000000', key: 'alertmanager:5f2b', source: 'alertmanager', status, severity: 'critical' },
    title: 'PostgreSQL replication lag on db-7 (eu-west_1)',
    brief: 'lag > 300 s, 2 of 3 replicas',
    text: 'Replica *db-7* is 412 s behind `db-1`.\nWrites: 1,204/s; see https://wiki.example/pg_lag#runbook & the dashboard <Postgres / Lag>.',
    monitor: 'PostgreSQL replication',
    url: 'https://alerts.example/#/alerts?filter={alertname="PgLag"}',
    labels: {
      ...{ alertname: 'PgLag', instance: 'db-7.eu-west-1.example:9187', database: 'orders', team: 'payments' },
      ...{ env: 'production', runbook_url: 'https://wiki.example/pg_lag', 'app.kubernetes.io/name': 'postgres' },
    },
    ...(status === 'firing' ? {} : acknowledged),
    ...(status === 'resolved' ? resolved : {}),
    ...{ openedAt: OPENED, lastEventAt: OPENED, count: 4, flips: [], flapping: false, revision: 3, why: [] },
  };
}

/** While it is acknowledged a runbook runs. */
export function runOf(status: Status): readonly Run[] {
  if (status !== 'acknowledged') return [];
  const output = Array.from({ length: 40 }, (_, n) => `replaying segment ${n} of 40`).join('\n');
  return [
    {
      ...{ id: '01k0000000000001', incident: '01k0000000000000', runbook: 'replay', label: 'Replay the log' },
      ...{ state: 'running', by: MAYA, inputs: {}, digest: '', approvals: 0, summary: '', output, values: {} },
      ...{ requestedAt: OPENED + 31_000, startedAt: OPENED + 31_000, timeoutAt: OPENED + 151_000 },
    },
  ];
}
