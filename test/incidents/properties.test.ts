import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlertEvent, Incident, Line } from '../../src/domain/model.ts';
import { acknowledge, fold, note, reopen, resolve, takeOver, unacknowledge } from '../../src/incidents/incident.ts';
import type { Folded, State, Step } from '../../src/incidents/state.ts';
import { from, jonas, maya, minute, moment } from './support.ts';

const KINDS = ['firing', 'resolved', 'info'] as const;
const event: fc.Arbitrary<AlertEvent & { readonly at: number }> = fc.record(
  {
    key: fc.constantFrom('7', '8'),
    kind: fc.constantFrom(...KINDS),
    at: fc.integer({ min: -10, max: 10 }).map(minute),
    title: fc.string({ maxLength: 5 }),
    brief: fc.string({ maxLength: 5 }),
    text: fc.string({ maxLength: 5 }),
    severity: fc.constantFrom('critical', 'error', 'warning', 'info'),
    url: fc.webUrl(),
    labels: fc.dictionary(fc.string({ maxLength: 3 }), fc.string({ maxLength: 3 }), { maxKeys: 3 }),
  },
  { requiredKeys: ['key', 'kind', 'at', 'title', 'labels'] },
);
const STEPS = { acknowledge, takeOver, unacknowledge, resolve } as const;
const command = fc.oneof(
  { weight: 3, arbitrary: event.map((said) => ({ kind: 'event', said }) as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('step' as const),
      step: fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[]), 'reopen' as const, 'note' as const),
      actor: fc.constantFrom(maya, jonas),
      which: fc.nat(),
    }),
  },
);

/** Every incident there is, as the store keeps it. */
class Book {
  readonly incidents: Incident[] = [];
  readonly lines: Line[] = [];

  newest(key: string): Incident | undefined {
    return this.incidents.findLast((incident) => incident.key === key);
  }

  fold(said: AlertEvent): Folded {
    const now = minute(20 + this.lines.length); // every event is in the past
    const folded = fold(this.newest(`wizstatus:${said.key}`), said, from, moment(now, `id${this.incidents.length}`));
    if (folded.kind === 'changed') this.#put(folded.incident, folded.lines);
    return folded;
  }

  step(take: (incident: Incident, newer: Incident | undefined) => Step, which: number): void {
    const incident = this.incidents[which % this.incidents.length];
    if (incident === undefined) return;
    const newest = this.newest(incident.key);
    const step = take(incident, newest === incident ? undefined : newest);
    if (step.kind === 'changed') this.#put(step.incident, step.lines);
  }

  #put(state: State, lines: readonly Line[]): void {
    const index = this.incidents.findIndex(({ id }) => id === state.id);
    const revision = (this.incidents[index]?.revision ?? 0) + 1;
    this.incidents.splice(index < 0 ? this.incidents.length : index, 1, { ...state, revision });
    this.lines.push(...lines);
  }
}

test('in whatever order events arrive, the newest by the sender’s clock, then by arrival, is the truth', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 20 }), (events) => {
      const book = new Book();
      for (const said of events) book.fold(said);
      for (const key of new Set(events.map((said) => said.key))) {
        const states = events.filter((said) => said.key === key && said.kind !== 'info');
        const newest = states.reduce<(typeof events)[number] | undefined>(
          (best, said) => (best && best.at > said.at ? best : said),
          undefined,
        );
        expect(book.newest(`wizstatus:${key}`)?.status).toBe(newest?.kind);
        expect(book.newest(`wizstatus:${key}`)?.lastEventAt).toBe(newest?.at);
      }
    }),
  );
});

test('every firing is counted once, wherever it was folded', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const book = new Book();
      for (const said of events) book.fold(said);
      const counted = book.incidents.reduce((sum, { count }) => sum + count, 0);
      expect(counted).toBe(events.filter(({ kind }) => kind === 'firing').length);
    }),
  );
});

test('whatever monitors and people do, a key has at most one open incident, its newest, and everything is bounded', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 40 }), (commands) => {
      const book = new Book();
      for (const command of commands) {
        if (command.kind === 'event') book.fold(command.said);
        else
          book.step((incident, newer) => {
            const now = minute(20 + book.lines.length);
            if (command.step === 'reopen') return reopen(incident, command.actor, now, newer);
            if (command.step === 'note') return note(incident, command.actor, 'seen', now);
            return STEPS[command.step](incident, command.actor, now);
          }, command.which);
        for (const incident of book.incidents) {
          if (incident.status !== 'resolved') expect(book.newest(incident.key)).toBe(incident);
          expect(incident.owner === undefined).toBe(incident.acknowledgedAt === undefined);
          if (incident.status === 'acknowledged') expect(incident.owner).toBeDefined();
          if (incident.status === 'firing') expect(incident.owner).toBeUndefined();
          expect(incident.resolvedAt !== undefined).toBe(incident.status === 'resolved');
          expect(incident.resolvedBy !== undefined).toBe(incident.status === 'resolved');
          expect(incident.flips.length).toBeLessThanOrEqual(10);
        }
      }
    }),
  );
});

test('an older event changes a count and the bytes remembered, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 10 }), event, (events, last) => {
      const book = new Book();
      for (const said of events) book.fold(said);
      const before = book.newest(`wizstatus:${last.key}`);
      fc.pre(before !== undefined && last.at < before.lastEventAt && last.kind !== 'info');
      const folded = book.fold(last);
      if (folded.kind === 'nothing') return;
      const { count, revision: _, ...rest } = before;
      expect(folded.incident).toEqual({ ...rest, count: last.kind === 'firing' ? count + 1 : count });
      expect(folded.opened).toBe(false);
    }),
  );
});

test('the same input gives the same answer, and is left as it was', () => {
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 10 }),
      event,
      fc.constantFrom(...Object.values(STEPS)),
      (events, last, step) => {
        const book = new Book();
        for (const said of events) book.fold(said);
        const before = deepFreeze(book.newest(`wizstatus:${last.key}`));
        const at = moment(minute(30));
        expect(fold(before, deepFreeze(last), deepFreeze(from), at)).toEqual(fold(before, last, from, at));
        if (before !== undefined) expect(step(before, maya, at.now)).toEqual(step(before, maya, at.now));
      },
    ),
  );
});

test('every change has a line, with an actor and a time, but a recovery that was known', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 20 }), (events) => {
      const book = new Book();
      for (const said of events) {
        const wasResolved = book.newest(`wizstatus:${said.key}`)?.status === 'resolved';
        const folded = book.fold(said);
        if (folded.kind === 'nothing') continue;
        expect(folded.lines.length > 0).toBe(!(wasResolved && said.kind === 'resolved'));
        for (const line of folded.lines) expect(line).toMatchObject({ actor: from.actor, at: expect.any(Number) });
      }
    }),
  );
});

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
