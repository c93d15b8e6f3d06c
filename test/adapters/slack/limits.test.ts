import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { render } from '../../../src/adapters/slack/render.ts';
import type { Block, Card, Incident } from '../../../src/domain/model.ts';
import { cardOf, maya, offer, run, STATES, shipped, templateOf } from './card.ts';
import { seen } from './seen.ts';

const WORST: Readonly<Record<string, string>> = {
  words: 'the database is slow today, '.repeat(40_000),
  'a word without an end': 'x'.repeat(1_000_000),
  'only &': '&'.repeat(1_000_000),
  'only backticks': '`'.repeat(1_000_000),
  'only stars': '*'.repeat(1_000_000),
  'only quotes': '"'.repeat(1_000_000),
  'only line breaks and a word': `${'\n'.repeat(100_000)}word`,
  families: '👨‍👩‍👧‍👦'.repeat(100_000),
  'lone surrogates': '\uD83D '.repeat(300_000),
  'one grapheme': `e${'\u0301'.repeat(1_000_000)}`,
};
const labels = Object.fromEntries(
  Array.from({ length: 500 }, (_, index) => [`label${index}`, `value ${index} `.repeat(20)]),
);
const runbooks = Array.from({ length: 40 }, (_, index) => offer(`restart-${index}`, `Restart number ${index}`));

const all = templateOf(
  `---\ntitle: "{{ incident.title }}"\nfacts: { Text: "{{ incident.text }}" }\n---\n{{ incident.text }}\n\n{% for label in labels %}- **{{ label[0] }}**: \`{{ label[1] }}\`\n{% endfor %}`,
);
const deep = templateOf(
  `---\n---\n${Array.from({ length: 40 }, (_, depth) => `${'  '.repeat(depth)}- **level** *${depth}* {{ incident.text }}`).join('\n')}`,
);

/** Each text of a card that may be cut. */
const textsOf = (card: Card): readonly string[] => [
  card.title,
  ...card.facts.flatMap(({ value }) => value.flatMap((span) => (span.kind === 'text' ? [span.text] : []))),
  ...card.body.flatMap((block: Block) =>
    block.kind === 'code'
      ? [block.text]
      : (block.kind === 'list' ? block.items.flat() : block.spans).flatMap((span) =>
          span.kind === 'text' ? [span.text] : [],
        ),
  ),
  ...(card.run ? [card.run.tail] : []),
];

function checkWorst(card: Card): void {
  const { json, cut, faults } = render(card);
  const { text, buttons } = seen(json);
  const told = cut.join('\n');
  expect(faults).toEqual([]);
  expect(text.startsWith(card.title.toWellFormed().slice(0, 50))).toBe(true);
  expect(text).toContain(card.state.toWellFormed().slice(0, 50));
  const labelsInSight = buttons.filter(({ style }) => style !== 'menu').map(({ label }) => label);
  expect(labelsInSight).toEqual(card.buttons.map(({ label }) => label));
  for (const { label } of card.more)
    expect(buttons.some((button) => button.label === label) || cut.includes(label)).toBe(true);
  for (const whole of textsOf(card)) expect(text.includes(whole) || told.includes(whole.slice(-20))).toBe(true);
  expect(text.endsWith('cut; the rest is in the thread')).toBe(cut.length > 0);
}

describe('the worst cards fit, with state, title and buttons, and lose nothing', () => {
  const changes = (long: string): Partial<Incident> => ({
    title: long,
    brief: long,
    text: long,
    monitor: long,
    labels: { ...labels, runbook_url: `https://wiki.example/${'x'.repeat(1_900)}` },
    url: `https://status.example/${'y'.repeat(1_900)}`,
  });
  test.each(Object.entries(WORST))('%s', (_, long) => {
    for (const [name, templates] of [
      ...shipped.names.map((name) => [name, shipped] as const),
      ['x', all],
      ['x', deep],
    ] as const)
      for (const state of Object.values(STATES)) {
        const owner = { ...maya, name: long.slice(0, 10_000) };
        const mention = Array.from(
          { length: 50 },
          (_, index) => ({ platform: 'slack', kind: 'person', id: `U${index}` }) as const,
        );
        const drawn = { ...changes(long), ...state, owner, resolvedBy: owner };
        const runs = [run({ output: long.slice(0, 100_000), label: long.slice(0, 1_000) })];
        checkWorst(cardOf(drawn, { template: name, runs, runbooks, mention }, templates));
      }
  });

  test('a card of blanks', () => {
    const blank = [{ kind: 'text', text: '' }] as const;
    const { faults, json } = render({
      ...cardOf(),
      title: ' ',
      state: '',
      notice: '',
      facts: [
        { name: '', value: blank },
        { name: ' ', value: [{ kind: 'text', text: 'x' }] },
      ],
      body: [
        { kind: 'paragraph', spans: [] },
        { kind: 'quote', spans: blank },
        { kind: 'list', ordered: false, depth: 99, items: [blank, []] },
        { kind: 'code', text: '' },
      ],
      buttons: [{ action: 'resolve', label: ' ' }],
      more: [],
      run: { id: 'r', label: '', words: '', tail: ' ' },
    });
    expect(faults).toEqual([]);
    expect(seen(json).buttons.map(({ label }) => label)).toEqual(['resolve']);
  });

  test('what gives way first is the body, then the run, then the facts', () => {
    const long = 'word '.repeat(1_600);
    const fact = { name: 'Fact', value: [{ kind: 'text', text: 'value '.repeat(100) }] } as const;
    const body: readonly Block[] = [{ kind: 'paragraph', spans: [{ kind: 'text', text: long }] }];
    const runCard = { id: 'r', label: 'Restart', words: 'queued', tail: 'line\n'.repeat(150) };
    const left = (facts: number) =>
      render({ ...cardOf(), more: [], facts: Array(facts).fill(fact), body, run: runCard }).cut;
    expect(left(2)).toEqual([expect.stringMatching(/^(word| )+$/)]);
    const isFact = (piece: string) => piece.startsWith('Fact: ');
    expect(left(11)).toContainEqual(expect.stringContaining(runCard.tail));
    expect(left(11).filter(isFact)).toEqual([]);
    expect(left(25).filter(isFact)).not.toEqual([]);
  });
});

test('a body is cut between two graphemes, and the rest of it is told', () => {
  const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
  const unit = fc.constantFrom('👨‍👩‍👧‍👦', '🇩🇪', '"', '\\', '&', '<!channel>', 'é', 'e\u0301', ' ', '\n', 'word');
  fc.assert(
    fc.property(fc.array(unit, { minLength: 5, maxLength: 40 }), fc.nat(1_000), (units, shift) => {
      const whole = 'x'.repeat(shift) + units.join('').repeat(300);
      const body: readonly Block[] = [{ kind: 'code', text: whole }];
      const { json, cut, faults } = render({ ...cardOf(), body, facts: [] });
      const [block] = seen(json).styled.filter(({ style }) => style === 'block');
      if (block?.text === whole) return;
      const kept = block?.text.slice(0, -1) ?? '';
      expect(block?.text.at(-1)).toBe('…');
      expect(faults).toEqual([]);
      expect(kept + cut.join('')).toBe(whole);
      const end = kept.length + (/^\s*/.exec(whole.slice(kept.length))?.[0].length ?? 0);
      const starts = [...graphemes.segment(whole.slice(0, end + 100))].map(({ index }) => index);
      expect(starts).toContain(end);
    }),
    { numRuns: 200 },
  );
});
