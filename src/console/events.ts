import type { FastifyInstance } from 'fastify';
import type { StoreChange } from '../domain/ports.ts';
import { incidentJson } from './json.ts';
import type { ConsoleOptions } from './options.ts';
import { openStream, type Stream } from './stream.ts';

type Happening =
  | { readonly kind: 'incident'; readonly seq: number; readonly incident: string }
  | { readonly kind: 'run'; readonly seq: number; readonly data: string };

const KEPT = 2_000; // happenings that a reader who comes back can go on from
const VIEWS_AT_ONCE = 100;
const FLUSH_MS = 10;
const LAST_EVENT_ID = /^\d{1,16}$/;

/** `GET /api/events`: every change of an incident, and what runs print, as they come. */
export function events(app: FastifyInstance, { store, clock, log }: ConsoleOptions): void {
  // Begins where the clock stands, so that it grows across restarts too: what was seen before one cannot be gone on from.
  let seq = clock.now() * 1_000;
  const first = seq;
  let kept: Happening[] = [];
  const readers = new Set<Reader>();

  const unwatch = store.watch((change: StoreChange) => {
    for (const incident of change.incidents) add({ kind: 'incident', seq: ++seq, incident });
    if (change.output !== undefined) {
      const { run, incident, text } = change.output;
      add({
        kind: 'run',
        seq: ++seq,
        data: JSON.stringify({ id: run, incident, state: 'running', output: text }),
      });
    }
  });
  app.addHook('onClose', async () => unwatch());

  function add(happening: Happening): void {
    kept.push(happening);
    if (kept.length > 2 * KEPT) kept = kept.slice(-KEPT);
    for (const reader of readers) reader.take(happening);
  }

  app.get('/api/events', (request, reply) => {
    const stream = openStream(request, reply);
    const reader = readerOf(stream);
    readers.add(reader);
    stream.onClose(() => readers.delete(reader));
    const last = String(request.headers['last-event-id'] ?? '');
    if (last === '') return;
    const oldest = kept[0]?.seq ?? seq + 1;
    const known = LAST_EVENT_ID.test(last) && Number(last) >= Math.max(first, oldest - 1) && Number(last) <= seq;
    if (known) for (const happening of kept) if (happening.seq > Number(last)) reader.take(happening);
    if (!known) stream.send({ id: seq, event: 'reset', data: '{}' });
  });

  interface Reader {
    take(happening: Happening): void;
  }

  /** Sends in order. An incident that changes again before it was sent is sent once, as it is then. */
  function readerOf(stream: Stream): Reader {
    const waiting = new Map<string, Happening>();
    let flushing = false;

    async function flush(): Promise<void> {
      await clock.wait(FLUSH_MS);
      while (waiting.size > 0 && !stream.closed) {
        const batch = [...waiting.values()].sort((a, b) => a.seq - b.seq).slice(0, VIEWS_AT_ONCE);
        for (const happening of batch) waiting.delete(keyOf(happening));
        const ids = batch.flatMap((happening) => (happening.kind === 'incident' ? happening.incident : []));
        const views = new Map((await store.views(ids)).map((view) => [view.incident.id, view]));
        for (const happening of batch) {
          if (happening.kind === 'run') stream.send({ id: happening.seq, event: 'run', data: happening.data });
          else {
            const view = views.get(happening.incident);
            if (view === undefined) continue;
            stream.send({ id: happening.seq, event: 'incident', data: JSON.stringify(incidentJson(view)) });
            for (const run of view.runs.filter(({ endedAt }) => endedAt !== undefined && endedAt > clock.now() - 2_000))
              stream.send({
                id: happening.seq,
                event: 'run',
                data: JSON.stringify({ id: run.id, incident: run.incident, state: run.state, output: '' }),
              });
          }
        }
      }
      flushing = false; // in the same turn in which nothing was left
    }
    return {
      take(happening) {
        waiting.set(keyOf(happening), happening);
        if (flushing) return;
        flushing = true;
        flush().catch((err: unknown) => {
          flushing = false;
          log.warn({ err }, 'events could not be sent');
        });
      },
    };
  }
}

function keyOf(happening: Happening): string {
  return happening.kind === 'incident' ? happening.incident : String(happening.seq);
}
