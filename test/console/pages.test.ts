import { describe, expect, test } from 'vitest';
import { since } from '../../src/console/pages/card.ts';
import { FOLD_AFTER, fold, IN_SIGHT } from '../../src/console/pages/fold.ts';
import { form } from '../../src/console/pages/form.ts';
import { incidentsPage } from '../../src/console/pages/incidents.ts';
import { list } from '../../src/console/pages/list.ts';
import { refused } from '../../src/console/pages/notice.ts';
import { runs } from '../../src/console/pages/runs.ts';
import { plain, webUrl } from '../../src/console/pages/text.ts';
import { age, ageText, clock } from '../../src/console/pages/time.ts';
import { timeline } from '../../src/console/pages/timeline.ts';
import { deliveryState } from '../../src/console/pages/where.ts';
import { minutesText } from '../../src/domain/duration.ts';
import type { Form, Incident } from '../../src/domain/model.ts';
import { ago, card, delivery, incident, lines, listing, maya, NOW, run, scene, storm, view, viewer } from './scenes.ts';

const INVISIBLE = '\u200B';
const HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>\'`&amp;!';

describe('what others wrote', () => {
  test('is text on every page that shows it', () => {
    const page = pageOf(HOSTILE);
    expect(page).not.toMatch(/<img|<script>|onerror=alert/);
    expect(page).not.toContain('href="javascript:');
  });

  test.each([
    ['x'.repeat(1_000), `${'x'.repeat(9)}…`],
    ['12345678😀😀', '12345678…'],
    ['123456👩‍👩‍👧', '123456👩…'],
    ['12345671\uFE0F\u20E3 x', '12345671…'],
    ['a\u202Eb\u200Bc', 'a\uFFFDb\uFFFDc'],
    ['👩‍👩‍👧\nb', '👩‍👩‍👧\nb'],
  ])('%j is bounded, in whole and visible characters: %j', (text, shown) => {
    expect(plain(text, 10)).toBe(shown);
  });

  test('is visible wherever it stands', () => {
    const page = pageOf(`a${INVISIBLE}b`);
    const [text] = [page.replaceAll(/<[^>]*>/g, ' ')];
    const spoken = [...page.matchAll(/<title>(.*?)<\/title>|\b(?:aria-label|placeholder)="(.*?)"/g)].join(' ');
    expect(text).toContain('a\uFFFDb');
    expect(text + spoken).not.toContain(INVISIBLE);
  });

  test('is visible in the search field and in a form that comes back', () => {
    const found = { kind: 'found', text: `a${INVISIBLE}b`, incidents: [], counts: listing.counts } as const;
    const asked: Form = {
      title: 'Add a note',
      fields: [{ name: 'text', label: 'Note', required: true }],
      submit: { action: 'note', label: `Add${INVISIBLE}` },
    };
    const typed = { text: `a${INVISIBLE}b` };
    const drawn = [
      incidentsPage({ listing: found }, viewer, { isIncident: false }).replaceAll(/hx-sse:connect="[^"]*"/g, ''),
      form('api', asked, { press: 'p', problems: [], typed }),
    ];
    for (const markup of drawn) {
      expect(markup).toContain('value="a\uFFFDb"');
      expect(markup).not.toContain(INVISIBLE);
    }
  });

  test('a field says what may be written there and what is wrong with what was, also to who hears it', () => {
    const asked: Form = {
      title: 'Hand over',
      fields: [{ name: 'person', label: 'Person', required: true, hint: 'anna, or slack:U…' }],
      submit: { action: 'assign', label: 'Hand over' },
    };
    const problems = [{ path: 'inputs.person', message: 'Say who.' }];
    const drawn = form('api', asked, { press: 'p', problems, typed: {} });
    expect(drawn).toContain('aria-describedby="input-person-hint input-person-problem"');
    expect(drawn).toContain('id="input-person-hint">anna, or slack:U…<');
    expect(form('api', asked, { press: 'p', problems: [], typed: {} })).toContain(
      'aria-describedby="input-person-hint"',
    );
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
    expect(drawn.length).toBeLessThan(100_000);
  });

  describe('in a storm of one source', () => {
    const severityOf = (n: number) => (n < 20 ? 'critical' : n < 60 ? 'error' : n < 160 ? 'warning' : 'info');
    const firing = Array.from({ length: 206 }, (_, n) =>
      incident({ id: `s${n}`, monitor: `db-${n}`, title: `db-${n} is down`, severity: severityOf(n) }),
    ).toReversed();
    const drawn = list({ ...listing, firing, acknowledged: [], resolved: [] } as typeof listing, undefined, viewer);
    const [inSight = '', folded = ''] = drawn.split('<details');
    const [summary = '', rows = ''] = folded.split('</summary>');
    const text = summary.replaceAll(/<[^>]+>/g, ' ');

    test('the newest critical ones stay rows of their own', () => {
      expect(inSight.match(/class="row critical"/g)).toHaveLength(IN_SIGHT);
      expect(inSight).not.toMatch(/class="row (error|warning|info)"/);
      expect(rows).not.toContain('id="row-s19"');
    });

    test('the group tells how many there are of each severity, the worst first, and some of their titles', () => {
      expect(text).toMatch(/12 critical\s+·\s+40 error\s+·\s+100 warning\s+·\s+46 info/);
      expect(text).toContain('db-11 is down, db-10 is down, db-9 is down, …');
    });

    test('every other one is in the group, the worst first', () => {
      expect(rows.match(/id="row-s\d+"/g)).toHaveLength(206 - IN_SIGHT);
      const tones = [...rows.matchAll(/class="row (\w+)"/g)].map(([, tone]) => tone);
      expect([...new Set(tones)]).toEqual(['critical', 'error', 'warning', 'info']);
      expect(tones.indexOf('info')).toBe(tones.lastIndexOf('warning') + 1);
    });
  });

  test('in a storm leaves in sight what somebody owns', () => {
    const acknowledged = Array.from({ length: 60 }, (_, n) =>
      incident({ id: `a${n}`, monitor: `db-${n}`, severity: 'info', status: 'acknowledged', owner: maya }),
    );
    const [inSight = ''] = list({ ...listing, firing: [], acknowledged } as typeof listing, undefined, viewer).split(
      '<details',
    );
    expect(inSight.match(/<em>Maya Ortiz<\/em>/g)).toHaveLength(IN_SIGHT);
  });

  test('puts the group that holds the worst first, whatever its size', () => {
    const many = Array.from({ length: 40 }, (_, n) =>
      incident({ id: `i${n}`, monitor: n < 3 ? 'few' : 'many', severity: n < 3 ? 'error' : 'info' }),
    );
    expect(fold(many).groups.map(({ name }) => name)).toEqual(['few', 'many']);
  });

  test('says of a search that found more than it shows that there are older ones', () => {
    const found = { kind: 'found', text: 'db', incidents: [incident()], counts: listing.counts } as const;
    expect(list(found, undefined, viewer)).not.toContain('These are the newest');
    expect(list({ ...found, isCut: true }, undefined, viewer)).toContain('These are the newest');
  });

  test('folds by source where the monitors are too many', () => {
    const many = Array.from({ length: 100 }, (_, n) =>
      incident({ monitor: `m${n}`, source: n < 10 ? 'a' : 'b', severity: 'info' }),
    );
    expect(fold(many).groups.map(({ name, incidents }) => [name, incidents.length])).toEqual([
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

test.each<[string, Parameters<typeof incident>[0], RegExp]>([
  ['fires', {}, /^ for /],
  ['fires and is snoozed', { snoozedUntil: 9e12 }, /^; firing for /],
  ['fires and is silenced', { hushed: { silence: 's', until: 9e12 } }, /^; firing for /],
  ['is acknowledged', { status: 'acknowledged', acknowledgedAt: 1 }, /^, .* ago$/],
  [
    'is acknowledged and snoozed',
    { status: 'acknowledged', acknowledgedAt: 1, snoozedUntil: 9e12 },
    /^; acknowledged .* ago$/,
  ],
])('an incident that %s says since when, not for how long it is kept quiet', (_, over, words) => {
  expect(since(incident(over), viewer).replaceAll(/<[^>]+>/g, '')).toMatch(words);
});

test('an incident that flaps says for how long it has flapped, not for how long it fires', () => {
  const drawn = (over: Partial<Incident>) =>
    incidentsPage(scene(over), viewer, { isIncident: true }).match(/<p class="state">.*?<\/p>/)?.[0];
  expect(drawn({ openedAt: ago(1), flapping: true, flappingSince: ago(9) })).toContain('9 minutes');
  expect(drawn({ openedAt: ago(1) })).toContain('1 minute');
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
  expect(deliveryState(delivery(over), viewer).words).toBe(words);
});

test('what cannot be pressed here is no button, and the card says where it can be', () => {
  const { shown } = scene();
  const elsewhere = 'Drop: others must agree to it. Ask for it in a chat channel.';
  const buttons = [
    { action: 'run', argument: 'drop', label: 'Drop', elsewhere },
    { action: 'resolve', label: 'Resolve' },
  ];
  const page = incidentsPage({ listing, shown: { ...shown!, card: card(incident(), { buttons }) } }, viewer, {
    isIncident: true,
  });
  expect(page).toContain(`<p class="elsewhere">${elsewhere}</p>`);
  expect(page).toContain('>Resolve</button>');
  expect(page).not.toContain('>Drop</button>');
});

test('a run that waits shows with what it was asked for, and who has agreed', () => {
  const waiting = run({
    state: 'waiting',
    inputs: { reason: '<b>a leak</b>' },
    inputLabels: { reason: 'Reason' },
    approvals: 2,
    approvedBy: [{ by: { ...maya, name: 'Jonas' }, at: NOW }],
    approveUntil: NOW + 60_000,
  });
  const markup = runs([waiting], viewer);
  expect(markup).toContain('waits for one other person to agree');
  expect(markup).toContain('<dt>Reason</dt><dd>&#60;b&#62;a leak&#60;/b&#62;</dd>');
  expect(markup).toContain('approved by Jonas in Slack');
  expect(markup).toContain('Another person approves it in a chat channel');
});

test('who is called as where they are is named once', () => {
  const somebody = { platform: 'console', id: 'console', name: 'Console' };
  expect(runs([run({ by: somebody })], viewer)).toContain('asked for by Console</p>');
  expect(refused({ text: 'It is.', by: somebody }, viewer)).toContain('<span class="where">Console</span>');
  expect(refused({ text: 'It is.', by: { ...somebody, name: 'Maya' } }, viewer)).toContain('>Maya, Console</span>');
});

test('a run that nobody pressed says what started it', () => {
  expect(runs([run({ on: 'firing' })], viewer)).toContain('started by itself: firing');
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

/** An incident whose every word is `told`. */
function pageOf(told: string): string {
  const actor = { platform: told, id: told, name: told };
  const bad = incident({
    ...Object.fromEntries(['title', 'brief', 'text', 'monitor', 'source', 'key'].map((name) => [name, told])),
    labels: { [told]: told },
    url: `https://example.com/${told}`,
    owner: actor,
    why: [{ route: told, held: true, because: told, destinations: [told] }],
  });
  const text = [{ kind: 'text', text: told, bold: true, code: true, italic: true } as const];
  return incidentsPage(
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
          timeline: [{ at: NOW, kind: 'noted', actor, text: `a: ${told}`, tell: 'edit' }],
          deliveries: [delivery({ destination: told, state: 'dead', error: told })],
          runs: [run({ label: told, output: told, by: actor }), run({ state: 'failed', summary: told, by: actor })],
        },
        card: card(bad, {
          state: told,
          facts: [{ name: told, value: text }],
          body: [
            { kind: 'code', text: told },
            { kind: 'list', ordered: true, depth: 9, items: [text] },
            { kind: 'quote', spans: [{ kind: 'text', text: told, url: 'javascript:alert(1)' }] },
          ],
          buttons: [{ action: told, argument: told, label: told }],
        }),
      },
    },
    { ...viewer, name: told },
    { isIncident: true },
  );
}
