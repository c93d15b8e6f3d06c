import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { idMaker } from '../../src/domain/id.ts';
import { pressId, readPressId } from '../../src/domain/press-id.ts';

const incident = idMaker()(Date.UTC(2_100, 0));

describe('the name of a press', () => {
  test.each([
    ['a verb', { action: 'unacknowledge' }],
    ['a runbook', { action: 'run', argument: 'restart_API-2' }],
    ['the longest runbook', { action: 'run', argument: 'x'.repeat(48) }],
    ['a duration', { action: 'snooze', argument: '1h30m' }],
    ['a person', { action: 'assign', argument: 'slack:U0123ABCD' }],
  ])('of %s is read back as it was written, and fits a custom_id', (_, button) => {
    const id = pressId(incident, button) ?? '';
    expect(readPressId(id)).toEqual({ incident, ...button });
    expect(id.length).toBeLessThanOrEqual(100);
  });

  test('is not written for an argument that does not fit', () => {
    expect(pressId(incident, { action: 'run', argument: 'x'.repeat(63) })).toBeUndefined();
    expect(pressId(incident, { action: 'run', argument: 'a.b' })).toBeUndefined();
  });

  test.each([
    '',
    '.',
    'x',
    '../../etc.run',
    `${incident}.run.`,
    `${incident}.run.a.b`,
    `${incident}.RUN`,
    `a b.run`,
    `${incident}.run.${'x'.repeat(80)}`,
  ])('is not read from %j', (text) => {
    expect(readPressId(text)).toBeUndefined();
  });

  test('is never read from anything but what is written', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const read = readPressId(text);
        return read === undefined || pressId(read.incident, read) === text;
      }),
    );
  });
});
