import { type Card, type IncidentView, isLiving } from '../domain/model.ts';
import type { Look } from './looks/index.ts';
import type { ConsoleOptions } from './options.ts';
import type { Listing } from './pages/list.ts';
import type { Scene } from './pages/screen.ts';
import type { Viewer } from './pages/viewer.ts';
import { actorOf } from './session.ts';

const FIRING = 500; // newest ones that are read; in a storm they are folded, and the rest is a number
const WORST = 200; // of those that are older than these
const ACKNOWLEDGED = 200;
const RESOLVED = 20;
const FOUND = 200;
const RESOLVED_FOR_MS = 86_400_000;

/** What the page of incidents is drawn from. */
export interface Scenes {
  listing(text?: string): Promise<Listing>;
  /** Answers without `shown` where there is no such incident. */
  scene(listing: Listing, asked: Asked): Promise<Scene>;
}
interface Asked {
  readonly at?: string | undefined; // the incident beside the list; undefined: the newest open one
  readonly as?: Look | undefined; // how it is shown
  readonly viewer: Viewer;
}

export function createScenes({
  store,
  bridge,
  clock,
  looks,
}: Pick<ConsoleOptions, 'store' | 'bridge' | 'clock' | 'looks'>): Scenes {
  /** As the first destination there shows it; where it went to none, as the default would. */
  function cardThere({ incident, runs, deliveries }: IncidentView, platform: Look): Card {
    const delivery = deliveries.find(({ destination }) => destination.startsWith(`${platform}:`));
    const { options, route } = delivery ?? { options: { template: 'incident', mention: [] }, route: '' };
    return bridge.cardFor({ incident, runs: runs.filter(isLiving), options, route }, platform);
  }

  /** However much comes after them, what is worst stays in sight. */
  const worstAfter = (before: string | undefined) =>
    store.incidents({
      status: ['firing'],
      severity: ['critical', 'error'],
      limit: WORST,
      ...(before === undefined ? {} : { before }),
    });

  return {
    async listing(text) {
      if (text !== undefined) {
        const [counts, hits] = await Promise.all([store.counts(), store.incidents({ text, limit: FOUND + 1 })]);
        const isCut = hits.length > FOUND;
        return { kind: 'found', text, incidents: hits.slice(0, FOUND), ...(isCut ? { isCut } : {}), counts };
      }
      const [counts, firing, acknowledged, ended] = await Promise.all([
        store.counts(),
        store.incidents({ status: ['firing'], limit: FIRING }),
        store.incidents({ status: ['acknowledged'], limit: ACKNOWLEDGED }),
        store.incidents({ status: ['resolved'], limit: RESOLVED }),
      ]);
      const worst = firing.length < FIRING ? [] : await worstAfter(firing.at(-1)?.id);
      const since = clock.now() - RESOLVED_FOR_MS;
      const resolved = ended
        .filter(({ resolvedAt }) => (resolvedAt ?? 0) >= since)
        .toSorted((a, b) => (b.resolvedAt ?? 0) - (a.resolvedAt ?? 0));
      return { kind: 'now', firing: [...firing, ...worst], acknowledged, resolved, counts };
    },
    async scene(listing, { at = newestOpen(listing), as, viewer }) {
      const view = at === undefined ? undefined : await store.incident(at);
      if (view === undefined) return { listing };
      const render = as === undefined ? undefined : looks[as];
      if (as !== undefined && render !== undefined) {
        const card = cardThere(view, as);
        return { listing, shown: { view, card, look: { as, json: render(card).json } } };
      }
      const card = bridge.card(view.incident, view.runs.filter(isLiving), actorOf(viewer.name));
      return { listing, shown: { view, card } };
    },
  };
}

function newestOpen(listing: Listing): string | undefined {
  if (listing.kind === 'found') return listing.incidents[0]?.id;
  return (listing.firing[0] ?? listing.acknowledged[0])?.id;
}
