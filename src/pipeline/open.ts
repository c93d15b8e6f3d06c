import { OPEN } from '../actions/index.ts';
import { type Incident, type OpenList, type Severity, saying } from '../domain/model.ts';
import type { Question } from '../domain/ports.ts';
import { openList } from '../formatter/open-list.ts';
import type { Parts, Settings } from './parts.ts';
import type { Permission } from './permission.ts';
import { longest } from './silences.ts';

const MOST = 20; // more than that nobody reads in a chat
const WORST_FIRST: readonly Severity[] = ['critical', 'error', 'warning', 'info'];

/** Somebody asks what is open. Only reads, so it is neither in a timeline nor in the audit trail. */
export function createOpen({ store, settings, clock, metrics, notAsking }: Parts & Permission) {
  async function open(question: Question): Promise<OpenList> {
    const { actor } = question;
    const refused = (await notAsking(actor)) ?? notThere(question, settings());
    metrics.pressed(actor.platform, OPEN, refused === undefined ? 'told' : 'not_allowed');
    if (refused !== undefined) return saying(refused, clock.now());
    const [incidents, silences, { firing, acknowledged }] = await Promise.all([
      worst(),
      store.silences.active(),
      store.counts(),
    ]);
    const { publicUrl } = settings();
    const shown = incidents.map((incident) => {
      const silencedUntil = (longest(silences, incident) ?? incident.silenced)?.until;
      return { ...incident, ...(silencedUntil === undefined ? {} : { silencedUntil }) };
    });
    return openList({
      incidents: shown,
      firing,
      acknowledged,
      now: clock.now(),
      ...(publicUrl === undefined ? {} : { publicUrl }),
    });
  }

  /**
   * Of one severity the oldest first: what broke first is most often the cause of what broke after it, and the newest card stands in
   * the channel anyway, where the oldest is out of sight.
   */
  async function worst(): Promise<readonly Incident[]> {
    const found: Incident[] = [];
    for (const severity of WORST_FIRST) {
      const limit = MOST - found.length;
      if (limit === 0) break;
      const some = await store.incidents({
        status: ['firing', 'acknowledged'],
        severity: [severity],
        oldestFirst: true,
        limit,
      });
      found.push(...some);
    }
    return found;
  }

  return { open };
}

/** Whoever knows a bot may let it into a place of their own; incidents are told where an admin lets them go. */
function notThere({ actor, channels }: Question, { routes, fallback }: Settings): string | undefined {
  if (channels === undefined) return undefined;
  const routed = routes.flatMap(({ destinations, options }) => [
    ...destinations,
    ...(options.escalate?.destinations ?? []),
  ]);
  const isRouted = channels
    .map((channel) => `${actor.platform}:${channel}`)
    .some((destination) => destination === fallback || routed.includes(destination));
  return isRouted ? undefined : 'No route leads here, so nothing is told here.';
}
