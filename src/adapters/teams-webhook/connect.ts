import { DeliveryError } from '../../domain/errors.ts';
import type { Adapter, Host } from '../../domain/ports.ts';
import { Pace } from '../pace.ts';
import { noAnswer, refused } from './failure.ts';
import type { TeamsWebhookEnv } from './platform.ts';

/** Beyond four a second it is throttled: https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
const CHANNEL = { everyMs: 250, burst: 1 };

/** A workflow takes a card and posts it. It tells no id of the message, so nothing can be edited, replied to, or found. */
export function connect({ addresses }: TeamsWebhookEnv, { clock }: Pick<Host, 'clock'>): Adapter {
  const posts = new Pace({ ...CHANNEL, clock });
  return {
    status: () => ({ connected: true }), // nothing is held open: each post shows whether it can be reached
    pace: (_call, channel) => posts.wait(channel),
    async post({ channel, once, deadline }, { json }) {
      const address = addresses.get(channel);
      if (address === undefined) throw unknown(channel);
      posts.take(channel);
      const response = await fetch(address, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(json),
        redirect: 'manual', // elsewhere it is nobody's business
        signal: deadline,
      }).catch((cause: unknown) => {
        throw noAnswer(cause);
      });
      if (!response.ok) throw await refused(response);
      await response.body?.cancel();
      return { id: once, channel };
    },
    close: async () => {},
  };
}

function unknown(channel: string): DeliveryError {
  const variable = `TEAMS_WEBHOOK_${channel.toUpperCase().replaceAll('-', '_')}`;
  return new DeliveryError({
    reason: 'misconfigured',
    scope: 'channel',
    message: `No workflow is known as ${channel}`,
    cure: `Set ${variable} to its address, and start again: it is read at a start. Then replay.`,
  });
}
