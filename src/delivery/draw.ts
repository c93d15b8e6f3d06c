import type { Adapter, Delivery, Outcome, Rendered } from '../domain/ports.ts';
import { BATCH, type Serving } from './serving.ts';

/** A local adapter draws from the store itself, so no card is made for it. */
const NOTHING: Rendered = { json: null, cut: [], faults: [] };

/** Serves a local adapter: nothing can be ambiguous, so whole batches are settled at once. */
export async function draw(adapter: Adapter, serving: Serving): Promise<undefined> {
  while (!serving.stopping.aborted) {
    const due = await serving.lanes.due(serving.lane, BATCH);
    if (due.length === 0) return;
    await serving.hold.settle(await Promise.all(due.map((delivery) => drawn(delivery, adapter, serving))));
    const now = serving.clock.now();
    for (const { waitingSince } of due) {
      serving.metrics.attempted(serving.platform, 'ok');
      serving.metrics.delivered(serving.platform, Math.max(0, now - waitingSince) / 1_000);
    }
  }
}

async function drawn(delivery: Delivery, adapter: Adapter, serving: Serving): Promise<Outcome> {
  const target = { channel: serving.channel, once: `${delivery.id}.${delivery.generation}`, deadline: serving.halt };
  const message = delivery.message ?? (await adapter.post(target, NOTHING));
  const last = delivery.lines.at(-1);
  return { delivery: delivery.id, message, shown: delivery.incident.revision, ...(last && { told: last.seq }) };
}
