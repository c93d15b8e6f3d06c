import { InvalidPayload } from '../domain/errors.ts';
import { newId } from '../domain/id.ts';
import type { AlertEvent, Incident } from '../domain/model.ts';
import type { Parsed, Source } from '../domain/ports.ts';
import { fold } from '../incidents/incident.ts';
import { sources } from '../sources/index.ts';
import { CannotDo } from './command.ts';

/** The incidents that this body would open in an empty store. Throws CannotDo where it tells nothing. */
export function incidentsOf(source: Source, body: Uint8Array): readonly Incident[] {
  const incidents = new Map<string, Incident>();
  const from = {
    source: source.name,
    actor: { platform: 'monitor', id: source.name, name: source.label },
    digest: '',
    labels: {},
  };
  for (const event of eventsOf(source, body)) {
    const before = incidents.get(event.key);
    const now = event.at ?? Date.now();
    const folded = fold(before, asFiring(event), from, { now, newId: () => newId(now) });
    if (folded.kind !== 'nothing')
      incidents.set(event.key, { ...folded.incident, revision: (before?.revision ?? 0) + 1 });
  }
  return [...incidents.values()];
}

/** A recovery goes where its outage went, so it is shown as that outage. */
const asFiring = (event: AlertEvent): AlertEvent => ({ ...event, kind: 'firing' });

function reads(source: Source, body: Uint8Array): boolean {
  try {
    return parsedBy(source, body).kind === 'events';
  } catch {
    return false;
  }
}

function parsedBy(source: Source, body: Uint8Array): Parsed {
  const headers = { 'content-type': 'application/json' };
  return source.parse({ method: 'POST', query: new URLSearchParams(), headers, body }, Date.now());
}

function eventsOf(source: Source, body: Uint8Array): readonly AlertEvent[] {
  try {
    const parsed = parsedBy(source, body);
    switch (parsed.kind) {
      case 'events':
        return parsed.events;
      case 'ignored':
        throw new CannotDo(`${source.label} tells nothing with this: ${parsed.reason}.`);
      case 'handshake':
        throw new CannotDo(`${source.label} asks for an answer with this: it is no alert.`);
      default:
        return parsed satisfies never;
    }
  } catch (error) {
    if (!(error instanceof InvalidPayload)) throw error;
    const details = error.details.map(({ path, message }) => `\n    ${path}: ${message}`);
    const others = sources
      .filter((other) => other !== source && reads(other, body))
      .map(({ name }) => `--source ${name}`);
    const hint = others.length === 0 ? '' : `\n    cure: say who sends it: ${others.join(' or ')}`;
    throw new CannotDo(`This is not what ${source.label} sends.${details.join('')}${hint}`, { cause: error });
  }
}
