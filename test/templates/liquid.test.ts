import { describe, expect, test } from 'vitest';
import { compileText, ENCODE, type ScopeSchema, TemplateFailed } from '../../src/templates/liquid.ts';

const SCOPE: ScopeSchema = {
  incident: { title: 'value', owner: { name: 'value' }, openedAt: 'value', resolvedAt: 'value' },
  labels: 'any',
  platform: 'value',
};

function compile(source: string, scope = SCOPE) {
  return compileText(source, { file: 'x.md', text: source, line: 1, column: 1 }, scope);
}

function render(source: string, values: object, encode?: (value: string) => string): string {
  const { template, faults } = compile(source);
  expect(faults).toEqual([]);
  return template!.render(values, encode);
}

describe('a value is never parsed again', () => {
  test.each([
    ['{{ labels.x }}'],
    ['{% echo labels.x %}'],
    ['{% assign y = labels.x %}{{ y }}'],
    ['{% for l in labels %}{{ l[1] }}{% endfor %}'],
    ['{% liquid\necho labels.x\n%}'],
  ])('%s', (source) => {
    for (const hostile of [
      '{{ platform }}',
      '{% assign a = 1 %}',
      "{% include '/etc/passwd' %}",
      '#{7*7}',
      '<%= 7*7 %>',
    ]) {
      expect(render(source, { labels: { x: hostile }, platform: 'slack' })).toBe(hostile);
    }
  });
});

describe('a value is encoded for where it goes, whichever way it is written', () => {
  const wrap = (value: string) => `[${value}]`;
  test.each([
    ['{{ labels.x }}', '[v]'],
    ['{% echo labels.x %}', '[v]'],
    ['{% liquid echo labels.x %}', '[v]'],
    ['{{ labels.x | append: "w" }}', '[vw]'],
    ['{% assign y = labels.x | upcase %}{{ y }}', '[V]'],
    ['{% for l in labels %}{{ l | join: "=" }}{% endfor %}', '[x=v]'],
    ['{% case labels.x %}{% when "v" %}{{ labels.x }}{% endcase %}', '[v]'],
    ['{% unless labels.y %}{{ labels.x }}{% endunless %}', '[v]'],
    ['{{ labels.missing }}', '[]'],
    ['{{ labels }}', '[{"x":"v"}]'],
  ])('%s', (source, expected) => {
    expect(render(source, { labels: { x: 'v' } }, wrap)).toBe(expected);
  });

  test.each([
    ['argument', '-rf "$HOME"', '-rf "$HOME"'],
    ['url', '../a?b=c&d#\uD800', '..%2Fa%3Fb%3Dc%26d%23%EF%BF%BD'],
    ['json', '"}\n\\', '\\"}\\n\\\\'],
    ['text', 'a\r\nb\u0000\u202Ec\tד', 'a\nb\uFFFD\uFFFDc ד'],
  ] as const)('as %s', (how, value, expected) => {
    expect(render('{{ labels.x }}', { labels: { x: value } }, ENCODE[how])).toBe(expected);
  });
});

describe('what could bypass the encoding, read files or change the scope is unknown', () => {
  test.each([
    ['{{ labels.x | raw }}', 1, 15],
    ['{% echo labels.x | raw %}', 1, 20],
    ['{% capture a %}{{ labels.x }}{% endcapture %}', 1, 1],
    ['{% increment a %}', 1, 1],
    ['{% decrement a %}', 1, 1],
    ['a\n{% render "package.json" %}', 2, 1],
    ['{% include "package.json" %}', 1, 1],
    ['{% layout "package.json" %}', 1, 1],
    ['{% block a %}{% endblock %}', 1, 1],
    ['{% cycle "a", "b" %}', 1, 1],
    ['{% tablerow a in labels %}{% endtablerow %}', 1, 1],
    ['{{ labels.x | where_exp: "a", "a.b" }}', 1, 15],
    ['{{ labels.x | escape }}', 1, 15],
    ['{{ labels.x | url_decode }}', 1, 15],
    ['{{ labels | inspect }}', 1, 13],
    ['{{ labels | sample }}', 1, 13],
  ])('%s', (source, line, column) => {
    const { template, faults } = compile(source);
    expect(template).toBeUndefined();
    expect(faults[0]).toMatchObject({
      place: `x.md:${line}:${column}`,
      message: expect.stringMatching(/^Unknown (tag|filter)/),
    });
  });
});

describe('a name that the scope does not have is a fault where it stands', () => {
  test.each([
    ['{{ incident.titel }}', '1:4', '"incident" has no "titel".', 'Did you mean "title"?'],
    ['{{ incident.owner.nmae }}', '1:4', '"incident.owner" has no "nmae".', 'Did you mean "name"?'],
    ['a\n b {{ lables.x }}', '2:7', 'Unknown variable "lables".', 'Did you mean "labels"?'],
    ['{% if false %}{{ nope }}{% endif %}', '1:18', 'Unknown variable "nope".', /^Known here: incident/],
    ['{{ labels.x | default: nope }}', '1:24', 'Unknown variable "nope".', /./],
    ['{% for i in (1..nope) %}{% endfor %}', '1:17', 'Unknown variable "nope".', /./],
    ['{{ labels[nope.x] }}', '1:11', 'Unknown variable "nope".', /./],
    ['{{ platform.name }}', '1:4', '"platform" has no "name".', 'Leave it out.'],
    ['{{ incident.title | upcas }}', '1:21', 'Unknown filter "upcas".', 'Did you mean "upcase"?'],
    ['{% unles labels %}', '1:1', 'Unknown tag "unles".', 'Did you mean "unless"?'],
    ['{{ a', '1:1', /not closed/, /Write it as/],
    ['{% if labels %}', '1:1', /not closed/, /Write it as/],
  ])('%s', (source, place, message, cure) => {
    const text = (expected: string | RegExp) =>
      typeof expected === 'string' ? expected : expect.stringMatching(expected);
    expect(compile(source).faults).toEqual([
      { place: `x.md:${place}`, message: text(message), cure: text(cure), excerpt: expect.stringMatching(/\n *\^$/) },
    ]);
  });

  test('every one of them is told, at its place in the file', () => {
    const text = '---\nkey: "{{ one }} {{ two }}"\n---\n';
    const { faults } = compileText('{{ one }} {{ two }}', { file: 'x.md', text, line: 2, column: 7 }, SCOPE);
    expect(faults.map(({ place }) => place)).toEqual(['x.md:2:10', 'x.md:2:20']);
    expect(faults[1]?.excerpt).toBe('key: "{{ one }} {{ two }}"\n                   ^');
  });

  test('but labels, which nobody can know, are empty where they are missing', () => {
    expect(render('{{ labels.x | default: "none" }}{% if labels.x %}!{% endif %}', { labels: {} })).toBe('none');
  });
});

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'size', 'k8s.io/app'])(
  'a label called %s is read like any other, and empty where it is missing',
  (name) => {
    const labels = Object.assign(Object.create(null), { [name]: 'value' });
    Object.defineProperty(labels, name, { value: 'value', enumerable: true });
    expect(render(`{{ labels["${name}"] }}`, { labels })).toBe('value');
    if (name !== 'size') expect(render(`{{ labels["${name}"] }}`, { labels: {} })).toBe('');
  },
);

test('a template cannot change the scope that it was given', () => {
  const values = Object.freeze({ labels: Object.freeze({ x: 'v' }) });
  expect(render('{% assign labels = "w" %}{{ labels }}', values)).toBe('w');
  expect(values.labels.x).toBe('v');
});

test.each([
  ['{{ "2026-11-24T12:00:00Z" | time: "relative" }}', '2026-11-24T12:00:00Z'],
  ['{{ labels.missing | time }}', ''],
  ['{{ 250000 | duration }}', '4 m 10 s'],
  ['{{ "2026-11-24T12:00:00Z" | duration: "2026-11-24T14:05:00Z" }}', '2 h 5 m'],
  ['{{ "2026-11-24T12:00:00Z" | duration: labels.missing }}', ''],
  ['{{ "2026-11-24T12:00:00Z" | date: "%H:%M %Z" }}', '12:00 UTC'],
])('%s gives %s', (source, expected) => {
  expect(render(source, { labels: {} })).toBe(expected);
});

describe('a template that would take the process with it reaches a limit, which is counted and not timed', () => {
  const WORK = /works on more than 200000 items and characters/;
  const times = (count: number, what: string) => `{% for i in (1..${count}) %}${what}{% endfor %}`;
  const wide = '{% assign a = (1..40000) %}{% assign b = (1..40000) %}';
  test.each([
    ['a range of 1e9', times(1_000_000_000, 'x'), WORK],
    ['nested loops', times(1_000, times(1_000, '')), /more than 20000 steps/],
    ['doubling', `{% assign a = "aaaaaaaa" %}${times(60, '{% assign a = a | append: a %}')}{{ a }}`, WORK],
    ['a wide date', '{{ "2026-11-24" | date: "%999999999d" }}', WORK],
    ['sorting', '{% assign a = (1..90000) | sort_natural %}{% assign b = a | reverse | sort_natural %}', WORK],
    ['a list as the name of a property', '{% assign a = (1..9000) %}{% assign b = a | sort: a %}', WORK],
    [
      'lists that hold a list twice',
      `{% assign a = (1..2) %}${times(60, '{% assign a = a | push: a %}')}{{ a }}`,
      WORK,
    ],
    ['groups of groups', `{% assign a = (1..2) %}${times(60, '{% assign a = a | group_by: "x" | concat: a %}')}`, WORK],
    [
      'a list of one long text',
      `{% assign a = labels.long | split: "," %}${times(15, '{% assign a = a | concat: a %}')}{{ a }}`,
      WORK,
    ],
    ['comparing lists', `${wide}{% if a == b %}{% endif %}{% if a == b %}{% endif %}`, WORK],
    [
      'searching a list',
      `${wide}{% if a contains 0 %}{% endif %}{% if a contains 0 %}{% endif %}{% if b contains 0 %}{% endif %}`,
      WORK,
    ],
    ['a case of lists', `${wide}{% case a %}{% when b %}{% endcase %}`, /case compares one value/],
    ['a long output', times(9_000, '0123456789'), /more than 65536 characters/],
    ['long values', times(900, '{{ labels.long }}'), WORK],
    [
      'copies of a list',
      `{% assign a = (1..40000) %}${times(900, '{% for x in a reversed limit: 1 %}{% endfor %}')}`,
      WORK,
    ],
    ['more text than a message holds', times(9, '{{ labels.long }}'), /more than 65536 characters/],
  ])('%s', (_, source, limit) => {
    const { template } = compile(source);
    const act = () => template?.render({ labels: { long: 'x'.repeat(8_000) } });
    expect(act).toThrow(TemplateFailed);
    expect(act).toThrow(limit);
  });

  test('and a source that is too long or too deep is a fault', () => {
    expect(compile('x'.repeat(200_000)).faults).toHaveLength(1);
    expect(compile('{% if labels %}'.repeat(5_000)).faults.length).toBeGreaterThan(0);
  });
});
