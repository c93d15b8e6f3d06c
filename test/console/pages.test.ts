import { describe, expect, test } from 'vitest';
import { FOLD_AFTER, fold } from '../../src/console/pages/fold.ts';
import { incidentsPage } from '../../src/console/pages/incidents.ts';
import { list } from '../../src/console/pages/list.ts';
import { plain, webUrl } from '../../src/console/pages/text.ts';
import { age, ageText, clock } from '../../src/console/pages/time.ts';
import { timeline } from '../../src/console/pages/timeline.ts';
import { stateOf } from '../../src/console/pages/where.ts';
import { minutesText } from '../../src/domain/duration.ts';
import { card, delivery, incident, lines, listing, NOW, run, scene, storm, view, viewer } from './scenes.ts';

const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>\'`&amp;!';

describe('what others wrote', () => {
  test('is text on every page that shows it', () => {
    const actor = { platform: HOSTILE, id: HOSTILE, name: HOSTILE };
    const bad = incident({
      ...Object.fromEntries(['title', 'brief', 'text', 'monitor', 'source', 'key'].map((name) => [name, HOSTILE])),
      labels: { [HOSTILE]: HOSTILE },
      url: `https://example.com/${HOSTILE}`,
      owner: actor,
      why: [{ route: HOSTILE, held: true, because: HOSTILE, destinations: [HOSTILE] }],
    });
    const text = [{ kind: 'text', text: HOSTILE, bold: true, code: true, italic: true } as const];
    const page = incidentsPage(
      {
        listing: {
          ...listing,
          kind: 'now',
          firing: [bad],
          acknowledged: [{ ...bad, status: 'acknowledged' }],
        } as typeof listing,
        shown: {
          view: {
            incident: bad,
            timeline: [{ at: NOW, kind: 'noted', actor, text: `a: ${HOSTILE}`, tell: 'edit' }],
            deliveries: [delivery({ destination: HOSTILE, state: 'dead', error: HOSTILE })],
            runs: [
              run({ label: HOSTILE, output: HOSTILE, by: actor }),
              run({ state: 'failed', summary: HOSTILE, by: actor }),
            ],
          },
          card: card(bad, {
            state: HOSTILE,
            facts: [{ name: HOSTILE, value: text }],
            body: [
              { kind: 'code', text: HOSTILE },
              { kind: 'list', ordered: true, depth: 9, items: [text] },
              { kind: 'quote', spans: [{ kind: 'text', text: HOSTILE, url: 'javascript:alert(1)' }] },
            ],
            buttons: [{ action: HOSTILE, argument: HOSTILE, label: HOSTILE }],
          }),
        },
      },
      { ...viewer, name: HOSTILE },
      { isIncident: true },
    );
    expect(page).not.toMatch(/<img|<script>|onerror=alert/);
    expect(page).not.toContain('href="javascript:');
  });

  test('is bounded, whole characters, without what cannot be seen', () => {
    expect(plain('x'.repeat(1_000), 10)).toBe(`${'x'.repeat(9)}…`);
    expect(plain('12345678😀😀', 10)).toBe('12345678…');
    expect(plain('safe\u202Egpj.exe\u0000\u0007', 50)).toBe('safegpj.exe');
    expect(plain('👩‍👩‍👧 two\nlines', 50)).toBe('👩‍👩‍👧 two\nlines');
  });

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://x',
    '//x',
    'https://grafana.corp@evil.example/',
    'mailto:a@b',
  ])('%s is no link', (url) => {
    expect(webUrl(url)).toBeUndefined();
  });
});

describe('the list', () => {
  test('shows the open ones first, then what is over', () => {
    const drawn = list(listing, 'api', viewer);
    const order = [
      'Firing',
      'checkout-eu latency',
      'Production API',
      'Acknowledged',
      'Image resizer',
      'Resolved',
      'Search index',
    ];
    const places = order.map((text) => drawn.indexOf(text));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(drawn.match(/aria-current="true"/g)).toHaveLength(1);
  });

  test('folds in a storm, and stays small', () => {
    const drawn = list(storm, undefined, viewer);
    expect(drawn.match(/<details/g)).toHaveLength(6);
    expect(drawn).toContain('10,000');
    expect(drawn).toContain('9,500 older ones');
    expect(drawn.length).toBeLessThan(80_000);
  });

  test('folds by source where the monitors are too many', () => {
    const many = Array.from({ length: 100 }, (_, n) => incident({ monitor: `m${n}`, source: n < 10 ? 'a' : 'b' }));
    expect(fold(many).map(({ name, incidents }) => [name, incidents.length])).toEqual([
      ['b', 90],
      ['a', 10],
    ]);
  });

  test('shows each one while they fit', () => {
    const few = Array.from({ length: FOLD_AFTER }, (_, n) => incident({ id: `i${n}`, monitor: 'one' }));
    expect(list({ ...listing, kind: 'now', firing: few } as typeof listing, undefined, viewer)).not.toContain(
      '<details',
    );
  });
});

describe('times', () => {
  test('are the reader’s, with the date where it is not today’s, exact on hover', () => {
    expect(clock(NOW, viewer)).toBe(
      '<time datetime="2026-11-24T14:32:22.000Z" title="Tue, 24 Nov 2026, 15:32:22 CET">15:32:22</time>',
    );
    expect(clock(NOW - 86_400_000, viewer)).toContain('>23 Nov, 15:32:22<');
    expect(clock(NOW, { ...viewer, zone: 'UTC' })).toContain('>14:32:22 UTC<');
  });

  test.each([
    [0, '1 s', '1 second'],
    [59_999, '59 s', '59 seconds'],
    [60_000, '1 m', '1 minute'],
    [3_600_000 * 5, '5 h', '5 hours'],
    [86_400_000 * 3, '3 d', '3 days'],
  ])('%i ms ago', (ms, short, long) => {
    expect([ageText(ms, 'short'), ageText(ms, 'long')]).toEqual([short, long]);
    expect(age(NOW - ms, viewer)).toContain(`data-age="short">${short}<`);
  });

  test('of runs are minutes and seconds', () => {
    expect([minutesText(18_400), minutesText(725_000)]).toEqual(['0:18', '12:05']);
  });
});

test('the timeline is newest first, in elements that keep their ids, and bounded', () => {
  const many = Array.from({ length: 250 }, (_, n) => ({ ...lines[1]!, text: `line ${n}` }));
  const drawn = timeline(incident(), many, viewer);
  expect(drawn.indexOf('line 249')).toBeLessThan(drawn.indexOf('line 248'));
  expect(drawn).toContain('<li id="line-249"');
  expect(drawn.match(/<li /g)).toHaveLength(100);
  expect(drawn).toContain('150 earlier lines');
});

test.each([
  [{ state: 'delivered' }, 'up to date'],
  [{ state: 'delivered', delivered: 3 }, 'being updated'],
  [{ state: 'waiting' }, 'on its way'],
  [{ state: 'retrying', retryAt: NOW + 4_000 }, 'retry in 4 s'],
  [{ state: 'retrying', retryAt: NOW - 1 }, 'trying again'],
  [{ state: 'dead' }, 'not delivered'],
] as const)('a delivery that is %o reads: %s', (over, words) => {
  expect(stateOf(delivery(over), viewer).words).toBe(words);
});

test('a run’s output is its tail, with the way to all of it', () => {
  const long = Array.from({ length: 5_000 }, (_, n) => `line ${n}`).join('\n');
  const { shown } = scene({}, {}, [run({ output: long })]);
  const page = incidentsPage({ listing, shown: { ...shown!, view: view({}, shown!.view.runs) } }, viewer, {
    isIncident: true,
  });
  expect(page).toContain('line 4999');
  expect(page).not.toContain('line 4799\n');
  expect(page).toContain('href="/incidents/api/runs/r1"');
});
