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
