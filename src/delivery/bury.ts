import type { Failure } from '../domain/errors.ts';
import type { Delivery, Log } from '../domain/ports.ts';
import type { Serving } from './serving.ts';

/** Each becomes a dead letter that says the cure, and people are told elsewhere. The lane itself goes on. */
export async function bury(deliveries: readonly Delivery[], failure: Failure, serving: Serving): Promise<undefined> {
  if (deliveries.length === 0) return;
  await serving.hold.settle(deliveries.map(({ id }) => ({ delivery: id, failure })));
  for (const delivery of deliveries) {
    serving.log.error(
      { delivery: delivery.id, incident: delivery.incident.id, failure },
      'not delivered, a dead letter',
    );
    await told(serving.lost(delivery, failure), serving.log);
  }
}

/** Telling people elsewhere may fail without harm to the lane. */
export async function told(telling: Promise<void>, log: Log): Promise<void> {
  await telling.catch((err: unknown) => log.error({ err }, 'a lost or recovered destination could not be told'));
}
