import { z } from 'zod';
import type { DeliveryError } from '../../domain/errors.ts';
import type { Log } from '../../domain/ports.ts';
import type { Pace } from '../pace.ts';
import type { Ask, Conversations } from './ask.ts';
import { withoutThread } from './conversations.ts';
import { targeted } from './whisper.ts';

/** Answers to people who spoke to the bot, or pressed: apart from the lanes, but they count for the pace. */
export interface Voice {
  /** Never rejects: they speak again. */
  tell(conversation: string, serviceUrl: string, activity: object): Promise<void>;
  /** To one person in a conversation of several, which Microsoft calls a preview. Never rejects. */
  whisper(conversation: string, serviceUrl: string, text: string, person: string): Promise<void>;
  /** In the person's own chat with the bot. Rejects with DeliveryError where there can be none. */
  tellAlone(person: string, serviceUrl: string, activity: object): Promise<void>;
  /** What a member of the conversation is called, by their object id; undefined: nobody says it in time. */
  nameOf(conversation: string, serviceUrl: string, person: string): Promise<string | undefined>;
}

const WITHIN_MS = 10_000;
const NAME_WITHIN_MS = 500; // a press is not kept waiting for how somebody is called
const member = z.object({ name: z.string().min(1) });
const created = z.object({ id: z.string().min(1) });

export function createVoice(
  ask: Ask,
  given: {
    readonly paces: readonly Pace[];
    readonly log: Log;
    readonly stopping: AbortSignal;
    readonly tenantId: string;
  },
): Voice {
  const { paces, log, stopping, tenantId } = given;
  const deadline = () => AbortSignal.any([stopping, AbortSignal.timeout(WITHIN_MS)]);

  async function say(
    conversation: string,
    serviceUrl: string,
    call: (api: Conversations) => Promise<unknown>,
  ): Promise<void> {
    for (const pace of paces) pace.take(withoutThread(conversation));
    await ask('ask', z.unknown(), serviceUrl, deadline(), call);
  }

  const noted = (error: DeliveryError) => log.warn({ error: error.message }, 'an answer was not sent to Teams');

  return {
    tell: (conversation, serviceUrl, activity) =>
      say(conversation, serviceUrl, (api) => api.createActivity(conversation, activity as never)).catch(noted),

    whisper: (conversation, serviceUrl, text, person) =>
      say(conversation, serviceUrl, (api) =>
        api.createTargetedActivity(conversation, targeted(text, person) as never),
      ).catch(noted),

    /**
     * For whoever added the app, or is in a team that has it; asked for again it is the same chat.
     * https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages
     */
    async tellAlone(person, serviceUrl, activity) {
      const wanted = { members: [{ id: person }], tenantId, channelData: { tenant: { id: tenantId } } };
      const { id } = await ask('ask', created, serviceUrl, deadline(), (api) => api.create(wanted as never));
      await say(id, serviceUrl, (api) => api.createActivity(id, activity as never));
    },

    async nameOf(conversation, serviceUrl, person) {
      const soon = AbortSignal.any([stopping, AbortSignal.timeout(NAME_WITHIN_MS)]);
      const call = (api: Conversations) => api.getMemberById(withoutThread(conversation), person);
      try {
        return (await ask('ask', member, serviceUrl, soon, call)).name;
      } catch {
        return undefined; // a name is for display only
      }
    },
  };
}
