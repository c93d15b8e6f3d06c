import { join } from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Actor, Button, Incident, Run, Span } from '../../src/domain/model.ts';
import { type CardInput, makeCard } from '../../src/formatter/card.ts';
import { type CardTemplates, loadCards, readCard } from '../../src/templates/cards.ts';
import { CORPUS, hostile } from '../templates/hostile.ts';
import { incident } from '../templates/incident.ts';

let shipped: CardTemplates;
beforeAll(async () => {
  shipped = (await loadCards(join(import.meta.dirname, '../../templates/cards'))).templates;
});

const templatesOf = (text: string): CardTemplates => {
  const { render } = readCard('templates/cards/x.md', text);
  return { names: ['x'], render: (name, scope) => (name === 'x' ? render?.(scope) : undefined) };
};
const input = (changes: Partial<Incident> = {}, more: Partial<CardInput> = {}): CardInput => ({
  incident: incident(changes),
  runs: [],
  buttons: [],
  more: [],
  template: 'incident',
  platform: 'console',
  route: 'ROUTE_DEFAULT',
  now: NOW,
  ...more,
});
const maya: Actor = { platform: 'slack', id: 'U1', name: 'Maya Ortiz' };
const monitor: Actor = { platform: 'monitor', id: 'wizstatus', name: 'WizStatus' };
const openedAt = incident().openedAt;
const NOW = openedAt + 12_000;
const run = (changes: Partial<Run> = {}): Run => ({
  id: 'run1',
  incident: incident().id,
  runbook: 'restart-api',
  label: 'Restart API',
  state: 'running',
  by: maya,
  inputs: {},
  digest: '',
  approvals: 0,
  requestedAt: openedAt,
  summary: '',
  output: '',
  values: {},
  ...changes,
});
const button = (action: string, argument?: string): Button => ({
  action,
  label: action,
  ...(argument === undefined ? {} : { argument }),
});

describe('the state, in words and for a phone', () => {
  test.each<[Partial<Incident>, string, string, string]>([
    [{}, 'Critical, firing', 'CRITICAL · Production API is down (us-east, HTTP 500)', 'critical'],
    [{ severity: 'warning', brief: '' }, 'Warning, firing', 'WARNING · Production API is down', 'warning'],
    [{ flapping: true }, 'Critical, flapping', 'CRITICAL · Production API is down (us-east, HTTP 500)', 'critical'],
    [
      { status: 'acknowledged', owner: maya, brief: '' },
      'Acknowledged by Maya Ortiz',
      'ACKNOWLEDGED · Production API is down',
      'acknowledged',
    ],
    [
      { status: 'resolved', brief: '', resolvedBy: maya, resolvedAt: openedAt + 250_000 },
      'Resolved by Maya Ortiz after 4 m 10 s',
      'RESOLVED · Production API is down',
      'resolved',
    ],
    [
      { status: 'resolved', brief: '', resolvedBy: monitor, resolvedAt: openedAt + 48_000 },
      'Resolved by WizStatus after 48 s',
      'RESOLVED · Production API is down',
      'resolved',
    ],
  ])('%j', (changes, state, notice, tone) => {
    expect(makeCard(input(changes), shipped).card).toMatchObject({
      state,
      notice,
      tone,
      title: 'Production API is down',
    });
  });
});

test('the shipped card shows since when, how often, what, where, whose, and a sentence', () => {
  const text = (value: string) => [{ kind: 'text', text: value }];
  expect(makeCard(input(), shipped)).toEqual({
    card: expect.objectContaining({
      incident: incident().id,
      revision: 3,
      url: 'https://status.example/monitors/1',
      facts: [
        { name: 'Since', value: [{ kind: 'time', at: openedAt, style: 'relative' }] },
        { name: 'Reports', value: text('2') },
        { name: 'Monitor', value: text('Production API') },
        { name: 'Where', value: text('us-east, HTTP 500') },
        { name: 'Owner', value: text('nobody yet') },
      ],
      body: [{ kind: 'paragraph', spans: text('HTTP 500 after 2,500 ms from us-east.') }],
    }),
  });
});

test.each(['incident', 'database', 'absent'])(
  'a resolved card (%s) says nothing of an owner where there is none',
  (template) => {
    const ownerOf = (changes: Partial<Incident>) =>
      makeCard(input(changes, { template }), shipped).card.facts.find(({ name }) => name === 'Owner')?.value;
    const resolved = { status: 'resolved', resolvedBy: monitor, resolvedAt: NOW } as const;
    expect(ownerOf(resolved)).toBeUndefined();
    expect(ownerOf({ ...resolved, owner: maya })).toEqual([{ kind: 'text', text: 'Maya Ortiz' }]);
    expect(ownerOf({})).toEqual([{ kind: 'text', text: 'nobody yet' }]);
  },
);

describe('where the template fails, the built-in card comes, and says so', () => {
  test.each([
    ['a range of 1e9', '{% for i in (1..1000000000) %}{% endfor %}'],
    ['doubling', '{% assign a = "aaaaaaaa" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}'],
    [
      'loops in loops',
      '{% for i in (1..300) %}{% for j in (1..300) %}{% for k in (1..300) %}{% endfor %}{% endfor %}{% endfor %}',
    ],
  ])('%s', (_, body) => {
    const templates = templatesOf(`---\n---\n{% if labels.team == "payments" %}${body}{% endif %}`);
    const { card, fault } = makeCard(input({}, { template: 'x' }), templates);
    expect(fault).toMatch(/^templates\/cards\/x\.md:3:\d+: it .* more than /);
    expect(card.title).toBe('Production API is down');
    expect(card.body).toEqual([
      { kind: 'paragraph', spans: [{ kind: 'text', text: 'HTTP 500 after 2,500 ms from us-east.' }] },
      { kind: 'quote', spans: [{ kind: 'text', text: `Shown without its template. ${fault}` }] },
    ]);
  });

  test('where there is no such template', () => {
    const { card, fault } = makeCard(input({}, { template: 'toString' }), shipped);
    expect(fault).toBe('There is no card template "toString".');
    expect(JSON.stringify(card.body)).toContain('Shown without its template.');
  });

  test('whatever the template throws', () => {
    const broken: CardTemplates = {
      names: ['x'],
      render: () => {
        throw new RangeError('Maximum call stack size exceeded');
      },
    };
    expect(makeCard(input({}, { template: 'x' }), broken).fault).toMatch(/^x: RangeError/);
  });
});

describe('what an alert says is only text', () => {
  const everywhere = (value: string): Partial<Incident> => ({
    title: value,
    brief: value,
    text: value,
    monitor: value,
    key: value,
    url: value,
    labels: { [value]: value, runbook_url: value, instance: value },
    owner: { ...maya, name: value },
    resolvedBy: { ...maya, name: value },
  });
  const card = (value: string, status: Incident['status'], template: string) =>
    makeCard(
      input(
        { ...everywhere(value), status, resolvedAt: openedAt },
        { template, runs: [run({ output: value, label: value })] },
      ),
      shipped,
    ).card;
  const shape = ({ facts, body, buttons, more, mentions, tone }: ReturnType<typeof card>) => ({
    facts: facts.map(({ name }) => name),
    styles: [...facts.map(({ value }) => value), ...body.map((block) => ('spans' in block ? block.spans : []))]
      .flat()
      .map((span: Span) => (span.kind === 'text' ? { ...span, text: '', url: '' } : span)),
    body: body.map(({ kind }) => kind),
    buttons,
    more,
    mentions,
    tone,
  });

  test.each(CORPUS.map((value) => [value]))('%j', (value) => {
    for (const template of shipped.names) {
      const { title, url, notice } = card(value, 'firing', template);
      expect(title).not.toMatch(/[\n\u202A-\u202E\uFDD0\uFDD1]|\p{Cc}/u);
      expect(notice).not.toMatch(/[\n\u202A-\u202E\uFDD0\uFDD1]|\p{Cc}/u);
      if (url !== undefined) expect(url).toMatch(/^https?:\/\/[^@]*$/);
    }
  });

  test('and changes nothing about the shape of a card', () => {
    fc.assert(
      fc.property(
        hostile.filter((value) => /[^\s\p{C}]/u.test(value)),
        fc.constantFrom<Incident['status'][]>('firing', 'acknowledged', 'resolved'),
        fc.constantFrom('incident', 'database', 'one-line', 'unknown'),
        (value, status, template) => {
          expect(shape(card(value, status, template))).toEqual(shape(card('word', status, template)));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a card is bounded', () => {
  test('whatever the incident holds', () => {
    const long = '👨‍👩‍👧 long\n'.repeat(100_000);
    const labels = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`label${n}`, long.slice(0, 10_000)]));
    const all = templatesOf(
      '---\nfacts: { A: "{{ incident.text }}" }\n---\n{% for label in labels %}- **{{ label[0] }}**: {{ label[1] }}\n{% endfor %}',
    );
    for (const [template, templates] of [
      ['x', all],
      ['incident', shipped],
      ['unknown', shipped],
    ] as const) {
      const { card } = makeCard(
        input({ title: long, text: long, brief: long, labels }, { template, runs: [run({ output: long })] }),
        templates,
      );
      expect(JSON.stringify(card).length).toBeLessThan(60_000);
    }
  });

  test('and an over-long address is left out', () => {
    expect(makeCard(input({ url: `https://a.example/${'x'.repeat(5_000)}` }), shipped).card).not.toHaveProperty('url');
  });
});

describe('the run on a card', () => {
  test('is the newest living one, with the last six lines', () => {
    const output = Array.from({ length: 20 }, (_, n) => `line ${n + 1}`).join('\n');
    const runs = [
      run({ id: 'old', requestedAt: openedAt }),
      run({
        id: 'new',
        requestedAt: openedAt + 1,
        output: `${output}\n`,
        startedAt: NOW - 10_000,
        timeoutAt: NOW + 110_000,
      }),
      run({ id: 'ended', requestedAt: openedAt + 9, state: 'succeeded' }),
    ];
    expect(makeCard(input({}, { runs }), shipped).card.run).toEqual({
      id: 'new',
      label: 'Restart API',
      words: 'running, 0:10 of 2:00; asked for by Maya Ortiz',
      tail: 'line 15\nline 16\nline 17\nline 18\nline 19\nline 20',
    });
  });

  test('says of one that waits who asked for what, and who has agreed', () => {
    const waiting = run({
      state: 'waiting',
      inputs: { reason: 'a leak\nhost: all', host: 'api-1' },
      inputLabels: { reason: 'Reason' },
      approvals: 3,
      approvedBy: [{ by: { ...maya, id: 'U2', name: 'Jonas' }, at: NOW }],
    });
    expect(makeCard(input({}, { runs: [waiting] }), shipped).card.run).toMatchObject({
      words: 'waits for 2 others to agree; Jonas agreed; asked for by Maya Ortiz',
      tail: 'Reason: a leak host: all\nhost: api-1',
    });
  });

  test('says how many inputs of one that waits it has no room for', () => {
    const inputs = Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`n${index}`, 'x']));
    const { card } = makeCard(input({}, { runs: [run({ state: 'waiting', inputs })] }), shipped);
    expect(card.run?.tail).toBe('n0: x\nn1: x\nn2: x\nn3: x\nn4: x\n… and 4 more in the thread');
  });

  test('is absent where none lives', () => {
    expect(makeCard(input({}, { runs: [run({ state: 'failed' })] }), shipped).card).not.toHaveProperty('run');
  });
});

test('the route and the template mention together, each principal once', () => {
  const templates = templatesOf('---\nmention: ["slack:S1", "slack:U2"]\n---\n');
  const mention = [{ platform: 'slack', kind: 'group', id: 'S1' }] as const;
  expect(makeCard(input({}, { template: 'x', mention }), templates).card.mentions).toEqual([
    { platform: 'slack', kind: 'group', id: 'S1' },
    { platform: 'slack', kind: 'person', id: 'U2' },
  ]);
});

test('a template chooses which buttons are in sight, and the others stay in the menu', () => {
  const templates = templatesOf('---\nbuttons: [resolve, "run:restart-api", no-such]\n---\n');
  const buttons = [button('acknowledge'), button('run', 'restart-api'), button('resolve')];
  const { card } = makeCard(input({}, { template: 'x', buttons, more: [button('why')] }), templates);
  expect(card.buttons.map(({ action }) => action)).toEqual(['resolve', 'run']);
  expect(card.more.map(({ action }) => action)).toEqual(['acknowledge', 'why']);
});

test('what belongs to a living run is in sight whatever the template chooses', () => {
  const templates = templatesOf('---\nbuttons: [resolve]\n---\n');
  const buttons = [button('acknowledge'), button('resolve'), button('approve', 'r1'), button('cancel', 'r1')];
  const { card } = makeCard(input({}, { template: 'x', buttons }), templates);
  expect(card.buttons.map(({ action }) => action)).toEqual(['resolve', 'approve', 'cancel']);
});

test('a person whom a template names is mentioned by their ids on the platforms', () => {
  const templates = templatesOf('---\nmention: ["person:anna", "slack:U1"]\n---\n');
  const anna = [
    { platform: 'slack', kind: 'person', id: 'U1' },
    { platform: 'discord', kind: 'person', id: '9' },
  ] as const;
  const people = new Map([['anna', anna]]);
  expect(makeCard(input({}, { template: 'x', people }), templates).card.mentions).toEqual(anna);
});
