import type { FastifyInstance } from 'fastify';
import type { Clock, Log } from '../domain/ports.ts';
import { incidentJson } from './api-json.ts';
import type { EventLog, LogEntry } from './event-log.ts';
import type { Sessions } from './session.ts';
import { type EventStream, openStream } from './stream.ts';
import { createWaiter } from './waiter.ts';

interface Needs {
  readonly events: EventLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly sessions: Sessions;
}

const BEAT_MS = 15_000; // shorter than the idle timeouts of common proxies, from 30 s
const BATCH = 100; // entries read at once

/** `/api/events`. Each reader pulls at its own pace: one that is too slow loses its place and is told so. */
export function eventRoutes(app: FastifyInstance, { events, clock, log, sessions }: Needs): void {
  app.get('/api/events', async (request, reply) => {
    const sent = request.headers['last-event-id'];
    const lastSeen = typeof sent === 'string' && /^\d{1,16}$/.test(sent) ? Number(sent) : sent;
    const stream = openStream(reply);
    try {
      await serve(stream, { events, clock, lastSeen, isStillIn: () => sessions.isStillIn(request) });
    } catch (err) {
      log.error({ err }, 'a stream of events failed');
    }
    stream.end();
  });
}

interface Asked {
  readonly events: EventLog;
  readonly clock: Clock;
  readonly lastSeen: number | string | string[] | undefined;
  readonly isStillIn: () => boolean;
}

async function serve(stream: EventStream, { events, clock, lastSeen, isStillIn }: Asked): Promise<void> {
  const gone = AbortSignal.any([stream.gone, events.closed]);
  const waiter = createWaiter(clock);
  const unfollow = events.follow(waiter.wake);
  gone.addEventListener('abort', unfollow, { once: true });

  // A place of its own from the first moment: who breaks off before anything happened can come back to it.
  let place = typeof lastSeen === 'number' ? lastSeen : events.last;
  if (lastSeen === undefined) await stream.write({ comment: 'hello', id: place });
  else if (events.after(place, 0) === undefined || typeof lastSeen !== 'number') place = -1;

  while (!gone.aborted && isStillIn()) {
    const entries = events.after(place, BATCH);
    if (entries === undefined) {
      place = events.last;
      await stream.write({ id: place, event: 'reset', data: '{}' });
    } else if (entries.length > 0) {
      await send(entries);
      place = entries.at(-1)?.seq ?? place;
    } else {
      await waiter.rest(BEAT_MS, gone);
      if (!gone.aborted && events.last === place) await stream.write({ comment: 'beat' });
    }
  }

  async function send(entries: readonly LogEntry[]): Promise<void> {
    const newest = newestOf(entries);
    const views = await events.store.views([...newest.keys()]);
    const byId = new Map(views.map((view) => [view.incident.id, view]));
    for (const entry of entries) {
      const { seq, incident } = entry;
      if (entry.kind === 'run') {
        const { run: id, state, output } = entry;
        await stream.write({ id: seq, event: 'run', data: JSON.stringify({ id, incident, state, output }) });
        continue;
      }
      const view = newest.get(incident) === seq ? byId.get(incident) : undefined;
      if (view === undefined) continue; // a newer entry of the same incident is on its way
      await stream.write({ id: seq, event: 'incident', data: JSON.stringify(incidentJson(view, 'brief')) });
    }
  }
}

/** The last entry of each incident: earlier ones would say the same. */
function newestOf(entries: readonly LogEntry[]): ReadonlyMap<string, number> {
  return new Map(entries.flatMap((entry) => (entry.kind === 'incident' ? [[entry.incident, entry.seq]] : [])));
}
