import { connect, send } from './connections.ts';
import type { SignedWebhook } from './webhooks.ts';

/** Sends all as fast as they are answered, over all connections. Answers webhooks a second. */
export async function flood(url: string, webhooks: readonly SignedWebhook[]): Promise<number> {
  const connections = connect(url);
  let next = 0;
  const beganAt = performance.now();
  await Promise.all(
    connections.all.map(async (client) => {
      for (let one = webhooks[next++]; one !== undefined; one = webhooks[next++]) await send(client, one);
    }),
  );
  const seconds = (performance.now() - beganAt) / 1_000;
  await connections.close();
  return webhooks.length / seconds;
}
