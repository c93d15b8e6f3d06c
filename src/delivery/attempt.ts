import { DeliveryError, type Failure } from '../domain/errors.ts';
import type { Serving } from './serving.ts';

/** Longer than any answer worth having, and short enough that a lease of 30 s outlives it. */
const ATTEMPT_MS = 10_000;
const MESSAGE_CHARACTERS = 300;

export type Call = 'post' | 'find' | 'edit' | 'reply';

/**
 * One call of a platform, counted. Ends at the deadline even where the platform's promise never does, and throws
 * DeliveryError only.
 */
export async function attempt<T>(
  call: Call,
  serving: Pick<Serving, 'platform' | 'clock' | 'halt' | 'log' | 'metrics'>,
  make: (deadline: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  const late = new AbortController();
  serving.clock.wait(ATTEMPT_MS, ended.signal).then(
    () => late.abort(new Error(`No answer within ${ATTEMPT_MS / 1_000} s`)),
    () => {}, // it ended in time
  );
  const deadline = AbortSignal.any([late.signal, serving.halt]);
  try {
    const answer = await Promise.race([aborted(deadline, ended.signal), Promise.try(make, deadline)]);
    serving.metrics.attempted(serving.platform, 'ok');
    return answer;
  } catch (error) {
    const failed =
      error instanceof DeliveryError ? error : new DeliveryError(unforeseen(call, error), { cause: error });
    // Only messages are logged: an SDK's error may carry the request, and the request its token.
    if (failed !== error) serving.log.warn({ call, error: messageOf(error), cause: causeOf(error) }, 'attempt failed');
    serving.metrics.attempted(serving.platform, failed.failure.reason);
    throw failed;
  } finally {
    ended.abort();
  }
}

function aborted(signal: AbortSignal, ended: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true, signal: ended });
  });
}

/** Only a post that is repeated shows twice. */
function unforeseen(call: Call, error: unknown): Failure {
  const reason = call === 'post' ? 'unknown_outcome' : 'unavailable';
  return { reason, scope: 'channel', message: messageOf(error) };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, MESSAGE_CHARACTERS);
}

function causeOf(error: unknown): string | undefined {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : undefined;
}
