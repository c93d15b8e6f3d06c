import type { Selectable } from 'kysely';
import { isLocal } from '../domain/destination.ts';
import type { DeliveryState, DeliveryView, Incident, Line, Run } from '../domain/model.ts';
import type { Tables } from './tables.ts';

type Row<T extends keyof Tables> = Selectable<Tables[T]>;

export function incidentOf(row: Pick<Row<'incidents'>, 'data' | 'revision'>): Incident {
  return { ...JSON.parse(row.data), revision: row.revision };
}

export function lineOf(row: Row<'lines'>): Line {
  return {
    at: row.at,
    kind: row.kind as Line['kind'],
    actor: JSON.parse(row.actor),
    text: row.text,
    ...(row.detail !== null && { detail: row.detail }),
    tell: row.tell as Line['tell'],
    ...(row.audience !== null && (JSON.parse(row.audience) as Pick<Line, 'channels' | 'mention'>)),
  };
}

export function runOf(row: Pick<Row<'runs'>, 'data' | 'output'>): Run {
  return { ...JSON.parse(row.data), output: row.output };
}

/** `revision`: of its incident. */
export function deliveryViewOf(
  row: Row<'deliveries'> & { readonly remote: string | null },
  revision: number,
): DeliveryView {
  const state: DeliveryState =
    row.dead === 1 ? 'dead' : row.due_at === null ? 'delivered' : row.attempt > 0 ? 'retrying' : 'waiting';
  return {
    id: row.id,
    destination: row.destination,
    route: row.route,
    options: JSON.parse(row.options),
    state,
    wanted: isLocal(row.destination) ? revision : row.wanted,
    delivered: isLocal(row.destination) ? revision : row.shown,
    attempt: row.attempt,
    ...(state === 'retrying' && row.due_at !== null && { retryAt: row.due_at }),
    ...(row.remote !== null && { message: JSON.parse(row.remote) }),
    ...(row.error !== null && { error: row.error }),
  };
}
