import { expect, test } from 'vitest';
import type { LaneDepth } from '../src/domain/ports.ts';
import { createMetrics, type Gauges } from '../src/metrics.ts';

const NOW = 1_795_427_910_000;
const LANES: readonly LaneDepth[] = [
  { destination: 'slack:C1', waiting: 3, dead: 1, oldestAt: NOW - 4_000 },
  { destination: 'console', waiting: 0, dead: 2 },
];
const start = (lanes = async () => LANES) => {
  const { metrics, text } = createMetrics();
  const gauges: Gauges = {
    clock: { now: () => NOW },
    destinations: () => ['slack:C1', 'discord:9'],
    lanes,
    platforms: () => ({ slack: { connected: true }, discord: { connected: false } }),
    secrets: () => [
      { source: 'wizstatus', secret: 0 },
      { source: 'wizstatus', secret: 1, at: NOW },
    ],
  };
  return { metrics, text: () => text(gauges) };
};

test('everything that is counted has its name', async () => {
  const { metrics, text } = start();
  metrics.webhook('wizstatus', 'ok');
  metrics.committed(0.002, 7);
  metrics.delivered('slack', 1.5);
  metrics.attempted('slack', 'limited');
  metrics.pressed('slack', 'acknowledge', 'done');
  metrics.ran('restart', 'succeeded');
  const lines = (await text()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'tocsin_webhooks_total{source="wizstatus",outcome="ok"} 1',
      'tocsin_commit_seconds_count 1',
      'tocsin_commit_batch_sum 7',
      'tocsin_delivery_seconds_sum{platform="slack"} 1.5',
      'tocsin_delivery_attempts_total{platform="slack",outcome="limited"} 1',
      'tocsin_presses_total{platform="slack",action="acknowledge",outcome="done"} 1',
      'tocsin_runs_total{runbook="restart",outcome="succeeded"} 1',
      'tocsin_secret_last_used_timestamp_seconds{source="wizstatus",secret="1"} 0',
      'tocsin_secret_last_used_timestamp_seconds{source="wizstatus",secret="2"} 1795427910',
      'tocsin_lane_depth{destination="slack:C1"} 3',
      'tocsin_lane_oldest_seconds{destination="slack:C1"} 4',
      'tocsin_lane_oldest_seconds{destination="console"} 0',
      'tocsin_dead_letters 3',
      'tocsin_platform_connected{platform="slack"} 1',
      'tocsin_platform_connected{platform="discord"} 0',
    ]),
  );
  expect(lines.some((line) => line.startsWith('nodejs_eventloop_lag_seconds'))).toBe(true);
});

test('two bridges in one process count apart', async () => {
  const [one, two] = [start(), start()];
  one.metrics.webhook('wizstatus', 'ok');
  expect(await two.text()).not.toContain('tocsin_webhooks_total{');
});

test('a destination that is configured and idle has its samples', async () => {
  const lines = (await start(async () => []).text()).split('\n');
  for (const destination of ['slack:C1', 'discord:9'])
    expect(lines).toEqual(
      expect.arrayContaining([
        `tocsin_lane_depth{destination="${destination}"} 0`,
        `tocsin_lane_oldest_seconds{destination="${destination}"} 0`,
      ]),
    );
});

test('a lane that is gone is no longer shown, nor are lanes while the store is away', async () => {
  let lanes: () => Promise<readonly LaneDepth[]> = async () => LANES;
  const { text } = start(() => lanes());
  expect(await text()).toContain('destination="console"');
  lanes = async () => [];
  expect(await text()).not.toContain('destination="console"');
  lanes = () => Promise.reject(new Error('away'));
  const away = await text();
  expect(away).not.toMatch(/^tocsin_(dead_letters|lane_)\S* \d/m);
  expect(away).toContain('tocsin_platform_connected');
});
