import type { Addressed } from './addressed.ts';
import { withoutThread } from './conversations.ts';

/** How a person finds the id of a channel: the line for `.env`. */
export function introduction({ channel, conversation }: Addressed): string {
  const name = variablePart(channel);
  const route = name.toLowerCase().replaceAll('_', '-');
  return [
    'Alerts can come here. Put this into .env, and restart Tocsin:',
    `TEAMS_CHANNEL_${name}=${withoutThread(conversation)}`,
    `ROUTE_DEFAULT=teams:${route}`,
    'Mention me with the word open, and I tell you alone what is open, and who has it.',
  ].join('\n');
}

function variablePart(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return plain.slice(0, 40) || 'ALERTS';
}
