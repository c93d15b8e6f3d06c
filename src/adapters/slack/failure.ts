import { z } from 'zod';
import { DeliveryError, type Failure, type Reason } from '../../domain/errors.ts';
import { isUnreached, unanswered, wordsOf } from '../unanswered.ts';

export type Call = 'post' | 'edit' | 'reply' | 'find' | 'ask';

/** What an error of the SDK means for a delivery. https://docs.slack.dev/tools/node-slack-sdk/web-api#handle-errors */
export function failureOf(call: Call, error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  return new DeliveryError(meaning(call, error), { cause: error });
}

const sdkError = z.discriminatedUnion('code', [
  z.object({ code: z.literal('slack_webapi_rate_limited_error'), retryAfter: z.number() }),
  z.object({
    code: z.literal('slack_webapi_platform_error'),
    data: z.object({
      error: z.string().catch(''),
      needed: z.string().optional().catch(undefined),
      response_metadata: z
        .object({ messages: z.array(z.string()).optional() })
        .optional()
        .catch(undefined),
    }),
  }),
  z.object({ code: z.literal('slack_webapi_http_error'), statusCode: z.number() }),
  z.object({ code: z.literal('slack_webapi_request_error'), original: z.instanceof(Error) }),
]);

function meaning(call: Call, error: unknown): Failure {
  const { data: known } = sdkError.safeParse(error);
  switch (known?.code) {
    case 'slack_webapi_rate_limited_error':
      return { ...limited, retryAfter: known.retryAfter * 1_000 };
    case 'slack_webapi_platform_error':
      return refused(call, known.data);
    case 'slack_webapi_http_error':
      return unanswered(call, `Slack answered ${known.statusCode}`, known.statusCode !== 503);
    case 'slack_webapi_request_error':
      return unanswered(call, `Slack did not answer: ${wordsOf(known.original)}`, !isUnreached(known.original));
    default:
      // A 429 that does not say how long to wait.
      if (error instanceof Error && error.message.startsWith('Retry header')) return limited;
      return unanswered(call, `Slack's answer cannot be read: ${wordsOf(error)}`, true);
  }
}

const limited: Failure = { reason: 'limited', scope: 'channel', message: 'Slack asked to wait' };

interface Refused {
  readonly error: string;
  readonly needed?: string | undefined;
  readonly response_metadata?: { readonly messages?: readonly string[] | undefined } | undefined;
}

/** https://docs.slack.dev/reference/methods/chat.postMessage#errors, and those of chat.update, conversations.history and usergroups.list */
function refused(call: Call, { error, needed, response_metadata: metadata }: Refused): Failure {
  const message = ['Slack said', error, ...(metadata?.messages ?? [])].join(' ').slice(0, 300);
  const channel = { scope: 'channel', message } as const;
  const of = (reason: Reason, cure?: string): Failure => ({
    reason,
    ...channel,
    ...(cure === undefined ? {} : { cure }),
  });
  if (ACCOUNT.has(error))
    return {
      reason: 'misconfigured',
      scope: 'account',
      message,
      cure: 'Install the app again, and set its new SLACK_BOT_TOKEN.',
    };
  if (error === 'missing_scope')
    return of(
      'misconfigured',
      `Add the scope ${needed ?? 'that is missing'} to the app (tocsin manifest slack has them all), and install it again.`,
    );
  if (GONE.has(error)) return of('gone');
  if (TOO_LARGE.has(error)) return of('too_large');
  if (LIMITED.has(error)) return of('limited');
  const cure = CURES[error];
  if (cure !== undefined) return of(error === 'channel_not_found' ? 'misconfigured' : 'forbidden', cure);
  // What is none of Slack's words came from somewhere between, and says nothing of what became of it.
  return unanswered(call, message, UNCERTAIN.has(error) || !/^[a-z_]+$/.test(error));
}

const ACCOUNT = new Set([
  'account_inactive',
  'access_denied',
  'ekm_access_denied',
  'enterprise_is_restricted',
  'invalid_auth',
  'not_allowed_token_type',
  'not_authed',
  'org_login_required',
  'team_access_not_granted',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
]);
const GONE = new Set([
  'message_not_found',
  'thread_not_found',
  'cant_update_message',
  'edit_window_closed',
  'cannot_reply_to_message',
]);
const TOO_LARGE = new Set([
  'attachment_payload_limit_exceeded',
  'invalid_attachments',
  'invalid_blocks',
  'invalid_blocks_format',
  'metadata_too_large',
  'msg_blocks_too_long',
  'msg_too_long',
  'no_text',
  'too_many_attachments',
]);
const LIMITED = new Set(['message_limit_exceeded', 'rate_limited', 'ratelimited']);

/** "It's possible some aspect of the operation succeeded." */
const UNCERTAIN = new Set(['fatal_error', 'internal_error', 'request_timeout']);

const INVITE = 'Invite the bot to the channel: /invite @Tocsin. Then replay.';
const CURES: Readonly<Record<string, string>> = {
  channel_not_found: `There is no such channel, or the bot may not see it. ${INVITE}`,
  not_in_channel: INVITE,
  is_archived: 'The channel is archived: unarchive it, or name another one in the route.',
  no_permission: INVITE,
  restricted_action: 'A workspace preference keeps the bot from posting there: an admin must allow it.',
  restricted_action_read_only_channel: 'The channel is read-only: an admin must let the bot post there.',
  restricted_action_thread_locked: 'The thread is locked.',
  restricted_action_thread_only_channel: 'The channel takes threads only: an admin must let the bot post there.',
  restricted_action_non_threadable_channel: 'The channel takes no threads.',
};
