import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiscordMessage } from '../../../src/adapters/discord/message.ts';
import { render } from '../../../src/adapters/discord/render.ts';
import type { Block, Card, Spans } from '../../../src/domain/model.ts';
import { visible } from '../../../src/domain/visible.ts';
import { ALL, DEEP, everywhere, LONG } from '../../support/worst.ts';
import { button, cardOf, embedOf, NOW, ONCALL, offer, STATES, shipped } from './cards.ts';
import { seen, seenText } from './seen.ts';

const CUT = 'cut; the rest is in the thread';
const plain = (text: string): string => text.replaceAll('\u200B', '');
const FAMILY = '👨‍👩‍👧‍👦';

const worst = (text: string, state: (typeof STATES)[number], template: string): Card =>
  cardOf({
    state,
    template,
    templates: template === 'all' ? named(ALL) : template === 'deep' ? named(DEEP) : shipped,
    incident: everywhere(text, 'discord'),
    run: { output: text.slice(0, 100_000), label: text },
    runbooks: Array.from({ length: 40 }, (_, index) => offer(`runbook-${index}`, text)),
    mention: [ONCALL],
  });
const named = (one: typeof ALL): typeof ALL => ({ names: one.names, render: (_, scope) => one.render('x', scope) });

describe('whatever comes in, Discord takes it', () => {
  test.each(Object.keys(LONG))('%s', (name) => {
    for (const template of [...shipped.names, 'all', 'deep']) {
      for (const state of STATES) {
        const card = worst(LONG[name] as string, state, template);
        const { json, cut, faults } = render(card);
        const { title, description, footer } = embedOf(json);
        const shown = (text: string) => plain(seenText(text).text);
        expect(faults).toEqual([]);
        expect(JSON.stringify(json).isWellFormed()).toBe(true);
        expect(shown(title)).toMatch(beginningOf(card.title));
        expect(shown(description.split('\n')[0] as string)).toMatch(beginningOf(card.state));
        const ids = seen(json).buttons.map(({ id = '' }) => id);
        for (const { action } of card.buttons) expect(ids.some((id) => id.includes(`.${action}`))).toBe(true);
        const leftOut = [...card.buttons, ...card.more].length - ids.length;
        if (leftOut > 0) expect(cut.length).toBeGreaterThanOrEqual(leftOut);
        expect(footer?.text).toBe(cut.length > 0 ? CUT : undefined);
      }
    }
  });
});

test('so it does with a card that no formatter has bounded', () => {
  const long = '*'.repeat(10_000);
  const spans: Spans = [{ kind: 'text', text: long, bold: true, url: `https://a.example/${'x'.repeat(5_000)}` }];
  const { json, faults } = render({
    ...cardOf(),
    title: long,
    state: long,
    notice: long,
    url: `https://a.example/${long}`,
    facts: Array.from({ length: 500 }, () => ({ name: long, value: spans })),
    body: Array.from({ length: 500 }, (): Block => ({ kind: 'list', ordered: true, depth: 99, items: [spans, spans] })),
    mentions: Array.from({ length: 500 }, (_, index) => ({ ...ONCALL, id: String(index) })),
    buttons: Array.from({ length: 500 }, (_, index) => button('run', `r${index}`, long)),
    run: { id: 'r', label: long, words: long, tail: long },
  });
  expect(faults).toEqual([]);
  expect(embedOf(json).fields.at(-1)?.value).toContain('```');
});

/** As much as there is room for. */
function beginningOf(text: string): RegExp {
  const start = visible(text).trim().slice(0, 20);
  return new RegExp(`^${RegExp.escape(start)}`);
}

const text = (value: string): Spans => [{ kind: 'text', text: value }];
const bare = (changes: Partial<Card>): Card => ({ ...cardOf(), facts: [], body: [], ...changes });

describe('what is cut', () => {
  test('of a title is told whole', () => {
    const title = 'x'.repeat(300);
    const { json, cut } = render(bare({ title }));
    expect(embedOf(json).title).toBe(`${'x'.repeat(255)}…`);
    expect(cut).toEqual([title]);
  });

  test('of a fact is told whole, under its name', () => {
    const { json, cut } = render(bare({ facts: [{ name: 'Query', value: text('x'.repeat(1_100)) }] }));
    expect(embedOf(json).fields[0]?.value).toBe(`${'x'.repeat(1_023)}…`);
    expect(cut).toEqual([`Query: ${'x'.repeat(1_100)}`]);
  });

  test('of a body is told from where the card ends', () => {
    const { json, cut } = render(bare({ body: [{ kind: 'paragraph', spans: text('word '.repeat(2_000)) }] }));
    const kept = embedOf(json).description.split('\n')[1] as string;
    expect(kept.length).toBeGreaterThan(3_900);
    expect(kept.slice(0, -1) + cut[0]).toBe('word '.repeat(2_000));
    expect(embedOf(json).footer).toEqual({ text: CUT });
  });

  test('of a run’s output is told', () => {
    const run = { id: 'r', label: 'Restart', words: 'queued', tail: '`'.repeat(800) };
    const { cut, faults } = render(bare({ run }));
    expect({ cut, faults }).toEqual({ cut: [run.tail], faults: [] });
  });

  test('are the facts beyond the room for fields, one of which is the run’s', () => {
    const facts = Array.from({ length: 25 }, (_, index) => ({ name: `F${index}`, value: text('1') }));
    const run = { id: 'r', label: 'Restart', words: 'queued', tail: '' };
    const { json, cut } = render(bare({ facts, run }));
    expect(embedOf(json).fields.map(({ name }) => name)).toEqual([
      ...facts.slice(0, 24).map(({ name }) => name),
      'Restart',
    ]);
    expect(cut).toEqual(['F24: 1']);
  });
});

test('a fact without anything to see takes room as well', () => {
  const facts = [
    ...Array.from({ length: 2 }, () => ({ name: 'F', value: text('x'.repeat(1_000)) })),
    ...Array.from({ length: 22 }, () => ({ name: '', value: text('') })),
  ];
  const { faults } = render(bare({ facts, body: [{ kind: 'paragraph', spans: text('z'.repeat(5_000)) }] }));
  expect(faults).toEqual([]);
});

test('the body gives way to the run and the facts, and they to nothing but the state, the title and the buttons', () => {
  const facts = Array.from({ length: 4 }, (_, index) => ({ name: `F${index}`, value: text('x'.repeat(1_000)) }));
  const run = { id: 'r', label: 'Restart', words: 'queued', tail: 'y'.repeat(900) };
  const { json, cut } = render(bare({ facts, run, body: [{ kind: 'paragraph', spans: text('z'.repeat(2_000)) }] }));
  const { fields, description } = embedOf(json);
  expect(fields.map(({ value }) => value.length)).toEqual([1_000, 1_000, 1_000, 1_000, expect.any(Number)]);
  expect(fields[4]?.value).toContain('y'.repeat(900));
  expect(description).toMatch(/^\*\*Critical\\, firing\*\*\nz+…\n/);
  expect(cut.length).toBe(1);
});

test('a cut never splits a character, an escape or a style', () => {
  const pieces = fc.constantFrom(FAMILY, '🇩🇪', 'e\u0301', '👍🏽', '*', '\\', '`', '&', 'x', ' ');
  const long = fc
    .array(pieces, { minLength: 5, maxLength: 20 })
    .chain((some) => fc.integer({ min: 20, max: 600 }).map((times) => some.join('').repeat(times)));
  const flag = fc.constantFrom(undefined, true as const);
  fc.assert(
    fc.property(long, flag, flag, fc.nat(40), (value, bold, code, shift) => {
      const whole = 'x'.repeat(shift) + value;
      const span = { kind: 'text', text: whole, ...(bold && { bold }), ...(code && { code }) } as const;
      const body: readonly Block[] = [{ kind: 'paragraph', spans: [span] }];
      const { json, faults } = render(bare({ title: whole, facts: [{ name: whole, value: [span] }], body }));
      const { title, description, fields } = embedOf(json);
      expect(faults).toEqual([]);
      const parts = [
        title,
        description.split('\n')[1] as string,
        ...fields.flatMap(({ name, value: of }) => [name, of]),
      ];
      for (const part of parts) expectBeginning(plain(seenText(part).text), visible(whole));
    }),
    { numRuns: 120 },
  );
});

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function expectBeginning(shown: string, whole: string): void {
  if (shown.trim() === whole.trim()) return;
  const kept = shown.slice(0, -1).trimEnd();
  expect(shown.at(-1)).toBe('…');
  expect(whole.trimStart().startsWith(kept.trimStart())).toBe(true);
  const at = whole.length - whole.trimStart().length + kept.trimStart().length;
  expect(graphemes.segment(whole).containing(at)?.index ?? whole.length).toBe(at);
}

test('a button’s label is cut to its limit, and told', () => {
  const label = 'x'.repeat(120);
  const { json, cut } = render({ ...bare({}), buttons: [button('resolve', undefined, label)], more: [] });
  expect(seen(json).buttons[0]?.label).toBe(`${'x'.repeat(79)}…`);
  expect(cut).toEqual([label]);
});

test('the content has its own room, and its mentions stay', () => {
  const { json, cut } = render({ ...bare({}), notice: '*'.repeat(2_000), mentions: [ONCALL], at: NOW });
  const { content } = json as DiscordMessage;
  expect(content.length).toBeLessThanOrEqual(2_000);
  expect(content).toMatch(/^(\\\*)+… <@&\d+>$/);
  expect(cut).toEqual(['*'.repeat(2_000)]);
});
