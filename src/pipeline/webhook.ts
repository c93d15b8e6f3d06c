import type { Incident } from '../domain/model.ts';
import type { Change, Received, Webhook } from '../domain/ports.ts';
import { fold } from '../incidents/incident.ts';
import { replayable } from './moment.ts';
import type { Parts } from './parts.ts';
import { toldAtLast, toldOrSilenced } from './telling.ts';

/** A sender repeats bytes that it thinks got lost within minutes; later the same bytes are news: it is still down. */
const RESEND_WINDOW_MS = 5 * 60_000;

/** A webhook: its events folded into incidents, the new ones routed. */
export function createWebhooks({ store, settings, clock }: Parts) {
  async function receive(webhook: Webhook): Promise<Received> {
    const { source, id, digest, secret, labels, events } = webhook;
    const from = {
      source: source.name,
      actor: { platform: 'monitor', id: source.name, name: source.label },
      digest,
      secret,
      labels,
    };
    const moments = replayable(clock.now());
    const changed = await store.change<Received>({
      ...(id === undefined ? {} : { once: `${source.name}:${id}` }),
      keys: [...new Set(events.map((event) => `${source.name}:${event.key}`))],
      decide: (found) => {
        const at = moments();
        const now = new Map(found.byKey);
        const changes = new Map<string, Change>();
        const reasons: string[] = [];
        let repeats = 0;
        for (const event of events) {
          const key = `${source.name}:${event.key}`;
          const before = now.get(key);
          const stored = found.byKey.get(key); // as it was before this webhook
          if (id === undefined && stored !== undefined && isResent(stored, digest, event.kind, at.now)) {
            repeats += 1;
            continue;
          }
          const folded = fold(before, event, from, at);
          if (folded.kind === 'nothing') {
            reasons.push(folded.reason);
            continue;
          }
          const around = { routes: settings().routes, silences: found.silences, at };
          const change = folded.opened
            ? toldOrSilenced(folded.incident, folded.lines, around)
            : (toldAtLast(folded.incident, folded.lines, around) ?? {
                incident: folded.incident,
                timeline: folded.lines,
              });
          changes.set(change.incident.id, merge(changes.get(change.incident.id), change));
          now.set(key, { ...change.incident, revision: 0 });
        }
        if (changes.size > 0)
          return { changes: [...changes.values()], answer: { kind: 'stored', incidents: [...changes.keys()] } };
        return {
          changes: [],
          answer: repeats > 0 ? { kind: 'duplicate' } : { kind: 'ignored', reason: reasons[0] ?? 'nothing to tell' },
        };
      },
    });
    return changed.duplicate ? { kind: 'duplicate' } : changed.answer;
  }

  return { receive };
}

/** The same bytes as the last stored for this incident's key, so soon that the sender only thinks they were lost. */
function isResent(before: Incident, digest: string, kind: string, now: number): boolean {
  if (before.digest !== digest) return false;
  const stillFiring = kind === 'firing' && before.status === 'resolved';
  return !stillFiring || now - (before.resolvedAt ?? 0) < RESEND_WINDOW_MS;
}

/** Two events of one webhook for one incident are one change. */
function merge(earlier: Change | undefined, later: Change): Change {
  if (earlier === undefined) return later;
  return {
    incident: later.incident,
    timeline: [...earlier.timeline, ...later.timeline],
    deliveries: [...(earlier.deliveries ?? []), ...(later.deliveries ?? [])],
  };
}
