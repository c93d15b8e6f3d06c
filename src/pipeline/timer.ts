import type { Silence } from '../domain/model.ts';
import type { Change, Decided, Found, Moment, NewTimer } from '../domain/ports.ts';
import { expired } from '../incidents/expiry.ts';
import { escalated, reminded } from '../incidents/nudges.ts';
import { rebased } from '../incidents/rebase.ts';
import { snoozeEnded } from '../incidents/snooze.ts';
import { type State, stateOf } from '../incidents/state.ts';
import { timersOf } from '../incidents/timers.ts';
import { replayable } from './moment.ts';
import type { Parts } from './parts.ts';
import { longest } from './silences.ts';
import { heardAgain, toldAtLast } from './telling.ts';

/** A timer is due: what it does follows from the incident as it is now, so that one which is late, early or looked at twice does no harm. */
export function createTimers({ store, settings, clock }: Parts) {
  async function ring(timer: NewTimer): Promise<void> {
    const moments = replayable(clock.now());
    await store.change({ ids: [timer.incident], decide: (found) => decide(timer, found, moments()) });
  }

  function decide(timer: NewTimer, found: Found, at: Moment): Decided<undefined> {
    const incident = found.byId.get(timer.incident);
    if (incident === undefined) return { changes: [], timers: [cancelled(timer)], answer: undefined };
    const before = stateOf(incident);
    const state = rebased(before, at.now);
    const silence = longest(found.silences, state);
    const isMuted = MUTED.has(timer.kind) && silence !== undefined;
    const changes = isMuted ? [] : due(timer, state, found, at);
    const moved = changes.at(-1)?.incident ?? state;
    return {
      changes: changes.length > 0 || state === before ? changes : [{ incident: state, timeline: [] }],
      timers: [nextOf(timer, moved, at.now, silence)],
      answer: undefined,
    };
  }

  function due({ kind }: NewTimer, state: State, { silences }: Found, at: Moment): readonly Change[] {
    const { routes, people } = settings();
    switch (kind) {
      case 'snooze':
        return changesOf(snoozeEnded(state, at.now));
      case 'remind':
        return changesOf(reminded(state, at.now));
      case 'escalate': {
        const step = escalated(state, at.now);
        if (step === undefined) return [];
        const deliveries = step.targets.map((target) => ({ id: at.newId(), ...target }));
        // The cards before the line: so each thread is told why it got one.
        return [{ incident: step.incident, timeline: [], deliveries }, ...changesOf(step)];
      }
      case 'ack-expiry':
        return changesOf(expired(state, at.now, settings(), people));
      case 'silence':
        return present(toldAtLast(state, [], { routes, silences, at }) ?? heardAgain(state, silences));
    }
  }

  /** The rung timer anew, or gone. One that a silence mutes looks again when that ends, or after as long as it would wait anyway. */
  function nextOf(timer: NewTimer, state: State, now: number, silence: Silence | undefined): NewTimer {
    const next = timersOf(state, settings()).find(
      ({ kind, argument }) => kind === timer.kind && argument === timer.argument,
    );
    if (next?.at === undefined) return cancelled(timer);
    if (next.at > now || silence === undefined) return next;
    return { ...next, at: Math.min(silence.until, now + LOOK_AGAIN_MS) };
  }

  return { ring };
}

/** What tells a channel, or asks somebody. */
const MUTED: ReadonlySet<NewTimer['kind']> = new Set(['remind', 'escalate', 'ack-expiry']);
const LOOK_AGAIN_MS = 60_000; // a silence may be ended early

const cancelled = ({ at: _, ...timer }: NewTimer): NewTimer => timer;

function changesOf(
  step: { readonly incident: State; readonly lines: Change['timeline'] } | undefined,
): readonly Change[] {
  return step === undefined ? [] : [{ incident: step.incident, timeline: step.lines }];
}

const present = (change: Change | undefined): readonly Change[] => (change === undefined ? [] : [change]);
