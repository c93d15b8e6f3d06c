import { z } from 'zod';
import type { Clock } from '../../domain/ports.ts';
import type { TeamsEnv } from './platform.ts';

const ANSWER_WITHIN_MS = 5_000;
const AGAIN_AFTER_MS = 60_000; // keys are published long before they are used

const published = z.object({
  keys: z.array(z.object({ kid: z.string(), endorsements: z.array(z.string()).optional() })),
});

/** The names of the keys that may sign for Teams. */
export interface Keys {
  /** Rejects where nobody tells them. */
  have(kid: string): Promise<boolean>;
}

/**
 * The SDK asks for the keys anew with every name that it does not know, which anybody can make up, and takes a key that is endorsed for
 * another channel. https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#connector-to-bot-step-4
 */
export function createKeys({ keysUrl }: Pick<TeamsEnv, 'keysUrl'>, clock: Clock): Keys {
  let asked: { readonly at: number; readonly names: Promise<ReadonlySet<string>> } | undefined;

  async function ask(): Promise<ReadonlySet<string>> {
    const answer = await fetch(keysUrl, { redirect: 'error', signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    const { keys } = published.parse(await answer.json());
    return new Set(keys.filter(({ endorsements }) => endorsements?.includes('msteams') ?? true).map(({ kid }) => kid));
  }

  return {
    async have(kid) {
      if ((await asked?.names)?.has(kid)) return true;
      if (asked === undefined || clock.monotonic() - asked.at >= AGAIN_AFTER_MS) {
        const asking = { at: clock.monotonic(), names: ask() };
        asked = asking;
        asking.names.catch(() => {
          if (asked === asking) asked = undefined;
        });
      }
      return (await asked.names).has(kid);
    },
  };
}
