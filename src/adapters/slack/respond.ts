import type { Log } from '../../domain/ports.ts';
import type { SlackMessage } from './message.ts';

export type Respond = (url: string, message: SlackMessage & { readonly replace_original?: true }) => Promise<void>;

const WITHIN_MS = 5_000;

/**
 * To who pressed or asked alone, unless it replaces the message. Good for five answers within half an hour. Never rejects.
 * https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
 */
export function responding(log: Log): Respond {
  return async (url, message) => {
    const told = message.replace_original
      ? message
      : { response_type: 'ephemeral', replace_original: false, ...message };
    try {
      const answered = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(told),
        redirect: 'error',
        signal: AbortSignal.timeout(WITHIN_MS),
      });
      if (!answered.ok) log.warn({ status: answered.status }, 'an answer was refused by Slack');
    } catch (err) {
      log.warn({ error: (err as Error).message }, 'an answer was not sent to Slack');
    }
  };
}
