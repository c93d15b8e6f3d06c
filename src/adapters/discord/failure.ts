import { z } from 'zod';
import { DeliveryError, type Failure, type Reason } from '../../domain/errors.ts';
import { isUnreached, unanswered, wordsOf } from '../unanswered.ts';

export type Call = 'post' | 'edit' | 'reply' | 'ask';

/** What an error of the SDK means for a delivery. */
export function failureOf(call: Call, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError(meaning(call, error), { cause: error });
}

// By their shapes: whoever reads them has not loaded the SDK.
const limitError = z.object({ timeToReset: z.number(), retryAfter: z.number(), global: z.boolean() });
const apiError = z.object({ status: z.number(), code: z.union([z.number(), z.string()]), message: z.string() });
const httpError = z.object({ status: z.number() });

function meaning(call: Call, error: unknown): Failure {
  const limit = limitError.safeParse(error).data;
  if (limit !== undefined) return limited(limit);
  const api = apiError.safeParse(error).data;
  if (api !== undefined) return refused(call, api);
  const http = httpError.safeParse(error).data;
  if (http !== undefined) return unanswered(call, `Discord answered ${http.status}`, http.status !== 503);
  return unanswered(call, `Discord did not answer: ${wordsOf(error)}`, !isUnreached(error));
}

function limited({ timeToReset, retryAfter, global }: z.infer<typeof limitError>): Failure {
  const wait = Math.max(timeToReset, retryAfter);
  return {
    reason: 'limited',
    scope: global ? 'account' : 'channel',
    message: 'Discord asked to wait',
    ...(wait > 0 && { retryAfter: wait }),
  };
}

/** https://docs.discord.com/developers/topics/opcodes-and-status-codes#json */
function refused(call: Call, { status, code, message: said }: z.infer<typeof apiError>): Failure {
  const message = `Discord said ${said.replaceAll(/\s+/g, ' ')} (${code})`.slice(0, 300);
  const of = (reason: Reason, cure?: string): Failure => ({
    reason,
    scope: 'channel',
    message,
    ...(cure === undefined ? {} : { cure }),
  });
  switch (code) {
    case CODES.unknownChannel:
      return of(
        'misconfigured',
        'Name a channel by its id (Copy Channel ID, in Developer Mode) that the bot may see. Then replay.',
      );
    case CODES.unknownMessage:
      return of('gone');
    case CODES.manyOldEdits:
      return { reason: 'limited', scope: 'message', message };
    case CODES.missingAccess:
    case CODES.missingPermissions:
      return of('forbidden', `${INVITE} Then replay.`);
    default:
      break;
  }
  if (status === 401)
    return {
      reason: 'misconfigured',
      scope: 'account',
      message,
      cure: 'Reset the token in the Developer Portal, and set DISCORD_BOT_TOKEN.',
    };
  if (status === 403) return of('forbidden', `${INVITE} Then replay.`);
  if (status === 404)
    return call === 'post' ? of('misconfigured', 'Name a channel that exists. Then replay.') : of('gone');
  return status === 400 ? of('too_large') : unanswered(call, message, false);
}

const CODES = {
  unknownChannel: 10_003,
  unknownMessage: 10_008,
  manyOldEdits: 30_046, // of messages older than an hour
  missingAccess: 50_001,
  missingPermissions: 50_013,
} as const;

const INVITE =
  'Let the bot into the channel: View Channel, Send Messages, Embed Links, Create Public Threads, Send Messages in Threads, Read Message History (tocsin check prints the invitation).';
