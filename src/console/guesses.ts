import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Log } from '../domain/ports.ts';

/** Counts wrong tokens by address, through whichever door they came: the form, the link, or the API. */
export interface Guesses {
  /** One more. `true`: too many by now; the answer is then 429 and says when to come back. */
  isOneTooMany(request: FastifyRequest, reply: FastifyReply): Promise<boolean>;
}

const TRIES = { max: 10, timeWindow: 60_000 } as const;

/**
 * Asked only after the token was compared and is wrong: many people stand behind one proxy's address, and the guesses of one must not
 * lock out the others, who have the token. So this bounds the noise of guessing; that none hits is up to a long token.
 */
export function createGuesses(app: FastifyInstance, log: Log): Guesses {
  const count = app.createRateLimit(TRIES);
  return {
    async isOneTooMany(request, reply) {
      const counted = await count(request);
      if (counted.isAllowed || !counted.isExceeded) {
        log.warn({ ip: request.ip }, 'a wrong console token was sent');
        return false;
      }
      reply.code(429).header('retry-after', Math.max(1, counted.ttlInSeconds));
      return true;
    },
  };
}
