import { durationText } from '../domain/duration.ts';
import type { Failure } from '../domain/errors.ts';
import { BRIDGE, type Line } from '../domain/model.ts';
import type { Delivery, NewDelivery } from '../domain/ports.ts';
import { replayable } from './moment.ts';
import { onIncident } from './on-incident.ts';
import type { Parts } from './parts.ts';

/** A destination: that it cannot be reached, and that it is back. */
export function createDestinations({ store, settings, clock }: Parts) {
  async function lost(delivery: Delivery, failure: Failure): Promise<void> {
    const { fallback } = settings();
    const moments = replayable(clock.now());
    await store.change({
      ids: [delivery.incident.id],
      decide: (found) => {
        const at = moments();
        const cure = failure.cure === undefined ? '' : ` ${failure.cure}`;
        const line: Line = {
          at: at.now,
          kind: 'delivery',
          actor: BRIDGE,
          text: `could not reach ${delivery.destination}: ${failure.message}.${cure}`,
          tell: 'thread',
        };
        const toFallback: readonly NewDelivery[] =
          fallback === undefined || fallback === delivery.destination
            ? []
            : [{ id: at.newId(), destination: fallback, route: 'FALLBACK_DESTINATION', options: delivery.options }];
        // The card before the line: so the fallback's thread is told why it got one.
        const toldThere = onIncident(found, delivery.incident.id, []).map((change) => ({
          ...change,
          deliveries: toFallback,
        }));
        const changes = onIncident(found, delivery.incident.id, [line]);
        return { changes: [...(toFallback.length > 0 ? toldThere : []), ...changes], answer: undefined };
      },
    });
  }

  async function back(delivery: Delivery): Promise<void> {
    const now = clock.now();
    const late = durationText(now - delivery.waitingSince);
    const text = `reached ${delivery.destination} again, ${late} late`;
    await store.change({
      ids: [delivery.incident.id],
      decide: (found) => ({
        changes: onIncident(found, delivery.incident.id, [
          { at: now, kind: 'delivery', actor: BRIDGE, text, tell: 'edit' },
        ]),
        answer: undefined,
      }),
    });
  }

  return { lost, back };
}
