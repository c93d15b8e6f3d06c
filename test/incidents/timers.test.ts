import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Incident, Line } from '../../src/domain/model.ts';
import type { NewTimer } from '../../src/domain/ports.ts';
import { expired, type TimerSettings } from '../../src/incidents/expiry.ts';
import { acknowledge, assign, reopen, resolve, takeOver, unacknowledge } from '../../src/incidents/incident.ts';
import { escalated, nudgesOf, reminded } from '../../src/incidents/nudges.ts';
import { rebased } from '../../src/incidents/rebase.ts';
import { snooze, snoozeEnded } from '../../src/incidents/snooze.ts';
import { type State, type Step, stateOf } from '../../src/incidents/state.ts';
import { timersAfter, timersOf } from '../../src/incidents/timers.ts';
import { jonas, maya, NOON, opened } from './support.ts';

const SECOND = 1_000;
const REMIND = 40 * SECOND;
const ESCALATE = 90 * SECOND;
const SETTINGS: TimerSettings = { ackExpires: 120 * SECOND };
const LONGEST = 600 * SECOND; // what a step below waits for, at most

const STEPS: Readonly<Record<string, (incident: Incident, now: number, length: number) => Step>> = {
  acknowledge: (incident, now) => acknowledge(incident, maya, now),
  takeOver: (incident, now) => takeOver(incident, jonas, now),
  assign: (incident, now) => assign(incident, maya, { owner: jonas, mention: [] }, now),
  unacknowledge: (incident, now) => unacknowledge(incident, maya, now),
  resolve: (incident, now) => resolve(incident, maya, now),
  reopen: (incident, now) => reopen(incident, maya, now),
  snooze: (incident, now, length) => snooze(incident, maya, length, now),
};
const command = fc.oneof(
  fc.record({
    kind: fc.constant('step' as const),
    step: fc.constantFrom(...Object.keys(STEPS)),
    length: fc.integer({ min: 1, max: 300 }).map((seconds) => seconds * SECOND),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 200 }).map((s) => s * SECOND) }),
);

type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** One incident and its timers, in a time of its own: what is due is rung at once, as the bridge does. */
class World {
  now = NOON;
  incident: Incident;
  readonly lines: Line[] = [];
  readonly timers = new Map<string, number>();

  constructor() {
    const escalate = { after: ESCALATE, destinations: ['slack:managers'] };
    const options = { template: 'incident', mention: [], remind: REMIND, escalate };
    const nudges = nudgesOf([{ destination: 'slack:a', route: 'ROUTE_A', options }], NOON);
    this.incident = opened(nudges && { nudges });
    this.#set(timersAfter(undefined, this.incident, SETTINGS));
  }

  take(name: string, length: number): void {
    const step = STEPS[name]?.(this.incident, this.now, length);
    if (step?.kind === 'changed') this.#put(step.incident, step.lines);
  }

  /** Time goes on; the bridge is up, and rings each timer when it is due. */
  wait(ms: number): void {
    const end = this.now + ms;
    for (let next = this.next(); next !== undefined && next <= end; next = this.next()) {
      this.now = Math.max(this.now, next);
      this.ring();
    }
    this.now = end;
  }

  ring(): void {
    for (const [kind, at] of [...this.timers]) {
      if (at > this.now) continue;
      const state = rebased(stateOf(this.incident), this.now);
      const step = due(kind as NewTimer['kind'], state, this.now);
      if (step !== undefined || state !== this.incident) this.#put(step?.incident ?? state, step?.lines ?? []);
      this.timers.delete(kind);
      const next = timersOf(this.incident, SETTINGS).find((timer) => timer.kind === kind);
      if (next?.at !== undefined) this.timers.set(kind, next.at);
    }
  }

  next(): number | undefined {
    return this.timers.size === 0 ? undefined : Math.min(...this.timers.values());
  }

  #put(state: State, lines: readonly Line[]): void {
    this.#set(timersAfter(this.incident, state, SETTINGS));
    this.incident = { ...state, revision: this.incident.revision + 1 };
    this.lines.push(...lines);
  }

  #set(timers: readonly NewTimer[]): void {
    for (const { kind, at } of timers)
      if (at === undefined) this.timers.delete(kind);
      else this.timers.set(kind, at);
  }
}

function due(kind: NewTimer['kind'], state: State, now: number) {
  switch (kind) {
    case 'snooze':
      return snoozeEnded(state, now);
    case 'remind':
      return reminded(state, now);
    case 'escalate':
      return escalated(state, now);
    case 'ack-expiry':
      return expired(state, now, SETTINGS, new Map());
    default:
      throw new Error(`no ${kind} here`);
  }
}

const played = (commands: readonly Command[], each: (world: World) => void = () => {}): World => {
  const world = new World();
  for (const one of commands) {
    if (one.kind === 'wait') world.wait(one.ms);
    else world.take(one.step, one.length);
    each(world);
  }
  return world;
};
const asSet = (timers: readonly NewTimer[]) => new Map(timers.map(({ kind, at }) => [kind, at]));
const commands = fc.array(command, { maxLength: 30 });

test('what changes set and cancel is always all that the incident waits for', () => {
  fc.assert(
    fc.property(commands, (all) => {
      played(all, ({ timers, incident }) => expect(timers).toEqual(asSet(timersOf(incident, SETTINGS))));
    }),
  );
});

test('the channel is reminded only of what fires and is not snoozed, and never sooner than asked', () => {
  fc.assert(
    fc.property(commands, (all) => {
      let told = 0;
      const world = played(all, ({ lines }) => {
        for (const line of lines.slice(told)) {
          if (line.kind !== 'reminded' || line.tell !== 'channel') continue;
          const earlier = lines.filter(
            ({ at, kind, tell }) => kind === 'reminded' && tell === 'channel' && at < line.at,
          );
          expect(line.at - (earlier.at(-1)?.at ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(REMIND);
        }
        told = lines.length;
      });
      for (const line of world.lines.filter(({ kind, tell }) => kind === 'reminded' && tell === 'channel'))
        expect(stateBefore(line, world.lines)).toEqual({ isFiring: true, isSnoozed: false });
    }),
  );
});

test('while it fires and nobody snoozed it, the next reminder is never further away than asked', () => {
  fc.assert(
    fc.property(commands, (all) => {
      played(all, ({ incident, timers, now }) => {
        if (incident.status !== 'firing' || incident.snoozedUntil !== undefined) return;
        expect((timers.get('remind') ?? Number.POSITIVE_INFINITY) - now).toBeLessThanOrEqual(REMIND);
      });
    }),
  );
});

test('it is escalated at most once for each time that nobody has it', () => {
  fc.assert(
    fc.property(commands, (all) => {
      const { lines } = played(all);
      let isEscalated = false;
      for (const { kind } of lines) {
        if (kind === 'escalated') {
          expect(isEscalated).toBe(false);
          isEscalated = true;
        } else if (FIRES_AGAIN.has(kind)) isEscalated = false;
      }
    }),
  );
});

test('a clock that leaps ahead makes each timer late, and each is rung once', () => {
  fc.assert(
    fc.property(commands, fc.integer({ min: 1, max: 365 }), (all, days) => {
      const world = played(all);
      const before = world.lines.length;
      world.now += days * 86_400_000;
      world.ring();
      world.ring();
      const kinds = world.lines.slice(before).map(({ kind, tell }) => `${kind} ${tell}`);
      expect(kinds).toEqual([...new Set(kinds)]);
    }),
  );
});

test('a clock that is set back makes nothing wait for longer than it would have, once its timers are counted anew', () => {
  fc.assert(
    fc.property(commands, fc.integer({ min: 1, max: 365 }), (all, days) => {
      const world = played(all);
      world.now -= days * 86_400_000;
      for (const kind of world.timers.keys()) world.timers.set(kind, world.now);
      world.ring();
      for (const at of world.timers.values()) {
        expect(at).toBeGreaterThan(world.now);
        expect(at - world.now).toBeLessThanOrEqual(LONGEST);
      }
      world.take('reopen', 0);
      world.take('unacknowledge', 0);
      expect(world.timers.get('remind')).toBeLessThanOrEqual(world.now + LONGEST);
    }),
  );
});

test('a clock that only drifts moves nothing', () => {
  const { incident } = new World();
  expect(rebased(incident, NOON - 4_000)).toBe(incident);
});

const FIRES_AGAIN: ReadonlySet<string> = new Set(['unacknowledged', 'reopened', 'expired']);

/** What the lines before it say of the incident. */
function stateBefore(line: Line, lines: readonly Line[]) {
  let [isFiring, isSnoozed] = [true, false];
  for (const { kind, actor } of lines.slice(0, lines.indexOf(line))) {
    if (FIRES_AGAIN.has(kind)) isFiring = true;
    if (kind === 'acknowledged' || kind === 'assigned' || kind === 'resolved') isFiring = false;
    if (kind === 'snoozed') isSnoozed = actor.platform !== 'timer';
    if (kind === 'resolved') isSnoozed = false;
  }
  return { isFiring, isSnoozed };
}
