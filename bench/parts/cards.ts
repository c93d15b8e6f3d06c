import { join } from 'node:path';
import { Bench } from 'tinybench';
import { offersOf } from '../../src/actions/index.ts';
import { looks } from '../../src/adapters/looks.ts';
import type { Actor, Incident, Status } from '../../src/domain/model.ts';
import { makeCard } from '../../src/formatter/card.ts';
import { loadCards } from '../../src/templates/cards.ts';
import { incident } from '../../test/support/incident.ts';
import type { Part, Section } from '../section.ts';

const TIME_MS = 200; // of each row
const NOW = incident().openedAt + 60_000;
const MAYA: Actor = { platform: 'slack', id: 'U1', name: 'Maya Ortiz' };

/** What a card costs: made from its template (parsed once), then written for each platform. */
export const cards: Part = { name: 'cards', about: 'making a card, and writing it for each platform', measure };

async function measure(): Promise<Section> {
  const { templates, faults } = await loadCards(join(import.meta.dirname, '..', '..', 'templates', 'cards'));
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  const bench = new Bench({ time: TIME_MS, warmupTime: TIME_MS / 2 });
  for (const template of templates.names) {
    for (const status of ['firing', 'acknowledged', 'resolved'] as const) {
      const drawn = incidentIn(status);
      const offers = offersOf({ incident: drawn, runs: [], runbooks: [] });
      const make = () =>
        makeCard(
          { incident: drawn, runs: [], ...offers, template, platform: 'console', route: 'ROUTE_DEFAULT', now: NOW },
          templates,
        ).card;
      const card = make();
      bench.add(`${template}, ${status}: made`, make);
      for (const [platform, render] of Object.entries(looks))
        bench.add(`${template}, ${status}: for ${platform}`, () => render(card));
    }
  }
  await bench.run();
  return {
    title: 'Cards: making one from its template, and writing it for each platform',
    about: [],
    spread: 'least–p99',
    rows: bench.tasks.map(({ name, result }) => {
      if (result.state !== 'completed') throw new Error(`${name}: ${result.state}`);
      const { p50, p99, min } = result.latency;
      return { what: name, unit: 'µs', figures: { median: p50 * 1_000, low: min * 1_000, high: p99 * 1_000 } };
    }),
  };
}

function incidentIn(status: Status): Incident {
  switch (status) {
    case 'firing':
      return incident();
    case 'acknowledged':
      return incident({ status, owner: MAYA, acknowledgedAt: NOW - 30_000 });
    case 'resolved':
      return incident({ status, resolvedBy: MAYA, resolvedAt: NOW });
  }
}
