import { describe, expect, test } from 'vitest';
import type { Incident } from '../../src/domain/model.ts';
import { acknowledge, fold, resolve } from '../../src/incidents/incident.ts';
import { firing, folded, from, maya, minute, moment, monitor, NOON, opened, resolved } from './support.ts';

const over = (): Incident => folded(opened(), resolved(4)).incident;

describe('a key that was never heard of', () => {
  test('opens an incident when it fires', () => {
    const event = firing(0, {
      brief: 'us-east, HTTP 500',
      text: 'HTTP 500 after 2,500 ms.',
      monitor: 'Production API',
      severity: 'error',
      url: 'https://example.com/7',
      labels: { env: 'prod' },
    });
    expect(fold(undefined, event, from, moment(minute(1), 'id1'))).toEqual({
      kind: 'changed',
      opened: true,
      incident: {
        id: 'id1',
        key: 'wizstatus:7',
        source: 'wizstatus',
        status: 'firing',
        severity: 'error',
        title: 'Production API is down',
        brief: 'us-east, HTTP 500',
        text: 'HTTP 500 after 2,500 ms.',
        monitor: 'Production API',
        url: 'https://example.com/7',
        labels: { env: 'prod' },
        openedAt: minute(1),
        moved: { by: monitor, at: minute(1) },
        lastEventAt: NOON,
        digest: 'd1',
        count: 1,
        flips: [],
        flapping: false,
        why: [],
      },
      lines: [
        {
          at: minute(1),
          kind: 'opened',
          actor: monitor,
          text: 'reported: Production API is down (us-east, HTTP 500)',
          tell: 'edit',
        },
      ],
    });
  });

  test('is critical where the sender states no severity', () => {
    expect(opened().severity).toBe('critical');
  });

  test('says nothing when it is only remarked on', () => {
    expect(fold(undefined, firing(0, { kind: 'info' }), from, moment(NOON))).toMatchObject({ kind: 'nothing' });
  });
});

describe('an up that overtook its down', () => {
  const up = folded(undefined, resolved(5));

  test('is kept as resolved, and nobody is told', () => {
    expect(up).toMatchObject({
      opened: false,
      incident: { status: 'resolved', resolvedAt: minute(5), resolvedBy: monitor, count: 0 },
      lines: [{ kind: 'resolved', tell: 'edit' }],
    });
  });

  test('is not undone by the down that it overtook', () => {
    expect(folded(up.incident, firing(3), minute(6))).toMatchObject({
      opened: false,
      incident: { status: 'resolved', count: 1, lastEventAt: minute(5) },
      lines: [
        { kind: 'repeated', tell: 'edit', text: 'sent an older “firing” late, from 2 m before its newest report' },
      ],
    });
  });

  test('gives way to the next down', () => {
    expect(folded(up.incident, firing(6))).toMatchObject({ opened: true, incident: { id: 'new', status: 'firing' } });
  });
});

describe('an open incident that fires again', () => {
  test('counts, and follows what is said', () => {
    const before = opened({ text: 'HTTP 500', monitor: 'API', url: 'https://a.example', labels: { a: '1', b: '1' } });
    const event = firing(1, { title: 'Still down', brief: 'eu', labels: { b: '2' } });
    expect(folded(before, event)).toMatchObject({
      opened: false,
      incident: {
        id: 'first',
        count: 2,
        title: 'Still down',
        brief: 'eu',
        text: 'HTTP 500',
        monitor: 'API',
        url: 'https://a.example',
        labels: { a: '1', b: '2' },
        lastEventAt: minute(1),
        openedAt: NOON,
      },
      lines: [{ kind: 'repeated', text: 'reported it again', tell: 'edit' }],
    });
  });

  test.each([
    ['firing', 'warning', 'critical', 'edit', ', now critical (was warning)'],
    ['acknowledged', 'warning', 'critical', 'thread', ', now critical (was warning)'],
    ['acknowledged', 'critical', 'warning', 'edit', ', only warning (was critical)'],
    ['acknowledged', 'error', undefined, 'edit', ''],
  ] as const)('while %s, from %s to %s, tells it as %s', (status, before, after, tell, text) => {
    const event = firing(1, after === undefined ? {} : { severity: after });
    expect(folded(opened({ status, severity: before }), event)).toMatchObject({
      incident: { status, severity: after ?? before },
      lines: [{ tell, text: `reported it again${text}` }],
    });
  });

  test('late, changes its count and nothing else', () => {
    const before = opened({ lastEventAt: minute(9) });
    const { incident, lines } = folded(before, firing(5, { title: 'Old news', severity: 'info' }), minute(10));
    expect(incident).toEqual({ ...before, count: 2, revision: 2 });
    expect(lines).toMatchObject([{ kind: 'repeated', tell: 'edit' }]);
  });
});

describe('an open incident that is reported resolved', () => {
  test('is resolved by the monitor, whoever owns it', () => {
    const before = opened({ status: 'acknowledged', owner: maya, snoozedUntil: minute(60), severity: 'error' });
    const { incident, lines } = folded(before, resolved(4, { brief: 'after 4 m' }), minute(4) + 10_000);
    expect(incident).toMatchObject({
      status: 'resolved',
      resolvedAt: minute(4) + 10_000,
      resolvedBy: monitor,
      owner: maya,
      title: 'Production API is up',
      brief: 'after 4 m',
      severity: 'error',
      count: 1,
    });
    expect(incident).not.toHaveProperty('snoozedUntil');
    expect(lines).toMatchObject([{ kind: 'resolved', text: 'reported it resolved after 4 m 10 s', tell: 'thread' }]);
  });

  test('at the very time of its last firing, is resolved', () => {
    expect(folded(opened(), resolved(0)).incident.status).toBe('resolved');
  });

  test('before its last firing, stays open', () => {
    const before = opened({ lastEventAt: minute(9) });
    const { incident, lines } = folded(before, resolved(5), minute(10));
    expect(incident).toEqual({ ...before, revision: 2 });
    expect(lines).toMatchObject([{ kind: 'noted', tell: 'edit' }]);
  });
});

describe('a resolved incident', () => {
  test('is followed by a new one when its key fires again', () => {
    expect(folded(over(), firing(5))).toMatchObject({
      opened: true,
      incident: { id: 'new', status: 'firing', count: 1, openedAt: minute(5) },
    });
  });

  test('that a person resolved is followed by a new one while the monitor goes on firing', () => {
    const step = resolve(opened(), maya, minute(1));
    const before = step.kind === 'changed' ? { ...step.incident, revision: 2 } : undefined;
    expect(folded(before, firing(2))).toMatchObject({ opened: true, incident: { id: 'new' } });
  });

  test('reported resolved again, only remembers when', () => {
    const { incident, lines } = folded(over(), resolved(8));
    expect(incident).toEqual({ ...over(), lastEventAt: minute(8), revision: 3 });
    expect(lines).toEqual([]);
    expect(folded(incident, firing(6), minute(9))).toMatchObject({ opened: false, incident: { status: 'resolved' } });
  });

  test.each([4, 2])('reported resolved again as of minute %i, has nothing to say', (at) => {
    expect(fold(over(), resolved(at), from, moment(minute(9)))).toMatchObject({ kind: 'nothing' });
  });

  test('is not told remarks', () => {
    expect(fold(over(), firing(5, { kind: 'info' }), from, moment(minute(5)))).toMatchObject({ kind: 'nothing' });
  });
});

test('a remark on an open incident is told in its thread, and counts for no order of events', () => {
  const { incident, lines } = folded(
    opened(),
    firing(9, { kind: 'info', title: 'Certificate expires', brief: 'in 7 d' }),
  );
  expect(incident).toEqual({ ...opened(), revision: 2 });
  expect(lines).toMatchObject([{ kind: 'noted', text: 'noted: Certificate expires (in 7 d)', tell: 'thread' }]);
});

test('an acknowledged incident stays with its owner while it fires', () => {
  const step = acknowledge(opened(), maya, minute(1));
  const before = step.kind === 'changed' ? { ...step.incident, revision: 2 } : undefined;
  expect(folded(before, firing(2)).incident).toMatchObject({ status: 'acknowledged', owner: maya });
});

test('the bytes of the last webhook are remembered, or that there were none to remember', () => {
  const later = fold(opened(), firing(1), { ...from, digest: 'd2' }, moment(minute(1)));
  expect(later).toMatchObject({ incident: { digest: 'd2' } });
  const { digest: _, ...withId } = from;
  const keyed = fold(opened(), firing(1), withId, moment(minute(1)));
  expect(keyed.kind === 'changed' && keyed.incident).not.toHaveProperty('digest');
});

describe('flapping', () => {
  /** Down and up in turn, every `every` minutes. */
  function story(every: number, times: number, before?: Incident) {
    let incident = before;
    const lines = [];
    for (let turn = 0; turn < times; turn++) {
      const event = turn % 2 === 0 ? firing(turn * every) : resolved(turn * every);
      const next = folded(incident, event, event.at, `id${turn}`);
      incident = next.incident;
      lines.push(...next.lines);
    }
    return { incident: incident as Incident, told: lines.filter(({ kind }) => kind === 'flapping') };
  }

  test('begins with the fourth change within ten minutes', () => {
    expect(story(2, 4)).toMatchObject({ incident: { flapping: false }, told: [] });
    expect(story(2, 5)).toMatchObject({
      incident: { id: 'id4', status: 'firing', flapping: true, flips: [2, 4, 6, 8].map(minute) },
      told: [{ text: 'flapping: 4 times in 10 m', tell: 'thread' }],
    });
  });

  test('is told once, however long it goes on', () => {
    expect(story(1, 40).told.filter(({ tell }) => tell === 'thread')).toHaveLength(1);
  });

  test('stands on every incident that opens while it goes on', () => {
    const before = story(1, 10).incident;
    const { incident, lines } = folded(before, firing(10), minute(10), 'next');
    expect(incident.id).toBe('next');
    expect(lines.map(({ kind, text, tell }) => [kind, text, tell]).at(-1)).toEqual([
      'flapping',
      'still flapping: 10 times in 10 m',
      'edit',
    ]);
    expect(folded(incident, firing(11)).lines.map(({ kind }) => kind)).toEqual(['repeated']);
  });

  test('is known since when it began, over all incidents of the key', () => {
    expect(story(2, 5).incident.flappingSince).toBe(minute(8));
    expect(story(2, 9).incident.flappingSince).toBe(minute(8));
  });

  test('keeps its newest ten changes', () => {
    expect(story(0.5, 60).incident.flips).toEqual(
      [50, 51, 52, 53, 54, 55, 56, 57, 58, 59].map((turn) => minute(turn / 2)),
    );
  });

  test('does not come of slow changes', () => {
    expect(story(5, 40)).toMatchObject({ incident: { flapping: false }, told: [] });
  });

  test.each([
    ['a repeat', 5, firing(30)],
    ['a recovery', 5, resolved(30)],
    ['a new outage', 6, firing(30)],
  ])('ends with %s after a calm time', (_, turns, event) => {
    const { incident } = folded(story(1, turns).incident, event);
    expect(incident.flapping).toBe(false);
    expect(incident).not.toHaveProperty('flappingSince');
  });

  test('that ended may begin again, and is told again', () => {
    let incident = folded(story(1, 6).incident, resolved(30)).incident;
    const lines = [];
    for (const event of [firing(31), resolved(32), firing(33), resolved(34)]) {
      const next = folded(incident, event);
      incident = next.incident;
      lines.push(...next.lines);
    }
    expect(lines.map(({ kind }) => kind)).toEqual(['opened', 'resolved', 'opened', 'resolved', 'flapping']);
  });
});

describe('what a sender says is bounded', () => {
  const event = firing(1, {
    title: '🚒'.repeat(10_000),
    brief: 'b'.repeat(10_000),
    text: 't'.repeat(100_000),
    monitor: 'm'.repeat(10_000),
    url: `https://example.com/${'u'.repeat(10_000)}`,
    labels: Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`${n}`.padStart(300, 'x'), 'v'.repeat(10_000)])),
  });

  test('in characters and in number', () => {
    const { incident, lines } = folded(opened(), event);
    expect(incident.title.length).toBeLessThanOrEqual(1_000);
    expect(incident.title.isWellFormed() && incident.title.endsWith('🚒…')).toBe(true);
    expect(incident.brief).toHaveLength(300);
    expect(incident.text).toHaveLength(16_000);
    expect(incident.monitor).toHaveLength(300);
    expect(Object.keys(incident.labels).length).toBeLessThanOrEqual(64);
    expect(JSON.stringify(incident).length).toBeLessThan(200_000);
    expect(JSON.stringify(lines).length).toBeLessThan(3_000);
  });

  test('but a link is never cut: a longer one is left out', () => {
    expect(folded(opened({ url: 'https://a.example' }), event).incident.url).toBe('https://a.example');
    expect(folded(opened(), event).incident).not.toHaveProperty('url');
  });

  test('and can be stored by every database', () => {
    expect(folded(undefined, firing(0, { title: 'a\0b\ud800c', labels: { 'x\0': '\udc00' } })).incident).toMatchObject({
      title: 'ab\ufffdc',
      labels: { x: '\ufffd' },
    });
  });
});

describe('labels', () => {
  test('of which there are too many: what says what it is stays, and how many are left out is told', () => {
    const many = Object.fromEntries(Array.from({ length: 99 }, (_, n) => [`label${n}`, 'x']));
    const { incident, lines } = folded(undefined, firing(0, { labels: { ...many, alertname: 'DiskFull' } }));
    expect(incident.labels).toMatchObject({ alertname: 'DiskFull', label0: 'x' });
    expect(lines[0]?.text).toMatch(/ \(36 labels are left out\)$/);
  });

  test("from the webhook's URL win over the sender's, for they are the admin's", () => {
    const event = firing(0, { labels: { env: 'sender', team: 'a' } });
    const { incident } = fold(undefined, event, { ...from, labels: { env: 'admin' } }, moment(NOON)) as ReturnType<
      typeof folded
    >;
    expect(incident.labels).toEqual({ env: 'admin', team: 'a' });
  });

  test('may have any name', () => {
    const event = firing(0, { labels: JSON.parse('{"__proto__":"x","constructor":"y"}') });
    const { labels } = folded(undefined, event).incident;
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});

describe("a sender's clock", () => {
  test('that is some hours ahead orders its events all the same', () => {
    const down = folded(undefined, firing(600), NOON).incident;
    expect(down.lastEventAt).toBe(minute(600));
    expect(folded(down, resolved(605), minute(5)).incident.status).toBe('resolved');
  });

  test.each([
    ['of whole seconds after one of milliseconds', 700, 0],
    ['of milliseconds after one of whole seconds', 0, 700],
    ['of whole seconds after another', 0, 0],
    ['that is later by milliseconds', 700, 701],
  ])('%s: within a second the order is that of arrival', (_, down, up) => {
    const before = folded(undefined, firing(0, { at: NOON + down })).incident;
    const after = folded(before, resolved(0, { at: NOON + up })).incident;
    expect(after.status).toBe('resolved');
    expect(after.lastEventAt).toBe(NOON + Math.max(down, up));
    expect(folded(after, firing(0, { at: NOON + down }), NOON, 'next').incident).toMatchObject(
      up > down && down > 0 ? { status: 'resolved' } : { id: 'next', status: 'firing' },
    );
  });

  test('that told no time before is not compared with ours, which may have been wrong', () => {
    const { at: _, ...down } = firing(0);
    const before = folded(undefined, down, minute(1_440)).incident; // a day ahead
    expect(folded(before, resolved(5), minute(6)).incident.status).toBe('resolved');
  });

  test('that tells no time: its event is the newest, and older than what it tells with a time after it', () => {
    const { at: _, ...up } = resolved(0);
    const before = opened({ lastEventAt: minute(9) }); // its clock is ahead of ours
    const after = folded(before, up, minute(5)).incident;
    expect(after).toMatchObject({ status: 'resolved', lastEventAt: minute(9) });
    expect(folded(after, firing(10), minute(6)).incident.status).toBe('firing');
  });

  test.each([9e15, Number.NaN])('that says %d is not believed: what it says next is newer', (at) => {
    const down = folded(undefined, { ...firing(0), at }, NOON).incident;
    expect(down.lastEventAt).toBe(0);
    expect(folded(down, resolved(-5), minute(5)).incident.status).toBe('resolved');
  });
});
