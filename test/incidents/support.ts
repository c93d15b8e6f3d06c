import type { Actor, AlertEvent, Incident } from '../../src/domain/model.ts';
import type { Moment } from '../../src/domain/ports.ts';
import { fold } from '../../src/incidents/incident.ts';

export const monitor: Actor = { platform: 'monitor', id: 'wizstatus', name: 'WizStatus' };
export const maya: Actor = { platform: 'slack', tenant: 'T1', id: 'U1', name: 'Maya' };
export const jonas: Actor = { platform: 'discord', tenant: '5', id: '9', name: 'Jonas' };
export const from = { source: 'wizstatus', actor: monitor, digest: 'd1', labels: {} };

/** Noon, and minutes after it. */
export const NOON = Date.UTC(2026, 10, 24, 12);
export const minute = (minutes: number) => NOON + minutes * 60_000;

export function moment(now: number, id = 'new'): Moment {
  return { now, newId: () => id };
}

export function firing(minutes: number, more: Partial<AlertEvent> = {}): AlertEvent {
  return { key: '7', kind: 'firing', at: minute(minutes), title: 'Production API is down', labels: {}, ...more };
}

export function resolved(minutes: number, more: Partial<AlertEvent> = {}): AlertEvent {
  return { key: '7', kind: 'resolved', at: minute(minutes), title: 'Production API is up', labels: {}, ...more };
}

/** Folds that must change something; the store's part, the revision, is played along. */
export function folded(before: Incident | undefined, event: AlertEvent, now = event.at ?? NOON, id = 'new') {
  const result = fold(before, event, from, moment(now, id));
  if (result.kind !== 'changed') throw new Error(result.reason);
  return { ...result, incident: { ...result.incident, revision: (before?.revision ?? 0) + 1 } satisfies Incident };
}

/** An incident that began at noon. */
export function opened(more: Partial<Incident> = {}): Incident {
  return { ...folded(undefined, firing(0), NOON, 'first').incident, ...more };
}
