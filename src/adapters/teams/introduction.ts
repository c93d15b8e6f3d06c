import { z } from 'zod';
import { withoutThread } from './conversations.ts';

/** Who mentions the bot, or writes to it alone. */
const addressed = z.object({
  recipient: z.object({ id: z.string() }),
  entities: z.array(z.object({ type: z.string(), mentioned: z.object({ id: z.string() }).optional() })).catch([]),
  conversation: z.object({ id: z.string().min(1), conversationType: z.string().optional() }),
  channelData: z
    .object({
      channel: z.object({ name: z.string().optional() }).optional(),
      team: z.object({ name: z.string().optional() }).optional(),
    })
    .catch({}),
  serviceUrl: z.string(),
});

export interface Introduction {
  readonly conversation: string; // with the thread in which it was asked for
  readonly serviceUrl: string;
  readonly text: string;
}

/** How a person finds the id of a channel: the line for `.env`. Undefined: the bot was not spoken to. */
export function introduction(activity: unknown): Introduction | undefined {
  const read = addressed.safeParse(activity).data;
  if (read === undefined) return undefined;
  const { recipient, entities, conversation, channelData, serviceUrl } = read;
  const isMentioned = entities.some(({ type, mentioned }) => type === 'mention' && mentioned?.id === recipient.id);
  if (!isMentioned && conversation.conversationType !== 'personal') return undefined;
  const name = variablePart(channelData.channel?.name ?? channelData.team?.name ?? '');
  const route = name.toLowerCase().replaceAll('_', '-');
  const text = [
    'Alerts can come here. Put this into .env, and restart Tocsin:',
    `TEAMS_CHANNEL_${name}=${withoutThread(conversation.id)}`,
    `ROUTE_DEFAULT=teams:${route}`,
  ].join('\n');
  return { conversation: conversation.id, serviceUrl, text };
}

function variablePart(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return plain.slice(0, 40) || 'ALERTS';
}
