import { describe, expect, test } from 'vitest';
import { limitFaults } from '../../../src/adapters/discord/limits.ts';

const x = (count: number): string => 'x'.repeat(count);
const many = <T>(count: number, one: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => one(n));
const field = (name: string, value: string) => ({ name, value });
const embed = (parts: object) => ({ content: 'x', embeds: [parts] });
const row = (...components: readonly object[]) => ({ type: 1, components });
const press = (id: string, label = 'x') => ({ type: 2, style: 1, label, custom_id: id });
const option = (value: string, label = 'x') => ({ label, value });
const select = (options: readonly object[], more: object = {}) => ({ type: 3, custom_id: 's', options, ...more });
const link = (url: string) => ({ type: 2, style: 5, label: 'x', url });
const rows = (...components: readonly object[]) => ({ content: 'x', components });

/** At the limit, and one beyond it. */
const LIMITED: readonly (readonly [string, (count: number) => object, number])[] = [
  ['content', (n) => ({ content: x(n) }), 2_000],
  ['a title', (n) => embed({ title: x(n) }), 256],
  ['a description', (n) => embed({ description: x(n) }), 4_096],
  ['the name of a field', (n) => embed({ fields: [field(x(n), 'x')] }), 256],
  ['the value of a field', (n) => embed({ fields: [field('x', x(n))] }), 1_024],
  ['fields', (n) => embed({ fields: many(n, () => field('x', 'x')) }), 25],
  ['a footer', (n) => embed({ footer: { text: x(n) } }), 2_048],
  ['an author', (n) => embed({ author: { name: x(n) } }), 256],
  ['the address of a title', (n) => embed({ url: `https://a.example/${x(n - 18)}` }), 2_048],
  ['embeds', (n) => ({ embeds: many(n, () => ({ title: 'x' })) }), 10],
  ['all texts of an embed', (n) => embed({ description: x(4_096), footer: { text: x(n - 4_096) } }), 6_000],
  ['all texts of all embeds', (n) => ({ embeds: [{ description: x(4_000) }, { description: x(n - 4_000) }] }), 6_000],
  ['rows', (n) => rows(...many(n, (index) => row(press(`p${index}`)))), 5],
  ['buttons in a row', (n) => rows(row(...many(n, (index) => press(`p${index}`)))), 5],
  ['the label of a button', (n) => rows(row(press('p', x(n)))), 80],
  ['the id of a button', (n) => rows(row(press(x(n)))), 100],
  ['the address of a button', (n) => rows(row(link(`https://a.example/${x(n - 18)}`))), 512],
  ['options', (n) => rows(row(select(many(n, (index) => option(`o${index}`))))), 25],
  ['the label of an option', (n) => rows(row(select([option('o', x(n))]))), 100],
  ['the value of an option', (n) => rows(row(select([option(x(n))]))), 100],
  ['the placeholder of a menu', (n) => rows(row(select([option('o')], { placeholder: x(n) }))), 150],
  [
    'allowed mentions',
    (n) => ({ content: 'x', allowed_mentions: { parse: [], users: many(n, (index) => `${index}`) } }),
    100,
  ],
];

describe.each(LIMITED)('%s', (_, make, most) => {
  test(`may have ${most}, and no more`, () => {
    expect(limitFaults(make(most))).toEqual([]);
    expect(limitFaults(make(most + 1)).length).toBeGreaterThan(0);
  });
});

test('characters are counted as Discord counts them: one beyond U+FFFF is one', () => {
  expect(limitFaults({ content: '🔥'.repeat(2_000) })).toEqual([]);
  expect(limitFaults({ content: '🔥'.repeat(2_001) })).toEqual(['content: has more than 2,000 characters']);
  expect(limitFaults(embed({ title: '🔥'.repeat(256), description: '🔥'.repeat(4_096) }))).toEqual([]);
});

describe('Discord refuses', () => {
  test.each<[string, unknown, string]>([
    ['what is no message', null, 'message'],
    ['a message of nothing', {}, 'message: is empty'],
    ['a message of blanks', { content: ' \n' }, 'message: is empty'],
    ['a field without a value', embed({ fields: [field('x', ' ')] }), 'embeds.0.fields.0.value: is empty'],
    ['a field without a name', embed({ fields: [field('', 'x')] }), 'embeds.0.fields.0.name: is empty'],
    ['a colour that is none', embed({ color: 0x1000000 }), 'embeds.0.color'],
    ['an address of another kind', embed({ url: 'mailto:a@b.example' }), 'embeds.0.url'],
    ['an address without a domain', embed({ url: 'http://grafana:3000' }), 'embeds.0.url'],
    ['an empty label', rows(row(press('p', ' '))), 'components.0.components.0.label: is empty'],
    ['an empty row', rows(row()), 'components.0.components'],
    ['an empty menu', rows(row(select([]))), 'components.0.components.0.options'],
    ['a menu beside a button', rows(row(select([option('o')]), press('p'))), 'has a menu beside'],
    ['one value twice', rows(row(select([option('o'), option('o')]))), 'has one value twice'],
    ['one id twice', rows(row(press('p')), row(press('p'))), 'message: has one custom_id twice'],
    ['a link with an id', rows(row({ ...link('https://a.example'), custom_id: 'p' })), 'a link has no id'],
    ['a button that does nothing', rows(row({ type: 2, style: 1, label: 'x' })), 'components.0.components.0.custom_id'],
    [
      'users allowed twice',
      { content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } },
      'allowed_mentions: allows users twice',
    ],
    ['an id that is none', { content: 'x', allowed_mentions: { parse: [], roles: ['x'] } }, 'allowed_mentions.roles.0'],
    ['a person twice', { content: 'x', allowed_mentions: { parse: [], users: ['1', '1'] } }, 'allowed_mentions.users'],
  ])('%s', (_, json, fault) => {
    expect(limitFaults(json).join('\n')).toContain(fault);
  });
});
