import { addressOf } from '../domain/destination.ts';
import type { Failure } from '../domain/errors.ts';
import type { Lane } from '../domain/ports.ts';
import { bury } from './bury.ts';
import { holdLane, LaneEnded } from './hold.ts';
import { send } from './send.ts';
import { BATCH, type LaneOptions, type Serving } from './serving.ts';

/** After a fault of our own (the store is away) a lane is left alone for this long. */
const FAULT_PAUSE_MS = 2_000;

/** Serves a claimed lane, one delivery after the other, until nothing is due or it must wait; then releases it. */
export async function serveLane(
  lane: Lane,
  options: LaneOptions & Pick<Serving, 'health' | 'stopping' | 'halt'>,
): Promise<void> {
  const log = options.log.child({ destination: lane.destination });
  const hold = holdLane(lane, { ...options, log });
  let pause: number | undefined;
  try {
    pause = await serve({ ...options, ...addressOf(lane.destination), lane, hold, log });
  } catch (error) {
    if (error instanceof LaneEnded && error.why === 'lost')
      return log.warn('another process has the lane, its result is dropped');
    if (!(error instanceof LaneEnded)) {
      log.error({ err: error }, 'the lane could not be served');
      pause = FAULT_PAUSE_MS;
    }
  }
  // Where this fails too, the lease ends by itself.
  await options.lanes.release(lane, pause).catch((err: unknown) => log.warn({ err }, 'the lane was not released'));
}

/** Answers for how many milliseconds the lane must wait. */
async function serve(serving: Serving): Promise<number | undefined> {
  const reached = serving.adapters.get(serving.platform);
  if (reached === undefined) return bury(await serving.lanes.due(serving.lane, BATCH), notConfigured(serving), serving);
  return send(reached, serving);
}

function notConfigured({ platform, lane: { destination } }: Serving): Failure {
  const variables = `${platform.toUpperCase().replaceAll('-', '_')}_…`;
  return {
    reason: 'misconfigured',
    scope: 'channel',
    message: `No chat platform "${platform}" is configured for ${destination}`,
    cure: `Set its variables (${variables}; .env.example lists them) and replay, or take ${destination} out of the routes.`,
  };
}
