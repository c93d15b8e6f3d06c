import { looks } from '../adapters/looks.ts';
import { loadConfig } from '../config/load.ts';
import { FaultsFound } from '../domain/errors.ts';
import type { Actor, Incident } from '../domain/model.ts';
import type { Rendered } from '../domain/ports.ts';
import * as incidents from '../incidents/incident.ts';
import type { Step } from '../incidents/state.ts';
import { createLog } from '../log.ts';
import { createDrawing } from '../pipeline/card.ts';
import { route as routeIncident } from '../routing/route.ts';
import { readSetup, type Setup } from '../setup.ts';
import { command, type Io, WrongUse } from './command.ts';
import { incidentsOf } from './incidents-of.ts';
import { readInput, sourceNamed } from './input.ts';

/** `tocsin preview`: the message that each platform would be sent. */
export const preview = command({
  summary: 'Prints the message that each chat platform would be sent for a payload.',
  usage: 'preview FILE [--source NAME] [--platform slack|discord|teams] [--state firing|acknowledged|resolved]',
  details: `  FILE            a webhook's body; - reads stdin. Its signature is not asked for
  --source NAME   who sends it (default: wizstatus)
  --platform P    that platform's message alone; left out: {"slack":…,"discord":…,"teams":…}
  --state S       the incident in this state (default: firing)

With the templates and runbooks of this folder, and the routes that are configured. Each message is checked against its
platform's limits: one that breaks any is a fault (exit 1). Nothing is stored or sent.

Examples:
  npm run tocsin -- preview down.json
  npm run tocsin -- preview down.json --platform slack --state acknowledged
  npm run tocsin -- preview --source alertmanager - < alerts.json`,
  options: { source: { type: 'string' }, platform: { type: 'string' }, state: { type: 'string' } },
  async run({ values, positionals, io }) {
    const [file, second] = positionals;
    if (file === undefined || second !== undefined) throw new WrongUse('give one FILE, or - for stdin.');
    const platforms = platformsNamed(values.platform);
    const toState = stateNamed(values.state);
    const all = incidentsOf(sourceNamed(values.source), await readInput(file, io));
    const [incident] = all;
    if (incident === undefined) throw new WrongUse('the payload holds no alert.');
    if (all.length > 1) io.note(`The first of ${all.length} alerts is shown.`);

    const setup = await readSetup(loadConfig(io.folder, io.env), io.folder);
    if (setup.config === undefined) io.note('The environment has faults (tocsin check shows them): no route is read.');
    const messages = messagesOf(toState(incident), platforms, setup, io);
    const shown = Object.fromEntries(messages.map(([platform, { json }]) => [platform, json]));
    io.print(JSON.stringify(values.platform === undefined ? shown : shown[values.platform], undefined, 2));
    const faults = messages.flatMap(([platform, message]) => message.faults.map((fault) => `${platform}: ${fault}`));
    for (const fault of faults) io.note(fault);
    return faults.length === 0 ? 0 : 1;
  },
});

function platformsNamed(name: string | undefined): readonly string[] {
  if (name === undefined) return Object.keys(looks);
  if (Object.hasOwn(looks, name)) return [name];
  throw new WrongUse(`there is no platform "${name}". There are ${Object.keys(looks).join(', ')}.`);
}

const SOMEBODY: Actor = { platform: 'cli', id: 'tocsin', name: 'Maya Ortiz' };
const LATER_MS = 4 * 60_000;

function stateNamed(name = 'firing'): (incident: Incident) => Incident {
  switch (name) {
    case 'firing':
      return (incident) => incident;
    case 'acknowledged':
      return (incident) => after(incident, incidents.acknowledge(incident, SOMEBODY, incident.openedAt + LATER_MS));
    case 'resolved':
      return (incident) => after(incident, incidents.resolve(incident, SOMEBODY, incident.openedAt + LATER_MS));
    default:
      throw new WrongUse(`there is no state "${name}". There are firing, acknowledged, resolved.`);
  }
}

function after(incident: Incident, step: Step): Incident {
  return step.kind === 'changed' ? { ...step.incident, revision: incident.revision + 1 } : incident;
}

function messagesOf(
  incident: Incident,
  platforms: readonly string[],
  { config, templates, runbooks, faults }: Setup,
  io: Io,
): readonly (readonly [string, Rendered])[] {
  const broken = faults.filter(({ place }) => place.includes('.md'));
  if (broken.length > 0) throw new FaultsFound(broken);
  const { targets } = routeIncident(incident, config?.routes ?? []);
  const drawing = createDrawing({
    settings: () => ({
      routes: config?.routes ?? [],
      responders: new Map(),
      people: config?.people ?? new Map(),
      templates,
      runbooks,
    }),
    clock: { now: () => incident.resolvedAt ?? incident.acknowledgedAt ?? incident.openedAt }, // as it comes, whenever it is shown
    log: createLog('warn', [], { write: (line) => io.note(line.trimEnd()) }),
  });
  return platforms.map((platform) => {
    const target = targets.find(({ destination }) => destination.startsWith(`${platform}:`));
    const card = drawing.cardFor(
      {
        incident,
        runs: [],
        route: target?.route ?? '',
        options: target?.options ?? { template: 'incident', mention: [] },
      },
      platform,
    );
    return [platform, (looks[platform] as (typeof looks)[string])(card)] as const;
  });
}
