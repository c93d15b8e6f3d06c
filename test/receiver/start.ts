import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { Webhook } from '../../src/domain/ports.ts';
import { createReceiver, type ReceiverOptions } from '../../src/receiver/server.ts';
import { alertmanager } from '../../src/sources/alertmanager.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';

export const SECRET = 'wiz secret canary';
export const TOKEN = 'alertmanager token canary';
export const NOW = Date.parse('2026-11-23T10:00:00Z');

/** A receiver on a free port, in front of a bridge that keeps what it is given. */
export async function startReceiver(changes: Partial<ReceiverOptions> = {}) {
  const received: Webhook[] = [];
  const counted: string[] = [];
  const used: { readonly source: string; readonly secret: string; readonly at: number }[] = [];
  const lines: string[] = [];
  const ids = new Set<string>();
  const app = createReceiver({
    bridge: {
      async receive(webhook) {
        const id = webhook.id ?? webhook.digest;
        if (ids.has(id)) return { kind: 'duplicate' };
        ids.add(id);
        received.push(webhook);
        return { kind: 'stored', incidents: webhook.events.map(({ key }) => key) };
      },
    },
    sources: () => [
      { source: wizstatus, secrets: [SECRET] },
      { source: alertmanager, secrets: [TOKEN] },
    ],
    guard: () => ({ requireHttps: false, trustProxy: [] }),
    clock: { now: () => NOW },
    log: pino({ level: 'trace' }, { write: (line) => void lines.push(line) }),
    metrics: {
      webhook: (source, outcome) => void counted.push(`${source} ${outcome}`),
    },
    secretUsed: (source, secret, at) => void used.push({ source, secret, at }),
    maxBodyBytes: () => 1_048_576,
    draining: () => false,
    fetch: globalThis.fetch,
    health: async () => ({ writable: true }),
    platforms: () => ({}),
    metricsText: async () => 'tocsin_up 1\n',
    metricsToken: () => undefined,
    ...changes,
  });
  onTestFinished(() => app.close());
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { app, url, port: Number(new URL(url).port), received, counted, used, lines };
}

/** Posts a sample of WizStatus, or this body signed by it. */
export function post(
  url: string,
  body?: string | Uint8Array,
  headers: Record<string, string> = {},
  path = '/webhooks/wizstatus',
) {
  const bytes = Buffer.from(body ?? wizstatus.sample('firing', SECRET, NOW).body);
  const signed = wizstatus.sign(bytes, SECRET, NOW).headers as Record<string, string>;
  return fetch(url + path, { method: 'POST', headers: { ...signed, ...headers }, body: bytes });
}
