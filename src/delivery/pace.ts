import type { Delivery } from '../domain/ports.ts';
import type { Reached, Serving } from './serving.ts';

const LONGEST_WAIT_MS = 500; // then it is looked again: what came meanwhile may go first

/** The delivery whose turn it is, or how long none may go; undefined: none is due. A new card does not wait behind edits, nor they behind it. */
export async function nextOf({ adapter }: Reached, serving: Serving): Promise<Delivery | number | undefined> {
  const { lanes, lane, channel } = serving;
  if (adapter.pace === undefined) return (await lanes.due(lane, 1))[0];
  const [[fresh], [posted]] = await Promise.all([lanes.due(lane, 1, 'new'), lanes.due(lane, 1, 'posted')]);
  const waiting = [fresh, posted]
    .filter((delivery) => delivery !== undefined)
    .map((delivery) => ({ delivery, wait: adapter.pace?.(callOf(delivery), channel) ?? 0 }))
    .sort((a, b) => a.wait - b.wait || a.delivery.waitingSince - b.delivery.waitingSince);
  const [first] = waiting;
  if (first === undefined) return undefined;
  return first.wait > 0 ? Math.min(first.wait, LONGEST_WAIT_MS) : first.delivery;
}

/** Waits until the platform's limits allow one more of these. Throws LaneEnded where it may not be sent any more. */
export async function paced(
  call: 'post' | 'edit' | 'reply',
  { reached, serving }: { readonly reached: Reached; readonly serving: Serving },
): Promise<void> {
  for (;;) {
    await serving.hold.confirm();
    const wait = reached.adapter.pace?.(call, serving.channel) ?? 0;
    if (wait <= 0) return;
    await serving.clock.wait(Math.min(wait, LONGEST_WAIT_MS), serving.stopping).catch(() => {}); // stopping: confirm says so
  }
}

function callOf({ message, shown, incident }: Delivery): 'post' | 'edit' | 'reply' {
  if (message === undefined) return 'post';
  return shown < incident.revision ? 'edit' : 'reply';
}
