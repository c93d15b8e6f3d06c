import type { RouteVerdict } from '../domain/model.ts';
import type { Source } from '../domain/ports.ts';
import type { Route } from '../routing/grammar.ts';
import { route as routeIncident } from '../routing/route.ts';
import { command, WrongUse } from './command.ts';
import { incidentsOf } from './incidents-of.ts';
import { readInput, sourceNamed } from './input.ts';
import { needConfig } from './need-config.ts';
import { oneLine } from './printable.ts';

/** `tocsin route`: where a payload would go, and why. */
export const route = command({
  summary: 'Says where a payload would go, and why.',
  usage: 'route FILE [--source NAME]',
  details: `  FILE            a webhook's body; - reads stdin. Its signature is not asked for
  --source NAME   who sends it (default: wizstatus)

For each incident every route is shown, with the matcher that held or failed. Nothing is stored or sent.

Examples:
  npm run tocsin -- route down.json
  npm run tocsin -- route --source alertmanager - < alerts.json`,
  options: { source: { type: 'string' } },
  async run({ values, positionals, json, io }) {
    const [file, second] = positionals;
    if (file === undefined || second !== undefined) throw new WrongUse('give one FILE, or - for stdin.');
    const source = sourceNamed(values.source);
    const { routes } = needConfig(io);
    const ways = waysOf(source, await readInput(file, io), routes);
    io.print(json ? JSON.stringify({ incidents: ways }, undefined, 2) : ways.map(text).join('\n\n'));
    return 0;
  },
});

interface Way {
  readonly key: string;
  readonly title: string;
  readonly severity: string;
  readonly destinations: readonly string[];
  readonly routes: readonly RouteVerdict[];
}

/** The incidents that this body would open in an empty store, each with its routes. */
function waysOf(source: Source, body: Uint8Array, routes: readonly Route[]): readonly Way[] {
  return incidentsOf(source, body).map((incident) => {
    const { verdicts, targets } = routeIncident(incident, routes);
    const destinations = targets.map(({ destination }) => destination);
    return { key: incident.key, title: incident.title, severity: incident.severity, destinations, routes: verdicts };
  });
}

function text(way: Way): string {
  return [
    oneLine(`${way.title} (${way.severity}, ${way.key})`),
    ...way.routes.map(
      ({ route, held, because }) => `  ${held ? 'held  ' : 'failed'}  ${oneLine(`${route}: ${because}`)}`,
    ),
    `  goes to ${way.destinations.join(', ') || 'nowhere'}`,
  ].join('\n');
}
