import { z } from 'zod';
import { DeliveryError, type Failure, type Reason } from '../../domain/errors.ts';
import { retryAfter } from '../retry-after.ts';
import { isUnreached, unanswered, wordsOf } from '../unanswered.ts';

export type Call = 'post' | 'edit' | 'reply' | 'ask';

/** What an error of the SDK means for a delivery. The error itself holds the bot's token, also in its text: it goes no further. */
export function failureOf(call: Call, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError(meaning(call, error));
}

// By their shapes: whoever reads them has not loaded the SDK.
const answered = z.object({
  response: z.object({
    status: z.number(),
    headers: z.object({ 'retry-after': z.string().optional() }).catch({}),
    data: z.unknown(),
  }),
});
/** https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#errorresponse-object */
const refusal = z.object({
  error: z.object({ code: z.string().catch('?'), message: z.string().catch('') }),
});

function meaning(call: Call, error: unknown): Failure {
  const { response } = answered.safeParse(error).data ?? {};
  if (response === undefined) return unanswered(call, `Teams did not answer: ${wordsOf(error)}`, !isUnreached(error));
  const { status, headers, data } = response;
  const said = refusal.safeParse(data).data?.error;
  const words = said === undefined ? '' : ` ${said.code}: ${said.message.replaceAll(/\s+/g, ' ')}`;
  const message = `Teams said ${status}${words}`.slice(0, 300);
  const wait = retryAfter(headers['retry-after'], Date.now());
  const after = wait === undefined ? {} : { retryAfter: wait };
  const of = (reason: Reason, cure?: string): Failure => ({
    reason,
    scope: 'channel',
    message,
    ...(cure === undefined ? {} : { cure }),
  });
  switch (status) {
    case 401:
      return {
        reason: 'misconfigured',
        scope: 'account',
        message,
        cure: "Check that TEAMS_CLIENT_ID is the app of the bot's registration, and that it is of the tenant TEAMS_TENANT_ID.",
      };
    case 403:
      return of('forbidden', `${INSTALL} Then replay.`);
    case 404:
      return call === 'edit' || call === 'reply' ? of('gone') : of('misconfigured', `${NAME} Then replay.`);
    case 400:
      // No code tells the two apart.
      return /conversation ?id/i.test(words) ? of('misconfigured', `${NAME} Then replay.`) : of('too_large');
    case 413:
      return of('too_large');
    case 412: // too many at once: https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit
    case 429:
      return { ...of('limited'), ...after };
    case 503:
      return { ...unanswered(call, message, false), ...after };
    default:
      return { ...unanswered(call, message, status >= 500), ...after };
  }
}

const INSTALL = 'Add the app to that team or chat (Apps, Manage your apps), or let an admin allow it to post there.';
const NAME = 'There is no such conversation: mention the bot in the channel, and it answers with the line for .env.';
