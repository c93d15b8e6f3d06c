import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadCards, readCard } from '../../src/templates/cards.ts';
import { TemplateFailed } from '../../src/templates/liquid.ts';
import { scopeOf } from './incident.ts';

const card = (head: string, body = '') => `---\n${head}\n---\n${body}\n`;
const partsOf = (text: string, scope = scopeOf()) => {
  const { render, faults } = readCard('x.md', text);
  expect(faults).toEqual([]);
  return render!(scope);
};

describe('the shipped templates', () => {
  test('are without faults', async () => {
    const { templates, faults } = await loadCards(join(import.meta.dirname, '../../templates/cards'));
    expect(faults).toEqual([]);
    expect(templates.names).toContain('incident');
  });

  test('are named in faults as an admin would write them', async () => {
    const { faults } = await loadCards(join(process.cwd(), 'templates/no-such-folder'));
    expect(faults).toEqual([
      {
        place: 'templates/no-such-folder',
        message: 'It cannot be read (ENOENT).',
        cure: expect.stringMatching(/Create/),
      },
    ]);
  });
});

describe('a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tocsin-cards-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('gives the good ones and every fault of the others', async () => {
    await writeFile(join(folder, 'good.md'), card('title: "{{ incident.title }}"'));
    await writeFile(join(folder, 'bad.md'), card('title: "{{ nope }} {{ nor }}"', '{{ neither }}'));
    await writeFile(join(folder, 'notes.txt'), '{{');
    await mkdir(join(folder, 'folder.md'));
    const { templates, faults } = await loadCards(folder);
    expect(templates.names).toEqual(['good']);
    expect(faults.map(({ place }) => place)).toEqual([
      join(folder, 'folder.md'),
      `${join(folder, 'bad.md')}:2:12`,
      `${join(folder, 'bad.md')}:2:23`,
      `${join(folder, 'bad.md')}:4:4`,
    ]);
    expect(templates.render('bad', scopeOf())).toBeUndefined();
    expect(templates.render('constructor', scopeOf())).toBeUndefined();
  });
});

describe('the front matter', () => {
  test('without a title takes that of the incident', () => {
    expect(partsOf('---\n---\n').title).toBe('Production API is down');
  });

  test('leaves out facts without a value', () => {
    const { facts } = partsOf(card('facts: { Team: "{{ labels.team }}", Region: "{{ labels.region }}" }'));
    expect(facts).toEqual([{ name: 'Team', value: [{ kind: 'text', text: 'payments' }] }]);
  });

  test('shows a time as a time, which each platform writes for its reader', () => {
    const { facts } = partsOf(card(`facts: { Since: "{{ incident.openedAt | time: 'relative' }}" }`));
    expect(facts[0]?.value).toEqual([{ kind: 'time', at: Date.UTC(2026, 10, 24, 12), style: 'relative' }]);
  });

  test('chooses the tone by Liquid, and nothing where it gives none', () => {
    const text = card('color: "{% if labels.team %}info{% else %}pink{% endif %}"');
    expect(partsOf(text).tone).toBe('info');
    expect(partsOf(text, scopeOf({ labels: {} }))).not.toHaveProperty('tone');
  });

  test('chooses the buttons in sight', () => {
    expect(
      partsOf(card('buttons: [acknowledge, "{% if labels.x %}resolve{% endif %}", "run:{{ labels.team }}"]')).buttons,
    ).toEqual(['acknowledge', 'run:payments']);
  });

  test('mentions whom it names', () => {
    expect(partsOf(card('mention: ["slack:S1", "discord:role:9", "person:Anna"]')).mentions).toEqual([
      { platform: 'slack', kind: 'group', id: 'S1' },
      { platform: 'discord', kind: 'group', id: '9' },
      { platform: 'person', kind: 'person', id: 'anna' },
    ]);
  });
});

describe('a fault has its place', () => {
  test.each([
    ['an unknown key', card('titel: x'), '2:1', 'Unknown key "titel".', 'Did you mean "title"?'],
    ['a value of another type', card('title: [x]'), '2:8', /^"title": /, /Write a value/],
    ['a number among the facts', card('facts: { Count: 3 }'), '2:17', /^"facts.Count": /, /quoted/],
    ['a mention of everybody', card('mention: ["*"]'), '2:12', 'Nobody can mention everybody.', /slack:/],
    ['a mention from an alert', card('mention: ["{{ labels.who }}"]'), '2:12', /not somebody/, /slack:/],
    ['an unknown name in the title', card('title: {"x": "{{ y }}"}'), '2:8', /./, /./],
    [
      'an unknown name in a fact',
      card("facts:\n  A: '{{ incident.x }}'"),
      '3:10',
      '"incident" has no "x".',
      /Known here/,
    ],
    ['an unknown name in a text block', card('title: |\n  one\n  {{ x }}'), '4:6', 'Unknown variable "x".', /./],
    ['an unknown name in the body', card('title: x', 'one\n\n{{ x }}'), '6:4', 'Unknown variable "x".', /./],
    ['an unknown filter in the body', card('title: x', '{{ labels.x | foo }}'), '4:15', 'Unknown filter "foo".', /./],
    [
      'a field that a loop variable does not have',
      card('title: x', '{% for r in incident.runs %}{{ r.lable }}{% endfor %}'),
      '4:32',
      'Unknown variable "r.lable".',
      /./,
    ],
    [
      'an unknown style of time',
      card('title: x', '{{ incident.openedAt | time: "relativ" }}'),
      '4:1',
      /time knows clock/,
      /./,
    ],
    [
      'a loop without end',
      card('title: x', '{% for i in (1..1000000000) %}{% endfor %}'),
      '4:1',
      /more than 200000 items/,
      /simpler/,
    ],
    ['too much Markdown', card('title: x', 'x'.repeat(5_000)), '4:1', /more than 4000 characters/, /simpler/],
  ])('%s', (_, text, place, message, cure) => {
    const { render, faults } = readCard('templates/cards/x.md', text);
    expect(render).toBeUndefined();
    const is = (expected: string | RegExp) =>
      typeof expected === 'string' ? expected : expect.stringMatching(expected);
    expect(faults).toEqual([
      {
        place: `templates/cards/x.md:${place}`,
        message: is(message),
        cure: is(cure),
        excerpt: expect.stringMatching(/\n *\^$/),
      },
    ]);
  });
});

test('every fault of a file is told at once, in its order, whatever kind it is', () => {
  const text = `---
titel: x
title: "{{ nope | foo }} <!channel>"
facts:
  Count: 3
  Who: "{{ incident.owner.nmae }}, <@U1>"
buttons: [1, "{{ nor }}"]
mention: [2, "*"]
---
{% iff labels.x %}{{ neither | bar }}{% endif %} @here
{{DATE(2026-11-24T12:00:00Z, SHORT)}}{% tag %}{{ labels.x | foo | bar }}
`;
  const { faults } = readCard('x.md', text);
  expect(faults.map(({ place, message }) => `${place.slice('x.md:'.length)} ${message.split(':', 1)[0]}`)).toEqual([
    '2:1 Unknown key "titel".',
    '3:12 Unknown variable "nope".',
    '3:19 Unknown filter "foo".',
    '3:26 Slack\'s mention "<!channel>" would be shown as it stands.',
    '5:10 "facts.Count"',
    '6:12 "incident.owner" has no "nmae".',
    '6:36 Slack\'s mention "<@U1>" would be shown as it stands.',
    '7:11 "buttons.0"',
    '7:18 Unknown variable "nor".',
    '8:11 "mention.0"',
    '8:15 Nobody can mention everybody.',
    '10:1 Unknown tag "iff".',
    '10:22 Unknown variable "neither".',
    '10:32 Unknown filter "bar".',
    '10:50 The mention "@here" would be shown as it stands.',
    '11:1 Teams\' time "{{DATE(2026-11-24T12',
    '11:38 Unknown tag "tag".',
    '11:61 Unknown filter "foo".',
    '11:67 Unknown filter "bar".',
  ]);
  for (const { excerpt } of faults) expect(excerpt).toMatch(/\n *\^$/);
});

test('where the front matter cannot be read, the faults of the body are told beside its own', () => {
  const { faults } = readCard('x.md', card('title: {{ incident.title }}', '{{ nope }}'));
  expect(faults.map(({ place }) => place)).toEqual(['x.md:2:8', 'x.md:4:4']);
});

test('what fails in one state only is told beside what fails in another', () => {
  const runs = '{% for r in incident.runs %}{{ r.lable }}{% endfor %}';
  const resolved = '{% if incident.status == "resolved" %}{{ 1 | time: "soon" }}{% endif %}';
  const { faults } = readCard('x.md', card('title: x', `${runs}\n${resolved}`));
  expect(faults.map(({ place }) => place)).toEqual(['x.md:4:32', 'x.md:5:39']);
});

test('the first of the runs may be named, though most incidents have none', () => {
  const text = card('title: "Run: {{ incident.runs[0].label }}"');
  expect(partsOf(text).title).toBe('Run:');
  expect(readCard('x.md', text.replace('label', 'lable')).faults).toHaveLength(1);
});

test('more facts than a card has room for are a fault', () => {
  const facts = (count: number) => card(`facts:\n${Array.from({ length: count }, (_, n) => `  F${n}: x`).join('\n')}`);
  expect(readCard('x.md', facts(25)).faults).toEqual([]);
  expect(readCard('x.md', facts(26)).faults).toMatchObject([
    { place: 'x.md:28:3', message: 'There are more than 25 facts.' },
  ]);
});

test('a template that fails only on some incident throws TemplateFailed with the place', () => {
  const { render } = readCard(
    'x.md',
    card('title: x', '{% if labels.many == "yes" %}{% for i in (1..1000000000) %}{% endfor %}{% endif %}'),
  );
  expect(() => render?.(scopeOf({ labels: { many: 'yes' } }))).toThrow(TemplateFailed);
  expect(() => render?.(scopeOf({ labels: { many: 'yes' } }))).toThrow(/^x\.md:4:30: /);
});

describe('Markdown that the parser would be slow on never reaches it', () => {
  test.each([
    ['*a_ ', 300, /more than 500 marks/],
    ['> ', 20, /more than 16 deep/],
    ['- ', 20, /more than 16 deep/],
    ['1. ', 20, /more than 16 deep/],
    ['word ', 1_000, /more than 4000 characters/],
  ])('%j, %i times', (piece, count, limit) => {
    const body = `{% if labels.v == "go" %}{% for i in (1..${count}) %}${piece}{% endfor %}x{% endif %}`;
    const { render } = readCard('x.md', card('title: x', body));
    expect(() => render?.(scopeOf({ labels: { v: 'go' } }))).toThrow(limit);
  });
});
