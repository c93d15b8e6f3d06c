import type { z } from 'zod';
import { DeliveryError } from '../../domain/errors.ts';
import { type Call, failureOf } from './failure.ts';
import type { Bot } from './sdk.ts';
import type { Tokens } from './tokens.ts';

export type Conversations = ReturnType<Bot['conversations']>;

/** Makes one call: what Teams answers, or a DeliveryError. */
export type Ask = <T>(
  kind: Call,
  schema: z.ZodType<T>,
  serviceUrl: string,
  deadline: AbortSignal,
  call: (api: Conversations) => Promise<unknown>,
) => Promise<T>;

export function createAsk(starting: () => Promise<Bot>, tokens: Tokens): Ask {
  return async (kind, schema, serviceUrl, deadline, call) => {
    const bot = await starting();
    const token = await tokens.get(deadline);
    try {
      return schema.parse(await call(bot.conversations(serviceUrl, token, deadline)));
    } catch (error) {
      const failed = failureOf(kind, error);
      const { reason, scope } = failed.failure;
      // A token that was good for a while is worth another one.
      if (reason === 'misconfigured' && scope === 'account' && tokens.refused(token))
        throw new DeliveryError({ ...failed.failure, reason: 'unavailable' });
      throw failed;
    }
  };
}
