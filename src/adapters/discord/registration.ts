import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { DeliveryError } from '../../domain/errors.ts';
import type { Clock, Log } from '../../domain/ports.ts';
import { COMMAND } from './commands.ts';
import type { Ask } from './connect.ts';

const ANSWER_WITHIN_MS = 10_000;
const AGAIN_FIRST_MS = 5_000;
const AGAIN_LONGEST_MS = 600_000;

/** What Discord says of a command, as far as it is compared. */
const known = z.object({
  type: z.number(),
  name: z.string(),
  description: z.string(),
  options: z.array(z.object({ type: z.number(), name: z.string(), description: z.string() })).catch([]),
  contexts: z.array(z.number()).nullish(),
  integration_types: z.array(z.number()).nullish(),
});

/** Makes `/tocsin` known to Discord. Cards and presses do not wait for it, and go on without it. */
export function createRegistration(
  ask: Ask,
  { clock, log, stopping }: { readonly clock: Clock; readonly log: Log; readonly stopping: AbortSignal },
): { loggedIn(application: string): void } {
  let isTrying = false;
  let told: string | undefined; // why it was not done, the last time

  /** Others of the application are left alone; one of this name is replaced where it is another. */
  async function register(application: string): Promise<void> {
    const path = `/applications/${application}/commands` as const;
    const deadline = () => AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_WITHIN_MS)]);
    const commands = await ask('ask', z.array(z.unknown()), 'get', path, deadline());
    if (commands.some((command) => isDeepStrictEqual(known.safeParse(command).data, COMMAND))) return;
    await ask('ask', z.unknown(), 'post', path, deadline(), COMMAND);
    log.info({ command: COMMAND.name }, 'Discord knows the command');
  }

  async function keepTrying(application: string): Promise<void> {
    for (let failures = 0; !stopping.aborted; failures++) {
      try {
        await register(application);
        told = undefined;
        return;
      } catch (error) {
        if (stopping.aborted) return;
        const { message, reason, retryAfter = 0 } = (error as DeliveryError).failure;
        if (message !== told) log.warn({ reason: message, cure: CURE }, 'the command is not registered with Discord'); // once for each reason
        told = message;
        if (!PASSING.includes(reason)) return; // until the next login
        const wait = Math.max(retryAfter, Math.min(AGAIN_FIRST_MS * 2 ** failures, AGAIN_LONGEST_MS));
        await clock.wait(wait, stopping).catch(() => {});
      }
    }
  }

  return {
    loggedIn(application) {
      if (isTrying) return;
      isTrying = true;
      void keepTrying(application).finally(() => {
        isTrying = false;
      });
    },
  };
}

const PASSING: readonly string[] = ['limited', 'unavailable', 'unknown_outcome'];

const CURE = `/${COMMAND.name} may be missing until then. Open the invitation that tocsin check prints once more: it holds the scope applications.commands.`;
