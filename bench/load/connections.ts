import { Client } from 'undici';
import type { SignedWebhook } from './webhooks.ts';

export const CONNECTIONS = 64;

/** Connections that stay open, each with one request at a time. */
export interface Connections {
  readonly all: readonly Client[];
  close(): Promise<void>;
}

export function connect(url: string, count = CONNECTIONS): Connections {
  const all = Array.from({ length: count }, () => new Client(url, { pipelining: 1 }));
  return { all, close: async () => void (await Promise.all(all.map((client) => client.close()))) };
}

/** Answers what was answered. Throws where that is not 2xx: what was refused must not count as fast. */
export async function send(
  client: Client,
  { headers, body }: Pick<SignedWebhook, 'headers' | 'body'>,
): Promise<string> {
  const answer = await client.request({ method: 'POST', path: '/webhook', headers, body });
  const text = await answer.body.text();
  if (answer.statusCode < 200 || answer.statusCode > 299)
    throw new Error(`A webhook got ${answer.statusCode}: ${text}`);
  return text;
}
