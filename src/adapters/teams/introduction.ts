import type { Addressed } from './addressed.ts';
import { withoutThread } from './conversations.ts';

const OPEN = 'Mention me with the word open, and I tell you alone what is open, and who has it.';

/** How a person finds the id of a channel: the line for `.env`. `named`: what has a name there already. */
export function introduction({ channel, conversation }: Addressed, named: ReadonlyMap<string, string>): string {
  const id = withoutThread(conversation);
  const [known] = [...named].find(([, other]) => other === id) ?? [];
  if (known !== undefined) return `This is ${routeOf(known)} in routes.\n${OPEN}`;
  const name = freeName(variablePart(channel), named);
  return [
    'Alerts can come here. Put this into .env, and restart Tocsin:',
    `TEAMS_CHANNEL_${name}=${id}`,
    `ROUTE_DEFAULT=${routeOf(name)}`,
    OPEN,
  ].join('\n');
}

const routeOf = (name: string): string => `teams:${name.toLowerCase().replaceAll('_', '-')}`;

/** The same name in two lines would take the other channel away. */
function freeName(wanted: string, named: ReadonlyMap<string, string>): string {
  let name = wanted;
  for (let count = 2; named.has(name); count++) name = `${wanted}_${count}`;
  return name;
}

function variablePart(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return plain.slice(0, 40) || 'ALERTS';
}
