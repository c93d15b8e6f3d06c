import type { Delivery, Step } from '../domain/ports.ts';
import type { Reached, Serving } from './serving.ts';

const LONGEST_WAIT_MS = 500; // then it is looked again: what came meanwhile may go first
const STEPS: readonly Step[] = ['post', 'edit', 'reply'];
/** A card does not wait for what is said in the threads of others, which does not wait for ever either. */
const THREADS_WAIT_MS = 60_000;

/** The delivery whose turn it is, or how long none may go; undefined: none is due. A new card does not wait behind edits, nor they behind it. */
export async function nextOf({ adapter }: Reached, serving: Serving): Promise<Delivery | number | undefined> {
  const { lanes, lane, channel } = serving;
  if (adapter.pace === undefined) return (await lanes.due(lane, 1))[0];
  const next = await Promise.all(STEPS.map(async (step) => ({ step, due: await lanes.due(lane, 1, step) })));
  const waiting = next
    .flatMap(({ step, due }) => due.map((delivery) => ({ step, delivery })))
    .map(({ step, delivery }) => ({
      delivery,
      wait: adapter.pace?.(step, channel) ?? 0,
      since: delivery.waitingSince + (step === 'reply' && !isToChannel(delivery) ? THREADS_WAIT_MS : 0),
    }))
    .sort((a, b) => a.wait - b.wait || a.since - b.since);
  const [first] = waiting;
  if (first === undefined) return undefined;
  return first.wait > 0 ? Math.min(first.wait, LONGEST_WAIT_MS) : first.delivery;
}

/** Waits until the platform's limits allow one more of these. Throws LaneEnded where it may not be sent any more. */
export async function paced(
  step: Step,
  { reached, serving }: { readonly reached: Reached; readonly serving: Serving },
): Promise<void> {
  for (;;) {
    await serving.hold.confirm();
    const wait = reached.adapter.pace?.(step, serving.channel) ?? 0;
    if (wait <= 0) return;
    await serving.clock.wait(Math.min(wait, LONGEST_WAIT_MS), serving.stopping).catch(() => {}); // stopping: confirm says so
  }
}

const isToChannel = ({ lines: [line] }: Delivery): boolean => line?.tell === 'channel';
