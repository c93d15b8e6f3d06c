import type { FastifyInstance } from 'fastify';
import type { IncidentView, RunState } from '../domain/model.ts';
import type { Clock, Log } from '../domain/ports.ts';
import { incidentJson } from './api-json.ts';
import type { EventLog, LogEntry } from './event-log.ts';
import { type EventStream, openStream, type ServerEvent } from './stream.ts';
import { createWaiter } from './waiter.ts';

const BEAT_MS = 15_000; // shorter than the idle timeouts of common proxies, from 30 s
const BATCH = 100; // entries read at once
const MOST_RUNS_KNOWN = 1_000;

/** `/api/events`. Each reader pulls at its own pace: one that is too slow loses its place and is told so. */
export function eventRoutes(
  app: FastifyInstance,
  { events, clock, log }: { readonly events: EventLog; readonly clock: Clock; readonly log: Log },
): void {
  app.get('/api/events', async (request, reply) => {
    const sent = request.headers['last-event-id'];
    const stream = openStream(reply);
    try {
      await serve(stream, events, clock, typeof sent === 'string' && /^\d{1,16}$/.test(sent) ? Number(sent) : sent);
    } catch (err) {
      log.error({ err }, 'a stream of events failed');
    }
    stream.end();
  });
}

async function serve(
  stream: EventStream,
  events: EventLog,
  clock: Clock,
  lastSeen: number | string | string[] | undefined,
): Promise<void> {
  const gone = AbortSignal.any([stream.gone, events.closed]);
  const waiter = createWaiter(clock);
  const unfollow = events.follow(waiter.wake);
  gone.addEventListener('abort', unfollow, { once: true });
  const runs = new Map<string, RunState>();
  const connectedAt = clock.now();

  // A place of its own from the first moment: who breaks off before anything happened can come back to it.
  let place = typeof lastSeen === 'number' ? lastSeen : events.last;
  if (lastSeen === undefined) await stream.write({ comment: 'hello', id: place });
  else if (events.after(place, 0) === undefined || typeof lastSeen !== 'number') place = -1;

  while (!gone.aborted) {
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
      if (entry.kind === 'output') {
        const { seq, run, incident, text } = entry;
        runs.set(run, 'running');
        await stream.write({
          id: seq,
          event: 'run',
          data: JSON.stringify({ id: run, incident, state: 'running', output: text }),
        });
        continue;
      }
      const view = newest.get(entry.incident) === entry.seq ? byId.get(entry.incident) : undefined;
      if (view === undefined) continue; // a newer entry of the same incident is on its way
      for (const event of runEvents(view)) await stream.write(event);
      await stream.write({ id: entry.seq, event: 'incident', data: JSON.stringify(incidentJson(view, 'brief')) });
    }
  }

  /** Runs whose state is news to this reader. They go before their incident, whose place they share. */
  function runEvents({ runs: all }: IncidentView): readonly ServerEvent[] {
    const news = all.filter(({ id, state, requestedAt, endedAt }) => {
      const isOld = !runs.has(id) && requestedAt < connectedAt && (endedAt ?? connectedAt) < connectedAt;
      return !isOld && runs.get(id) !== state;
    });
    for (const { id, state } of news) runs.set(id, state);
    for (const id of runs.keys()) {
      if (runs.size <= MOST_RUNS_KNOWN) break;
      runs.delete(id);
    }
    return news.map(({ id, incident, state }) => ({
      event: 'run',
      data: JSON.stringify({ id, incident, state, output: '' }),
    }));
  }
}

/** The last entry of each incident: earlier ones would say the same. */
function newestOf(entries: readonly LogEntry[]): ReadonlyMap<string, number> {
  return new Map(entries.flatMap((entry) => (entry.kind === 'incident' ? [[entry.incident, entry.seq]] : [])));
}
