import { describe, expect, test } from 'vitest';
import type { Execute, ShowCard } from '../../../src/adapters/teams/elements.ts';
import { render } from '../../../src/adapters/teams/render.ts';
import type { Button, Card } from '../../../src/domain/model.ts';
import { cardOf, offer } from './cards.ts';
import { contentOf, parse } from './official.ts';
import { seen } from './seen.ts';

const button = (label: string, changes: Partial<Button> = {}): Button => ({ action: 'run', label, ...changes });
const many = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => button(`${name} ${index}`, { argument: `${name}-${index}` }));
const card = (buttons: readonly Button[], more: readonly Button[] = []): Card => ({ ...cardOf(), buttons, more });
const actionsOf = (drawn: Card) => contentOf(render(drawn).json)['actions'] as readonly unknown[];
const labels = (buttons: readonly { readonly label: string }[]) => buttons.map(({ label }) => label);

test('the shipped card offers what is urgent in sight, and the rest behind More', () => {
  const { buttons, menu } = seen(render(cardOf()).json);
  expect(buttons).toEqual([
    { label: 'Acknowledge', style: 'positive', id: '01k0000000000000.acknowledge' },
    { label: 'Restart API', id: '01k0000000000000.run.restart-api' },
    { label: 'Resolve', id: '01k0000000000000.resolve' },
    { label: 'More' },
  ]);
  expect(menu).toEqual([
    { label: 'Snooze 1 h', id: '01k0000000000000.snooze.1h' },
    { label: 'Snooze 4 h', id: '01k0000000000000.snooze.4h' },
    { label: 'Snooze 12 h', id: '01k0000000000000.snooze.12h' },
    { label: 'Hand over', id: '01k0000000000000.assign' },
    { label: 'Silence this monitor 2 h', id: '01k0000000000000.silence.2h' },
    { label: 'Add a note', id: '01k0000000000000.note' },
    { label: 'Why did I get this?', id: '01k0000000000000.why' },
  ]);
});

test('a run that lives can be cancelled', () => {
  expect(seen(render(cardOf({ state: 'running' })).json).buttons).toContainEqual({
    label: 'Cancel Restart API',
    style: 'destructive',
    id: '01k0000000000000.cancel.run1',
  });
});

test('a press carries its id and nothing else, also from clients that know only Action.Submit', () => {
  const [action] = actionsOf(card([button('Go', { argument: 'x' })])) as readonly [Execute];
  const data = { press: '01k0000000000000.run.x' };
  expect(action).toMatchObject({ type: 'Action.Execute', verb: 'press', data, associatedInputs: 'none' });
  expect(action.fallback).toMatchObject({ type: 'Action.Submit', data, associatedInputs: 'none' });
});

describe('what must be asked first', () => {
  const asking = button('Restart', {
    argument: 'x',
    confirm: 'On every host?',
    asks: [
      { name: 'reason', label: 'Reason', required: true },
      { name: 'more', label: 'More', required: false, long: true },
    ],
  });

  test('opens in the card: the question, the inputs, and the button once more', () => {
    const { forms } = seen(render(card([asking])).json);
    expect(forms).toEqual([{ label: 'Restart', text: 'On every host?', inputs: ['Reason', 'More'] }]);
  });

  test('begins with what the runbook will do', () => {
    const { forms } = seen(render(card([{ ...asking, about: 'WIPES the cache.\n\nOnly with the DBA.' }])).json);
    expect(forms).toMatchObject([{ text: 'WIPES the cache. Only with the DBA.\nOn every host?' }]);
  });

  test('leaves what the runbook will do out where the button would not fit with it', () => {
    const confirm = 'x'.repeat(1_400);
    const { forms } = seen(render(card([{ ...asking, confirm, about: 'y'.repeat(600) }])).json);
    expect(forms).toMatchObject([{ text: confirm }]);
  });

  test('is sent with the press, confirmed', () => {
    const [action] = actionsOf(card([asking])) as readonly [ShowCard];
    expect(action.card.actions).toMatchObject([
      { title: 'Restart', data: { press: '01k0000000000000.run.x', confirmed: true }, associatedInputs: 'auto' },
    ]);
  });

  test('says which inputs are needed, and which are long', () => {
    const [action] = actionsOf(card([asking])) as readonly [ShowCard];
    expect(action.card.body.slice(1)).toEqual([
      {
        type: 'Input.Text',
        id: '01k0000000000000.run.x/reason',
        label: 'Reason',
        isRequired: true,
        errorMessage: 'This is needed.',
      },
      { type: 'Input.Text', id: '01k0000000000000.run.x/more', label: 'More', isMultiline: true },
    ]);
  });

  test('by two runbooks under one name is told apart', () => {
    const inputs = [{ name: 'reason', label: 'Reason', required: true }];
    const runbooks = [offer({ name: 'a', inputs }), offer({ name: 'b', inputs })];
    expect(parse(render(cardOf({ runbooks })).json).faults).toEqual([]);
  });
});

describe('room', () => {
  test('six buttons stand in sight where there is no menu', () => {
    expect(labels(seen(render(card(many(6, 'b'))).json).buttons)).toEqual(['b 0', 'b 1', 'b 2', 'b 3', 'b 4', 'b 5']);
  });

  test('the seventh moves to the menu, and takes the sixth with it, as More needs a place', () => {
    const { buttons, menu } = seen(render(card(many(7, 'b'), [button('last')])).json);
    expect(labels(buttons)).toEqual(['b 0', 'b 1', 'b 2', 'b 3', 'b 4', 'More']);
    expect(labels(menu)).toEqual(['b 5', 'b 6', 'last']);
  });

  test('the menu stands in rows of six', () => {
    const { json, faults } = render(card([], many(13, 'm')));
    expect([labels(seen(json).menu).length, faults]).toEqual([13, []]);
  });

  test('a menu that is too long is cut from its end, and the rest is told', () => {
    const { json, cut, faults } = render(card([], many(100, 'm')));
    const shown = labels(seen(json).menu);
    expect(shown.length).toBeGreaterThan(20);
    expect([...shown, ...cut]).toEqual(labels(many(100, 'm')));
    expect(faults).toEqual([]);
  });

  test.each<[string, Partial<Button>]>([
    ['whose press cannot be written', { argument: 'not allowed' }],
    [
      'that asks for more than a button has room for',
      { asks: Array.from({ length: 100 }, (_, index) => ({ name: `n${index}`, label: 'L', required: true })) },
    ],
  ])('a button %s is left out, and told', (_, changes) => {
    const { json, cut } = render(card([button('Go', { argument: 'x' }), button('Odd', changes)]));
    expect([labels(seen(json).buttons), cut]).toEqual([['Go'], ['Odd']]);
  });

  test('a label that is too long is cut, and told whole', () => {
    const long = 'go '.repeat(500).trim();
    const { json, cut } = render(card([button(long, { argument: 'x' })]));
    const [shown] = labels(seen(json).buttons);
    expect(shown).toMatch(/^go go .*…$/);
    expect(cut).toEqual([long]);
  });
});
