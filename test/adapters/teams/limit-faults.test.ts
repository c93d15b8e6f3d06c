import { expect, test } from 'vitest';
import { BOT, limitFaults, WEBHOOK } from '../../../src/adapters/teams/limits.ts';
import { render } from '../../../src/adapters/teams/render.ts';
import { cardOf, ONCALL } from './cards.ts';

const message = (content: object) => ({ type: 'message', attachments: [{ content }] });
const empty = JSON.stringify(message({ text: '' })).length;
const form = (inner: readonly object[] = []) => ({ type: 'Action.ShowCard', title: 'f', card: { actions: inner } });
const mention = { type: 'mention', text: '<at>x</at>' };

test('a card of ours keeps every limit', () => {
  expect(limitFaults(render(cardOf({ mention: [ONCALL] })).json)).toEqual([]);
});

test.each([
  ['of a bot, in UTF-16', BOT, 'é', 40_000 - empty],
  ['of a webhook, in UTF-8', WEBHOOK, 'é', (28_000 - empty) / 2],
])('the size %s is counted to the last byte', (_, limits, character, most) => {
  const length = Math.floor(most);
  expect(limitFaults(message({ text: character.repeat(length) }), limits)).toEqual([]);
  expect(limitFaults(message({ text: character.repeat(length + 1) }), limits)).toEqual([
    expect.stringContaining(limits.name),
  ]);
});

test.each<[string, object, string]>([
  ['seven buttons in a row', { actions: Array(7).fill({}) }, '7 buttons stand in one row; Teams shows at most 6.'],
  [
    'an id that stands twice',
    {
      body: [
        { type: 'Input.Text', id: 'a' },
        { type: 'Container', id: 'a' },
      ],
    },
    'The id a stands twice in the card.',
  ],
  [
    'a form in a form',
    { actions: [form([form()])] },
    'The form f stands in another form; Teams opens only the outer one.',
  ],
  [
    'a form in the overflow menu',
    { actions: [{ ...form(), mode: 'secondary' }] },
    'The form f stands in the overflow menu, where it does not open.',
  ],
  [
    'a mention that stands nowhere',
    { msteams: { entities: [mention] }, body: [{ type: 'TextBlock', text: 'x' }] },
    'The card mentions <at>x</at>, which stands in none of its texts.',
  ],
])('%s is a fault', (_, content, fault) => {
  expect(limitFaults(message(content))).toEqual([fault]);
});
