import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { StoreChange } from '../domain/ports.ts';
import { LOOKS, type Look } from './looks/index.ts';
import type { ConsoleOptions } from './options.ts';
import { MAX_QUERY, partials } from './pages/incidents.ts';
import type { Listing } from './pages/list.ts';
import { type Place, screen, titleOf } from './pages/screen.ts';
import type { Viewer } from './pages/viewer.ts';
import { createScenes } from './scenes.ts';
import type { Sessions } from './session.ts';
import { type EventStream, openStream } from './stream.ts';
import { createWaiter, type Waiter } from './waiter.ts';

/** Keeps open pages as they are now. */
export interface Live {
  /** Resolves when the reader left. */
  serve(stream: EventStream, page: Page): Promise<void>;
  close(): void;
}
interface Page {
  readonly at?: string; // the incident it shows
  readonly text?: string; // what it searched for
  readonly as?: Look; // how it shows it
  readonly viewer: () => Viewer;
  readonly isStillIn: () => boolean;
}

const PACE_MS = 250; // between two messages to a page: faster than that nobody reads
const SHARE = 10; // of the time at most one part goes into reading lists, however large the storm
const SLOWEST_MS = 2_000;
const LOOKS_AT_OUTPUT = 2; // what a run prints is told before it can be read
const BEAT_MS = 15_000; // the page notices a dead line by its absence; also, everything is looked at again
const UNSETTLED_MS = 1_000; // while a card is on its way somewhere

export function createLive(options: ConsoleOptions): Live {
  const { store, clock, log } = options;
  const scenes = createScenes(options);
  const waiters = new Set<Waiter>();
  const closed = new AbortController();
  const listings = new Map<string | undefined, Promise<Listing>>(); // shared by all pages until something changes
  let costMs = 0; // of the last listing
  let rung = false;
  let looks = 0; // more that are due
  let pacing = false;

  /** One bell for all pages, so that they share what is read: at once, and then not before the pace allows. */
  async function ring(change: StoreChange): Promise<void> {
    if (change.incidents.length > 0) listings.clear();
    rung = true;
    if (change.output !== undefined) looks = LOOKS_AT_OUTPUT;
    if (pacing || waiters.size === 0) return;
    pacing = true;
    while (rung && !closed.signal.aborted) {
      rung = looks > 0;
      looks = Math.max(0, looks - 1);
      for (const waiter of waiters) waiter.wake();
      await clock.wait(Math.min(Math.max(PACE_MS, costMs * SHARE), SLOWEST_MS), closed.signal).catch(() => {});
    }
    pacing = false;
  }
  const unwatch = store.watch((change) => void ring(change));

  function listingOf(text: string | undefined): Promise<Listing> {
    const known = listings.get(text);
    if (known !== undefined) return known;
    const startedAt = clock.monotonic();
    const read = scenes.listing(text);
    listings.set(text, read);
    read.then(
      () => {
        costMs = clock.monotonic() - startedAt;
      },
      () => listings.delete(text),
    );
    return read;
  }

  async function serve(stream: EventStream, page: Page): Promise<void> {
    const gone = AbortSignal.any([stream.gone, closed.signal]);
    const waiter = createWaiter(clock);
    waiters.add(waiter);
    const sent = new Map<Place | 'title', string>();
    let { at } = page;
    try {
      while (!gone.aborted && page.isStillIn()) {
        const viewer = page.viewer();
        const scene = await scenes.scene(await listingOf(page.text), { at, as: page.as, viewer });
        at ??= scene.shown?.view.incident.id; // once it shows an incident, no newer one takes its place under a finger
        const changed = [...screen(scene, viewer)].filter(([place, markup]) => sent.get(place) !== markup);
        const title = titleOf(scene);
        if (changed.length > 0 || sent.get('title') !== title) await stream.write({ data: partials(changed, title) });
        else await stream.write({ event: 'beat', data: 'now' });
        for (const [place, markup] of changed) sent.set(place, markup);
        sent.set('title', title);
        const isSettled =
          scene.shown?.view.deliveries.every(
            ({ state, wanted, delivered }) => state !== 'waiting' && state !== 'retrying' && delivered >= wanted,
          ) ?? true;
        await waiter.rest(isSettled ? BEAT_MS : UNSETTLED_MS, gone);
      }
    } finally {
      waiters.delete(waiter);
    }
  }

  return {
    async serve(stream, page) {
      try {
        await serve(stream, page);
      } catch (err) {
        log.error({ err }, 'a live page failed');
      }
      stream.end();
    },
    close() {
      unwatch();
      closed.abort();
    },
  };
}

const query = z.object({
  at: z.string().max(64).optional(),
  q: z.string().max(MAX_QUERY).optional(),
  as: z.enum(LOOKS).optional().catch(undefined),
});

export function liveRoutes(app: FastifyInstance, { live, sessions }: { live: Live; sessions: Sessions }): void {
  app.get('/live', async (request, reply) => {
    const { at, q, as } = query.parse(request.query);
    await live.serve(openStream(reply), {
      viewer: () => sessions.viewer(request),
      isStillIn: () => sessions.isStillIn(request),
      ...(at === undefined ? {} : { at }),
      ...(q === undefined ? {} : { text: q }),
      ...(as === undefined ? {} : { as }),
    });
  });
}
