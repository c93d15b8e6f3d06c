import type { Failure } from '../domain/errors.ts';
import type { Delivery, Step } from '../domain/ports.ts';
import { decide, passes } from './backoff.ts';
import { bury, told } from './bury.ts';
import { deliver } from './deliver.ts';
import { nextOf } from './pace.ts';
import { BATCH, type Reached, type Serving } from './serving.ts';

/** An item that failed this often lets its neighbours go first. */
const STEP_BACK_AFTER_ATTEMPTS = 3;
const STEP_BACK_MS = 1_000;

/** Deliveries of a lost lane that are looked at after each failure. */
const MOST_TOLD = 500;

/** Serves a platform over the network: always the newest state of the oldest one. Answers for how many milliseconds the lane must wait. */
export async function send(reached: Reached, serving: Serving): Promise<number | undefined> {
  const { clock, health, lane, platform } = serving;
  let last: Step | undefined;
  while (!serving.stopping.aborted) {
    const accountPause = health.accountPause(platform, clock.monotonic());
    if (accountPause > 0) return accountPause;
    const turn = await nextOf(reached, serving, last);
    if (turn === undefined) return undefined;
    if (typeof turn === 'number') {
      await clock.wait(turn, serving.stopping).catch(() => {}); // stopping: the loop ends
      await serving.hold.confirm();
      continue;
    }
    const { delivery } = turn;
    last = turn.step;
    const failure = await deliver(turn, reached, serving);
    if (failure !== undefined) {
      const pause = await failed(delivery, failure, serving);
      if (pause !== undefined) return pause;
    } else if (health.worked(platform, lane.destination, delivery.attempt, clock.monotonic())) {
      await told(serving.back(delivery), serving.log);
    }
  }
  return undefined;
}

/** Settles a failure. Answers for how long the lane waits; undefined: the next one may go. */
async function failed(delivery: Delivery, failure: Failure, serving: Serving): Promise<number | undefined> {
  const { clock, health, lane, platform } = serving;
  const random = serving.random();
  const verdict = decide(failure, delivery.attempt, clock.now(), random, delivery.waitingSince);
  const { pause, lost } =
    passes(failure) && failure.scope !== 'message'
      ? health.failed(platform, lane.destination, failure, clock.monotonic(), random)
      : { pause: undefined, lost: false };
  if ('dead' in verdict) {
    await dead(delivery, failure, serving);
    return pause;
  }
  const attempt = delivery.attempt + 1;
  const stepBack = failure.reason !== 'limited' && attempt >= STEP_BACK_AFTER_ATTEMPTS ? STEP_BACK_MS : 0;
  const retryIn = Math.max(verdict.retryIn, pause ?? 0) + stepBack;
  serving.log.warn({ delivery: delivery.id, failure, attempt, retryIn }, 'not delivered yet');
  await serving.hold.settle([{ delivery: delivery.id, failure, retryIn }]);
  if (lost) await tellLost(delivery, failure, serving);
  return pause;
}

/** While a destination is lost, each incident that waits there for its first card is told elsewhere, once. */
async function tellLost(
  delivery: Delivery,
  failure: Failure,
  { health, lanes, lane, lost, log }: Serving,
): Promise<void> {
  const waiting = (await lanes.due(lane, MOST_TOLD)).filter(
    (one) => one.message === undefined && one.id !== delivery.id,
  );
  for (const one of [delivery, ...waiting])
    if (health.untold(lane.destination, one.id)) await told(lost(one, failure), log);
}

/** What keeps one post out keeps out all that wait here: nobody gains by asking for each. */
async function dead(delivery: Delivery, failure: Failure, serving: Serving): Promise<void> {
  await bury([delivery], failure, serving);
  const closed = failure.reason === 'forbidden' || failure.reason === 'misconfigured';
  if (!closed || delivery.message !== undefined) return;
  serving.health.closed(serving.lane.destination);
  const due = await serving.lanes.due(serving.lane, BATCH);
  const waiting = due.filter((one) => one.message === undefined);
  await bury(waiting, failure, serving);
}
