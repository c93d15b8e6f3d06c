import { join } from 'node:path';
import { Bench } from 'tinybench';
import { offersOf } from '../src/actions/index.ts';
import { looks } from '../src/adapters/looks.ts';
import type { Actor, Incident, Status } from '../src/domain/model.ts';
import { makeCard } from '../src/formatter/card.ts';
import { loadCards } from '../src/templates/cards.ts';
import type { Row } from './table.ts';

const TIME_MS = 400; // of each row
const NOW = Date.UTC(2026, 10, 24, 12);
const MAYA: Actor = { platform: 'slack', id: 'U1', name: 'Maya Ortiz' };

/** What a card costs: made from its template (parsed once), then written for each platform. */
export async function cards(): Promise<readonly Row[]> {
  const { templates, faults } = await loadCards(join(import.meta.dirname, '..', 'templates', 'cards'));
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const bench = new Bench({ time: TIME_MS, warmupTime: TIME_MS / 2 });
  for (const template of templates.names) {
    for (const status of ['firing', 'acknowledged', 'resolved'] as const) {
      const incident = incidentIn(status);
      const offers = offersOf({ incident, runs: [], runbooks: [] });
      const make = () =>
        makeCard(
          { incident, runs: [], ...offers, template, platform: 'console', route: 'ROUTE_DEFAULT', now: NOW },
          templates,
        ).card;
      const card = make();
      bench.add(`${template}, ${status}: made`, make);
      for (const [platform, render] of Object.entries(looks))
        bench.add(`${template}, ${status}: for ${platform}`, () => render(card));
    }
  }
  await bench.run();
  return bench.tasks.map(({ name, result }) => {
    if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
    const { p50, p99 } = result.latency;
    return { what: name, median: micros(p50), p99: micros(p99) };
  });
}

function incidentIn(status: Status): Incident {
  return {
    id: '01k0000000000000',
    key: 'wizstatus:inc_1',
    source: 'wizstatus',
    status,
    severity: 'critical',
    title: 'Production API is down',
    brief: 'us-east, HTTP 500',
    text: 'HTTP 500 after 2,500 ms from us-east.',
    monitor: 'Production API',
    url: 'https://status.example/monitors/1',
    labels: { team: 'payments', instance: 'api-1' },
    ...(status === 'acknowledged' ? { owner: MAYA, acknowledgedAt: NOW - 30_000 } : {}),
    openedAt: NOW - 60_000,
    ...(status === 'resolved' ? { resolvedAt: NOW, resolvedBy: MAYA } : {}),
    lastEventAt: NOW - 60_000,
    count: 2,
    flips: [],
    flapping: false,
    revision: 3,
    why: [],
  };
}

const micros = (ms: number): string => `${(ms * 1_000).toFixed(1)} µs`;
