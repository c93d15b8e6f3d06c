import type { PlatformConfig } from '../config/platforms.ts';
import { DeliveryError, type Fault } from '../domain/errors.ts';

const ANSWER_WITHIN_MS = 10_000;

/** What a platform says of the bridge. */
export interface Answer {
  readonly platform: string;
  readonly who: string | null; // null: it did not answer, or did not know us
  readonly faults: readonly Fault[];
}

/** Asks every platform that can be asked who the bridge is there, and what it lacks. Never rejects. */
export function askPlatforms(platforms: readonly PlatformConfig[]): Promise<readonly Answer[]> {
  return Promise.all(
    platforms.flatMap(({ platform: { name, identify }, env }) =>
      identify === undefined ? [] : [ask(name, identify(env, AbortSignal.timeout(ANSWER_WITHIN_MS)))],
    ),
  );
}

async function ask(
  platform: string,
  asking: Promise<{ readonly who: string; readonly faults: readonly Fault[] }>,
): Promise<Answer> {
  try {
    return { platform, ...(await asking) };
  } catch (error) {
    const { message, cure = 'try again when it can be reached' } =
      error instanceof DeliveryError ? error.failure : { message: (error as Error).message };
    return { platform, who: null, faults: [{ place: platform, message, cure }] };
  }
}
