import { z } from 'zod';

/** Who mentions the bot, or writes to it alone. */
const spoken = z.object({
  recipient: z.object({ id: z.string() }),
  entities: z.array(z.object({ type: z.string(), mentioned: z.object({ id: z.string() }).optional() })).catch([]),
  conversation: z.object({ id: z.string().min(1), conversationType: z.string().optional() }),
  channelData: z
    .object({
      channel: z.object({ name: z.string().optional() }).optional(),
      team: z.object({ name: z.string().optional() }).optional(),
    })
    .catch({}),
  from: z
    .object({
      id: z.string().min(1),
      aadObjectId: z.string().min(1),
      name: z.string().catch(''),
      tenantId: z.string().optional(),
    })
    .optional()
    .catch(undefined),
  text: z.string().catch(''),
  serviceUrl: z.string(),
});

export interface Addressed {
  readonly conversation: string; // with the thread in which it was said
  readonly isAlone: boolean; // nobody else is there
  readonly channel: string; // what people call it; empty in a chat
  readonly serviceUrl: string;
  readonly from: z.infer<typeof spoken>['from'];
  readonly words: string; // without the mention
}

/** Undefined: the bot was not spoken to. */
export function addressed(activity: unknown): Addressed | undefined {
  const read = spoken.safeParse(activity).data;
  if (read === undefined) return undefined;
  const { recipient, entities, conversation, channelData, serviceUrl, from, text } = read;
  const isMentioned = entities.some(({ type, mentioned }) => type === 'mention' && mentioned?.id === recipient.id);
  const isAlone = conversation.conversationType === 'personal';
  if (!isMentioned && !isAlone) return undefined;
  return {
    conversation: conversation.id,
    isAlone,
    channel: channelData.channel?.name ?? channelData.team?.name ?? '',
    serviceUrl,
    from,
    words: text
      .replace(/<at\b[^>]*>[^<]*<\/at>/g, ' ')
      .replace(/(?:&nbsp;|\s)+/g, ' ')
      .trim(),
  };
}
