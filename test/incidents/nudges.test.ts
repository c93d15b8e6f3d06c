import { describe, expect, test } from 'vitest';
import type { Incident, RouteOptions } from '../../src/domain/model.ts';
import { acknowledge, takeOver, unacknowledge } from '../../src/incidents/incident.ts';
import { escalated, nextEscalation, nextReminder, nudgesOf, reminded } from '../../src/incidents/nudges.ts';
import { snooze, snoozeEnded } from '../../src/incidents/snooze.ts';
import type { State, Step } from '../../src/incidents/state.ts';
import { jonas, maya, minute, NOON, opened } from './support.ts';

const options = (more: Partial<RouteOptions> = {}): RouteOptions => ({ template: 'incident', mention: [], ...more });
const target = (destination: string, route: string, more?: Partial<RouteOptions>) => ({
  destination,
  route,
  options: options(more),
});
const escalate = { after: 900_000, destinations: ['slack:managers'] };
const remind = 600_000;
const targets = [
  target('slack:db', 'ROUTE_DB', { remind, escalate }),
  target('discord:1', 'ROUTE_DB', { remind, escalate }),
  target('slack:all', 'ROUTE_Z', { remind: 60_000 }),
  target('console', 'ROUTE_Z'),
];

const told = (): Incident => {
  const nudges = nudgesOf(targets, NOON);
  return opened(nudges && { nudges });
};
const made = (step: Step): Incident => {
  if (step.kind === 'late') throw new Error(step.text);
  return { ...step.incident, revision: 2 };
};
const rung = <T>(given: T | undefined): T => {
  if (given === undefined) throw new Error('nothing is due');
  return given;
};

test('what the routes say is one reminder for each interval and one escalation for each route', () => {
  expect(nudgesOf(targets, NOON)).toEqual({
    since: NOON,
    reminders: [
      { every: 600_000, destinations: ['slack:db', 'discord:1'] },
      { every: 60_000, destinations: ['slack:all'] },
    ],
    escalations: [
      {
        after: 900_000,
        route: 'ROUTE_DB',
        options: options(),
        from: ['slack:db', 'discord:1'],
        to: ['slack:managers'],
      },
    ],
  });
  expect(nudgesOf([target('console', 'ROUTE_DEFAULT')], NOON)).toBeUndefined();
});

describe('a reminder', () => {
  test('is told in the channels whose route asks for it, and comes again', () => {
    expect(nextReminder(told())).toBe(minute(1));
    const first = rung(reminded(told(), minute(10)));
    expect(first.lines).toMatchObject([
      {
        kind: 'reminded',
        tell: 'channel',
        channels: ['slack:db', 'discord:1', 'slack:all'],
        text: 'reminds: Production API is down, and nobody has acknowledged it for 10 m',
      },
    ]);
    expect(nextReminder(first.incident)).toBe(minute(11));
    expect(rung(reminded(first.incident, minute(11))).lines).toMatchObject([{ channels: ['slack:all'] }]);
  });

  test('that is late by days is told once', () => {
    const { incident } = rung(reminded(told(), minute(5_000)));
    expect(reminded(incident, minute(5_000))).toBeUndefined();
    expect(nextReminder(incident)).toBe(minute(5_001));
  });

  test('stops while somebody has it, and counts anew when they give it back', () => {
    const theirs = made(acknowledge(told(), maya, minute(3)));
    expect(nextReminder(theirs)).toBeUndefined();
    expect(nextReminder(made(unacknowledge(theirs, maya, minute(30))))).toBe(minute(31));
  });

  test('cuts a long title', () => {
    const { lines } = rung(reminded({ ...told(), title: 'x'.repeat(1_000) }, minute(10)));
    expect(lines[0]?.text.length).toBeLessThan(300);
  });
});

describe('an escalation', () => {
  test('sends the card further, and tells both channels', () => {
    const step = rung(escalated(told(), minute(15)));
    expect(step.targets).toEqual([target('slack:managers', 'ROUTE_DB')]);
    expect(step.lines).toMatchObject([
      {
        kind: 'escalated',
        tell: 'channel',
        channels: ['slack:db', 'discord:1', 'slack:managers'],
        text: 'escalated to slack:managers: nobody has acknowledged it for 15 m',
      },
    ]);
  });

  test('comes once for as long as nobody has it', () => {
    const { incident } = rung(escalated(told(), minute(15)));
    expect(nextEscalation(incident)).toBeUndefined();
    expect(escalated(incident, minute(500))).toBeUndefined();
  });

  test('comes again where it was taken and given back', () => {
    const { incident } = rung(escalated(told(), minute(15)));
    const back = made(
      unacknowledge(made(acknowledge({ ...incident, revision: 2 }, maya, minute(16))), maya, minute(20)),
    );
    expect(nextEscalation(back)).toBe(minute(35));
  });

  test('does not come after somebody took it over', () => {
    const theirs = made(takeOver(made(acknowledge(told(), maya, minute(1))), jonas, minute(2)));
    expect(escalated(theirs, minute(100))).toBeUndefined();
  });
});

describe('a snooze', () => {
  const asleep = () => made(snooze(told(), maya, 3_600_000, minute(2)));

  test('defers reminders and escalation to their whole time after its end', () => {
    expect(nextReminder(asleep())).toBe(minute(63));
    expect(nextEscalation(asleep())).toBe(minute(77));
  });

  test('ends by itself, is told in the thread, and late it still defers them by their whole time', () => {
    expect(snoozeEnded(asleep(), minute(61))).toBeUndefined();
    const { incident, lines } = rung(snoozeEnded(asleep(), minute(70)));
    expect(lines).toMatchObject([{ kind: 'snoozed', tell: 'thread', actor: { platform: 'timer' } }]);
    expect(incident).not.toHaveProperty('snoozedUntil');
    expect(incident).not.toHaveProperty('snoozedAt');
    expect(nextReminder(incident)).toBe(minute(71));
  });

  test('can be replaced by another one', () => {
    expect(made(snooze(asleep(), jonas, 60_000, minute(5)))).toMatchObject({ snoozedUntil: minute(6) });
  });

  test('of what somebody has keeps it theirs', () => {
    const theirs: State = made(snooze(made(acknowledge(told(), maya, minute(1))), maya, 60_000, minute(2)));
    expect(rung(snoozeEnded(theirs, minute(3))).incident).toMatchObject({ status: 'acknowledged', owner: maya });
  });
});
