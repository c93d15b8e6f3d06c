import { Client } from 'undici';
import { TOKEN } from '../contender.ts';

/** What the bench reads of an incident in `/api`. */
export interface IncidentJson {
  readonly id: string;
  readonly key: string;
  readonly status: string;
  readonly revision: number;
  readonly deliveries: readonly { readonly state: string; readonly wanted: number; readonly delivered: number }[];
}
export interface EventStream {
  close(): void;
}

/** A reader of `/api/events`: each incident as it comes in. */
export async function follow(url: string, seen: (incident: IncidentJson, at: number) => void): Promise<EventStream> {
  const client = new Client(url, { bodyTimeout: 0 });
  const leaving = new AbortController();
  const { statusCode, body } = await client.request({
    method: 'GET',
    path: '/api/events',
    headers: { authorization: `Bearer ${TOKEN}` },
    signal: leaving.signal,
  });
  if (statusCode !== 200) throw new Error(`GET /api/events: ${statusCode}`);
  const greeted = Promise.withResolvers<void>();
  void (async () => {
    let rest = '';
    for await (const chunk of body.setEncoding('utf8')) {
      const at = performance.now();
      const events = `${rest}${chunk}`.split('\n\n');
      rest = events.pop() ?? '';
      greeted.resolve();
      for (const event of events) {
        if (/^event: reset$/m.test(event)) throw new Error('A stream of events lost its place.');
        if (/^event: incident$/m.test(event)) seen(JSON.parse(/^data: (.*)$/m.exec(event)?.[1] ?? ''), at);
      }
    }
  })().catch((error) => {
    if (leaving.signal.aborted) return;
    process.nextTick(() => {
      throw error;
    });
  });
  await greeted.promise;
  return {
    close() {
      leaving.abort();
      void client.destroy();
    },
  };
}

/** The card is right: each destination shows the incident as it is now. */
export const isShown = ({ deliveries }: IncidentJson): boolean =>
  deliveries.length > 0 &&
  deliveries.every(({ state, wanted, delivered }) => state === 'delivered' && delivered >= wanted);
