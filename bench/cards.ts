import { join } from 'node:path';
import { Bench } from 'tinybench';
import { offersOf } from '../src/actions/index.ts';
import { looks } from '../src/adapters/looks.ts';
import type { Incident, Run, Status } from '../src/domain/model.ts';
import { type CardInput, makeCard } from '../src/formatter/card.ts';
import { type CardTemplates, loadCards } from '../src/templates/cards.ts';
import { incidentIn, runOf } from './incident.ts';
import type { Measured } from './table.ts';

const TIME_MS = 250; // a row: with the shipped templates, all rows take about half a minute at most
const WARMUP_MS = 80;
const STATES: readonly Status[] = ['firing', 'acknowledged', 'resolved'];

/** How long a card takes: made of an incident and a template that were read before, and then drawn for each chat platform. */
export async function benchCards(): Promise<Measured> {
  const { templates, faults } = await loadCards(join(import.meta.dirname, '..', 'templates', 'cards'));
  if (faults.length > 0) throw new Error('The shipped templates have faults: npm run tocsin -- check shows them.');
  const bench = new Bench({ time: TIME_MS, warmupTime: WARMUP_MS, throws: true });
  const scenes = templates.names.flatMap((template) => STATES.map((state) => ({ template, state })));
  for (const { template, state } of scenes) {
    const input = inputOf(template, incidentIn(state), runOf(state));
    const { card } = cardOf(input, templates);
    bench.add(nameOf(template, state, 'makeCard'), () => void makeCard(input, templates));
    for (const [platform, render] of Object.entries(looks))
      bench.add(nameOf(template, state, platform), () => void render(card));
  }
  await bench.run();

  const columns = ['template', 'state', 'step', 'median µs', 'p75 µs', 'p99 µs', 'runs', '× makeCard'];
  const rows = scenes.flatMap(({ template, state }) => {
    const made = latency(bench, nameOf(template, state, 'makeCard'));
    return ['makeCard', ...Object.keys(looks)].map((step) => {
      const { p50, p75, p99, samplesCount } = latency(bench, nameOf(template, state, step));
      const ratio = (p50 / made.p50).toFixed(2);
      return [template, state, step, micros(p50), micros(p75), micros(p99), samplesCount.toLocaleString('en'), ratio];
    });
  });
  return { title: 'Cards: an incident made into a card, and the card drawn for a platform', columns, rows };
}

const nameOf = (template: string, state: Status, step: string): string => `${template} ${state} ${step}`;
const micros = (milliseconds: number): string => (milliseconds * 1_000).toFixed(1);

function inputOf(template: string, incident: Incident, runs: readonly Run[]): CardInput {
  const at = incident.resolvedAt ?? incident.acknowledgedAt ?? incident.openedAt;
  return {
    ...{ incident, runs, template, platform: 'slack', route: 'ROUTE_DEFAULT', now: at + 12_000 },
    ...offersOf({ incident, runs, runbooks: [] }),
  };
}

/** A card that its template made: the built-in one would measure something else. */
function cardOf(input: CardInput, templates: CardTemplates): ReturnType<typeof makeCard> {
  const made = makeCard(input, templates);
  if (made.fault !== undefined) throw new Error(made.fault);
  return made;
}

function latency(bench: Bench, name: string) {
  const result = bench.getTask(name)?.result;
  if (result?.state !== 'completed') throw new Error(`${name} was not measured.`);
  return result.latency;
}
