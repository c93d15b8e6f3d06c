import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock, LaneDepth, Metrics } from './domain/ports.ts';

/** What is measured only when it is asked for. */
export interface Gauges {
  readonly clock: Pick<Clock, 'now'>;
  destinations(): readonly string[]; // those that are configured
  lanes(): Promise<readonly LaneDepth[]>;
  platforms(): Readonly<Record<string, { readonly connected: boolean }>>;
  secrets(): readonly { readonly source: string; readonly secret: number; readonly at?: number }[]; // 0 the newest
}

/** Counts, and writes Prometheus' text of it: names begin with `tocsin_`, beside Node's own. `gauges` are read for each text. */
export function createMetrics(): { readonly metrics: Metrics; text(gauges: Gauges): Promise<string> } {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const webhooks = new Counter({
    name: 'tocsin_webhooks_total',
    help: 'Webhooks by what became of them.',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const commitSeconds = new Histogram({
    name: 'tocsin_commit_seconds',
    help: 'How long a commit to the store took.',
    buckets: [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const commitBatch = new Histogram({
    name: 'tocsin_commit_batch',
    help: 'How many changes one commit held.',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000],
    registers,
  });
  const deliverySeconds = new Histogram({
    name: 'tocsin_delivery_seconds',
    help: 'From the webhook being stored to the card being shown.',
    labelNames: ['platform'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600],
    registers,
  });
  const attempts = new Counter({
    name: 'tocsin_delivery_attempts_total',
    help: 'Attempts to deliver, by outcome: ok, or why not.',
    labelNames: ['platform', 'outcome'],
    registers,
  });
  const presses = new Counter({
    name: 'tocsin_presses_total',
    help: 'Buttons pressed, by what became of it.',
    labelNames: ['platform', 'action', 'outcome'],
    registers,
  });
  const runs = new Counter({
    name: 'tocsin_runs_total',
    help: 'Runbooks run, by how they ended.',
    labelNames: ['runbook', 'outcome'],
    registers,
  });
  const secretLastUsed = new Gauge({
    name: 'tocsin_secret_last_used_timestamp_seconds',
    help: 'When a secret last verified a webhook, 0: never; secret 1 is the newest.',
    labelNames: ['source', 'secret'],
    registers,
  });
  const laneDepth = new Gauge({
    name: 'tocsin_lane_depth',
    help: 'Deliveries that wait.',
    labelNames: ['destination'],
    registers,
  });
  const laneOldest = new Gauge({
    name: 'tocsin_lane_oldest_seconds',
    help: 'How long the oldest of them has been due.',
    labelNames: ['destination'],
    registers,
  });
  const deadLetters = new Gauge({
    name: 'tocsin_dead_letters',
    help: 'Deliveries that were given up; npm run tocsin -- replay lists them.',
    registers,
  });
  const connected = new Gauge({
    name: 'tocsin_platform_connected',
    help: '1 while a chat platform is connected.',
    labelNames: ['platform'],
    registers,
  });

  return {
    metrics: {
      webhook: (source, outcome) => webhooks.inc({ source, outcome }),
      committed(seconds, batch) {
        commitSeconds.observe(seconds);
        commitBatch.observe(batch);
      },
      delivered: (platform, seconds) => deliverySeconds.observe({ platform }, seconds),
      attempted: (platform, outcome) => attempts.inc({ platform, outcome }),
      pressed: (platform, action, outcome) => presses.inc({ platform, action, outcome }),
      ran: (runbook, outcome) => runs.inc({ runbook, outcome }),
    },
    async text(gauges) {
      await measure(gauges);
      return registry.metrics();
    },
  };

  async function measure(gauges: Gauges): Promise<void> {
    connected.reset();
    for (const [platform, status] of Object.entries(gauges.platforms()))
      connected.set({ platform }, status.connected ? 1 : 0);
    secretLastUsed.reset(); // a rotation gives every secret another number
    for (const { source, secret, at = 0 } of gauges.secrets())
      secretLastUsed.set({ source, secret: secret + 1 }, at / 1_000);
    // Metrics matter most while the store is away: its own gauges are then left out.
    const lanes = await gauges.lanes().catch(() => undefined);
    laneDepth.reset();
    laneOldest.reset();
    deadLetters.remove();
    if (lanes === undefined) return;
    const now = gauges.clock.now();
    // An idle lane has a sample too: nobody can be alerted by one that is absent.
    for (const destination of gauges.destinations()) {
      laneDepth.set({ destination }, 0);
      laneOldest.set({ destination }, 0);
    }
    for (const { destination, waiting, oldestAt } of lanes) {
      laneDepth.set({ destination }, waiting);
      laneOldest.set({ destination }, oldestAt === undefined ? 0 : Math.max(0, now - oldestAt) / 1_000);
    }
    deadLetters.set(lanes.reduce((sum, lane) => sum + lane.dead, 0));
  }
}
