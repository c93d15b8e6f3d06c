import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderLine } from '../../../src/adapters/teams/line.ts';
import { render } from '../../../src/adapters/teams/render.ts';
import type { Incident } from '../../../src/domain/model.ts';
import { visible } from '../../../src/domain/visible.ts';
import { everyPlace } from '../../support/worst.ts';
import { CORPUS, hostile } from '../../templates/hostile.ts';
import { cardOf, maya, NOW, ONCALL, offer, STATES, type State, shipped } from './cards.ts';
import { parse } from './official.ts';
import { drawn, seen } from './seen.ts';

const RUNS = 1_000;
const HARMLESS = 'harmless';
const hasWords = (text: string): boolean => /[^\s\p{C}]/u.test(text);
const value = hostile.filter(hasWords);
const SHORT = 75; // characters: a longer label is cut before it comes here
const short = value.filter((text) => text.length <= SHORT && text.split(/\r\n?|\n/).length <= 6);

/** What a person sees, but for the white space, which Teams draws as it likes. */
const letters = (text: string): string => drawn(text).replaceAll(/\s/g, '');

/** No link of its own: what an alert links to is proven where lines with links are. */
const everywhere = (text: string): Partial<Incident> => {
  const { url: _, ...rest } = everyPlace(text, maya);
  return { ...rest, labels: { [text]: text, instance: text } };
};

function shown(text: string, state: State, template: string) {
  const by = { owner: { ...maya, name: text }, resolvedBy: { ...maya, name: text } };
  const { json, cut, faults } = render(
    cardOf({
      state,
      template,
      incident: { ...everywhere(text), ...by },
      run: { label: text, output: text },
      runbooks: [offer({ label: text, confirm: text })],
      mention: [ONCALL],
    }),
  );
  expect([cut, faults, parse(json).faults]).toEqual([[], [], []]);
  return seen(json);
}

/** What is printed takes a block for each of its lines. */
const stylesOf = ({ styled }: ReturnType<typeof seen>): readonly string[] =>
  styled.map(({ style }) => style).filter((style, index, all) => style !== 'code' || all[index - 1] !== 'code');

const harmless = new Map<string, ReturnType<typeof seen>>();

/** The card of harmless words, which is drawn once. */
function plainOf(state: State, template: string) {
  const key = `${state} ${template}`;
  const drawn = harmless.get(key) ?? shown(HARMLESS, state, template);
  harmless.set(key, drawn);
  return drawn;
}

/** The same card as one of harmless words, with the value in their place: no other link, ping, style, button or form. */
function check(text: string, state: State, template: string): void {
  const view = shown(text, state, template);
  const plain = plainOf(state, template);
  expect(letters(view.text)).toBe(letters(plain.text).replaceAll(HARMLESS, () => letters(visible(text))));
  expect([view.links, view.pings]).toEqual([plain.links, plain.pings]);
  expect(stylesOf(view)).toEqual(stylesOf(plain));
  expect(view.buttons.map(({ id }) => id)).toEqual(plain.buttons.map(({ id }) => id));
  expect(view.forms.map(({ inputs }) => inputs)).toEqual(plain.forms.map(({ inputs }) => inputs));
}

describe('a value is shown as it is, and does nothing', () => {
  test.each(CORPUS.filter(hasWords))('%j', (text) => {
    for (const state of STATES) for (const template of shipped.names) check(text, state, template);
  });

  test('on the cards of the bridge', () => {
    fc.assert(fc.property(short, fc.constantFrom(...STATES), fc.constantFrom(...shipped.names), check), {
      numRuns: RUNS,
    });
  });

  test('in a line of the timeline', () => {
    fc.assert(
      fc.property(value, value, value, (name, text, detail) => {
        const line = { at: NOW, kind: 'noted', actor: { ...maya, name }, text, detail, tell: 'channel' } as const;
        const { json, faults } = renderLine(line, [ONCALL]);
        const view = seen(json);
        expect([faults, parse(json).faults]).toEqual([[], []]);
        for (const piece of [name, text, detail]) expect(letters(view.text)).toContain(letters(visible(piece)));
        expect([view.links, view.pings, view.buttons]).toEqual([[], [`teams:${ONCALL.id}`], []]);
      }),
      { numRuns: RUNS },
    );
  });
});
