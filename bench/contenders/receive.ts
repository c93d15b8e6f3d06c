import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/clock.ts';
import type { Webhook } from '../../src/domain/ports.ts';
import { createLog } from '../../src/log.ts';
import { createMetrics, type Gauges } from '../../src/metrics.ts';
import { createReceiver } from '../../src/receiver/server.ts';
import { wizstatus } from '../../src/sources/wizstatus.ts';

/** Tocsin's own receiver, log and metrics, with something else behind it: `keep` resolves when it may be answered 200. */
export async function receive(keep: (webhook: Webhook) => Promise<void>): Promise<void> {
  const secrets = [process.env.WIZSTATUS_SECRETS ?? ''];
  const log = createLog('info', secrets);
  const { metrics, text } = createMetrics();
  const gauges: Gauges = {
    clock: systemClock,
    destinations: () => [],
    lanes: async () => [],
    platforms: () => ({}),
    secrets: () => [],
  };
  const server = createReceiver({
    bridge: {
      async receive(webhook) {
        await keep(webhook);
        return { kind: 'stored', incidents: [] };
      },
    },
    sources: () => [{ source: wizstatus, secrets }],
    guard: () => ({ requireHttps: false, trustProxy: [] }),
    clock: systemClock,
    log,
    metrics,
    secretUsed: () => {},
    health: async () => ({ writable: true }),
    platforms: () => ({}),
    metricsText: () => text(gauges),
    metricsToken: () => undefined,
    maxBodyBytes: () => 1_048_576,
    draining: () => false,
    fetch,
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  log.info({ url: `http://127.0.0.1:${port}` }, 'ready');
}
