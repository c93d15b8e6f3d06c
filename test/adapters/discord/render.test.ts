import { describe, expect, test } from 'vitest';
import type { DiscordMessage } from '../../../src/adapters/discord/message.ts';
import { render } from '../../../src/adapters/discord/render.ts';
import type { Button, Card } from '../../../src/domain/model.ts';
import { button, cardOf, embedOf, maya, NOW, ONCALL, offer, type State, templatesOf } from './cards.ts';
import { seen } from './seen.ts';

const messageOf = (card: Card) => render(card).json as DiscordMessage;
const linesOf = (card: Card) => seen(messageOf(card)).text.split('\n');

const NOTICE = 'CRITICAL · Production API is down (us-east, HTTP 500)';
const TITLE = 'Production API is down';
const BODY = ['HTTP 500 after 2,500 ms from us-east.', 'status.example'];
const facts = (owner: string | undefined) => [
  ...['Since', '2026-11-24T12:00:00.000Z', 'Reports', '2', 'Monitor', 'Production API'],
  ...['Where', 'us-east, HTTP 500', ...(owner === undefined ? [] : ['Owner', owner])],
];

describe('the shipped card', () => {
  test.each<[State, string, string, string | undefined, number]>([
    ['critical', NOTICE, 'Critical, firing', 'nobody yet', 0xe04542],
    ['warning', NOTICE.replace('CRITICAL', 'WARNING'), 'Warning, firing', 'nobody yet', 0xc68525],
    ['flapping', NOTICE, 'Critical, flapping', 'nobody yet', 0xe04542],
    [
      'acknowledged',
      NOTICE.replace('CRITICAL', 'ACKNOWLEDGED'),
      'Acknowledged by Maya Ortiz',
      'Maya Ortiz, since 2026-11-24T12:00:12.000Z',
      0x906dd5,
    ],
    ['resolved', NOTICE.replace('CRITICAL', 'RESOLVED'), 'Resolved by Maya Ortiz after 4 m 10 s', undefined, 0x3fa469],
  ])('%s: notice, title, state, what, where it leads, facts', (state, notice, words, owner, color) => {
    const card = cardOf({ state });
    expect(linesOf(card)).toEqual([notice, TITLE, words, ...BODY, ...facts(owner)]);
    expect(embedOf(messageOf(card)).color).toBe(color);
    expect(render(card)).toMatchObject({ cut: [], faults: [] });
  });

  test('one-line: notice, title, state, and what and where', () => {
    const card = cardOf({ template: 'one-line' });
    expect(linesOf(card)).toEqual([NOTICE, TITLE, 'Critical, firing', 'us-east, HTTP 500', 'status.example']);
  });

  test('database: a link of the template keeps its label', () => {
    const card = cardOf({ template: 'database', incident: { labels: { runbook_url: 'https://wiki.example/db' } } });
    const { text, links } = seen(messageOf(card));
    expect(text).toContain('\nWhat to do first\n');
    expect(links).toContain('https://wiki.example/db');
  });
});

test('the notification reads on a phone as it is written', () => {
  expect(messageOf(cardOf()).content).toBe(NOTICE);
});

test('the title leads to the monitor, and so does its host', () => {
  expect(seen(messageOf(cardOf())).links).toEqual(Array(2).fill('https://status.example/monitors/1'));
});

test('a card without an address has no link', () => {
  const { url: _, ...card } = cardOf();
  expect(seen(messageOf(card)).links).toEqual([]);
});

test.each([
  ['a host without a domain', 'http://grafana:3000/d/1'],
  ['a host with a mark that Discord knows in none', 'https://my_grafana.example.com/d/1'],
  ['more than it has room for', `https://a.example/${'x'.repeat(2_048)}`],
])('an address that Discord refuses in a title does not cost the message: %s', (_, url) => {
  const { json, faults } = render({ ...cardOf(), url });
  expect(embedOf(json)).not.toHaveProperty('url');
  expect(faults).toEqual([]);
  expect(seen(json).text).toContain(`\n${new URL(url).host}`);
});

test.each([
  ['http://10.0.0.1:3000/d/1', 'http://10.0.0.1:3000/d/1'],
  ['https://a.example/?x={b}|[c]&d=50%', 'https://a.example/?x=%7Bb%7D%7C%5Bc%5D&d=50%25'],
])('the address %s is one that a title takes', (url, written) => {
  expect(embedOf(messageOf({ ...cardOf(), url })).url).toBe(written);
});

test('only what is over tells its state without bold', () => {
  const bold = (state: State) => seen(messageOf(cardOf({ state }))).styled.map(({ text }) => text);
  expect(bold('acknowledged')).toContain('Acknowledged by Maya Ortiz');
  expect(bold('resolved')).not.toContain('Resolved by Maya Ortiz after 4 m 10 s');
});

test('a living run stands below the facts, with the last lines of its output', () => {
  const card = cardOf({ state: 'running' });
  expect(linesOf(card).slice(-4)).toEqual([
    'Restart API',
    'running, 0:12 of 2:00; asked for by Maya Ortiz',
    'draining api-1',
    'restarting api-1',
  ]);
  expect(seen(messageOf(card)).styled.at(-1)).toEqual({
    text: 'draining api-1\nrestarting api-1',
    style: 'code block',
  });
});

test('a run that has printed nothing yet stands there all the same', () => {
  const card = cardOf({ state: 'running', run: { output: '' } });
  expect(linesOf(card).slice(-2)).toEqual(['Restart API', 'running, 0:12 of 2:00; asked for by Maya Ortiz']);
});

test('three short facts share a row, and a long one has its own', () => {
  const fields = embedOf(messageOf(cardOf({ incident: { brief: 'us-east, us-west, eu-central' } }))).fields;
  expect(fields.map(({ name, inline }) => [name, inline])).toEqual([
    ...[
      ['Since', true],
      ['Reports', true],
      ['Monitor', true],
    ],
    ...[
      ['Where', false],
      ['Owner', true],
    ],
  ]);
});

test('a fact without a value shows a dash', () => {
  const card: Card = { ...cardOf(), facts: [{ name: 'Host', value: [] }] };
  expect(linesOf(card).slice(-2)).toEqual(['Host', '–']);
  expect(render(card).faults).toEqual([]);
});

test('every kind of block and style of a template is drawn', () => {
  const body = '# Top\n\n**bold** *italic* ***both*** `code`\n\n- one\n  1. two\n\n> quote\n\n```\nfence\n```';
  const card = cardOf({ template: 'x', templates: templatesOf(`---\n---\n${body}`) });
  const { text, styled } = seen(messageOf(card));
  const lines = ['Top', '', 'bold italic both code', '- one', '  1. two', 'quote', 'fence'];
  expect(text).toContain(`Critical, firing\n${lines.join('\n')}`);
  expect(styled.slice(1).map((one) => [one.style, one.text.trim()])).toEqual([
    ['bold', 'Top'],
    ['bold', 'bold'],
    ['italic', 'italic'],
    ['bold', 'both'],
    ['italic', 'both'],
    ['code', 'code'],
    ['list', '-'],
    ['list', '1.'],
    ['quote', 'quote'],
    ['code block', 'fence'],
  ]);
});

describe('a link of a template', () => {
  const written = (text: string, url: string) => {
    const card: Card = { ...cardOf(), body: [{ kind: 'paragraph', spans: [{ kind: 'text', text, url }] }] };
    return embedOf(messageOf(card)).description.split('\n')[1];
  };
  test.each([
    ['carries its label', 'Graph 5.1 (p95)', 'https://g.example/a', '[Graph 5.1 (p95)](<https://g.example/a>)'],
    ['follows a label with marks', '*x*', 'https://g.example/a', '\\*x\\* [link](<https://g.example/a>)'],
    [
      'follows a label that is an address',
      'https://a.example',
      'https://g.example/a',
      'https\\:\\/\\/a\\.example [link](<https://g.example/a>)',
    ],
    ['cannot be ended by its address', 'g', 'https://g.example/a>)*', '[g](<https://g.example/a%3E%29%2A>)'],
    [
      'is an address in words where Discord links none',
      'Mail',
      'mailto:a@b.example',
      'Mail \\(mailto\\:a\\@b\\.example\\)',
    ],
    ['is its words alone where it is too long', 'g', `https://g.example/${'a'.repeat(900)}`, 'g'],
  ])('%s', (_, label, url, markdown) => {
    expect(written(label, url)).toBe(markdown);
  });
});

const OPEN_MENU = [
  ...['snooze.1h menu', 'snooze.4h menu', 'snooze.12h menu', 'assign menu', 'silence.2h menu'],
  ...['note menu', 'why menu'],
];

describe('the buttons', () => {
  const ids = (card: Card) =>
    seen(messageOf(card)).buttons.map(({ id, style }) => `${id?.split('.').slice(1).join('.')} ${style}`);
  const runbooks = ['restart-api', 'drain', 'scale-up'].map((name) => offer(name));

  test.each<[State, string[]]>([
    [
      'critical',
      [
        ...['acknowledge primary', 'run.restart-api secondary', 'run.drain secondary', 'resolve secondary'],
        ...['run.scale-up menu', ...OPEN_MENU],
      ],
    ],
    [
      'acknowledged',
      [
        ...['take-over secondary', 'run.restart-api secondary', 'run.drain secondary', 'resolve secondary'],
        ...['run.scale-up menu', ...OPEN_MENU, 'unacknowledge menu'],
      ],
    ],
    ['resolved', ['reopen menu', 'note menu', 'why menu']],
  ])('%s', (state, expected) => {
    expect(ids(cardOf({ state, runbooks }))).toEqual(expected);
  });

  test('cancelling a run is a dangerous one', () => {
    expect(ids(cardOf({ state: 'running' }))).toContain('cancel.run1 danger');
  });

  const many = (count: number): readonly Button[] =>
    Array.from({ length: count }, (_, index) => button('run', `r${index}`, `R${index}`));
  const styles = (buttons: readonly Button[], more: readonly Button[]) =>
    seen(messageOf({ ...cardOf(), buttons, more })).buttons.map(({ style }) => style);

  test('fill five rows where there is no menu', () => {
    expect(styles(many(25), [])).toEqual(Array(25).fill('secondary'));
  });

  test('open the menu beyond the room of four rows', () => {
    expect(styles(many(26), [])).toEqual([...Array(20).fill('secondary'), ...Array(6).fill('menu')]);
  });

  test('are told where the menu has no room', () => {
    const { json, cut } = render({ ...cardOf(), buttons: [], more: many(27) });
    expect(seen(json).buttons.map(({ label }) => label)).toEqual(many(25).map(({ label }) => label));
    expect(cut).toEqual(['R25', 'R26']);
  });

  test('are there once, whatever a template chooses', () => {
    const buttons = [button('why'), button('why')];
    expect(ids({ ...cardOf(), buttons, more: [button('why')] })).toEqual(['why secondary']);
  });

  test('are left out and told where no id can name them', () => {
    const { json, cut } = render({ ...cardOf(), buttons: [button('run', 'a b', 'Odd one')], more: [] });
    expect(seen(json).buttons).toEqual([]);
    expect(cut).toEqual(['Odd one']);
  });

  test('the menu forgets what was chosen with each revision', () => {
    const menu = (revision: number) => messageOf({ ...cardOf(), revision }).components.at(-1);
    expect(menu(3)).not.toEqual(menu(4));
  });
});

describe('a mention', () => {
  const person = { platform: 'discord', kind: 'person', id: maya.id } as const;
  test('is of Discord’s own people and roles only, each once, after the notice', () => {
    const mention = [
      ONCALL,
      person,
      { platform: 'slack', kind: 'group', id: 'S1' },
      { platform: '*', kind: 'anyone', id: '*' },
      { platform: 'discord', kind: 'person', id: '1> @everyone' },
    ] as const;
    const message = messageOf(cardOf({ mention }));
    expect(message.content).toBe(`${NOTICE} <@&${ONCALL.id}> <@${maya.id}>`);
    expect(message.allowed_mentions).toEqual({ parse: [], users: [maya.id], roles: [ONCALL.id] });
  });

  test('never makes the content too long: whom it leaves out is told', () => {
    const mentions = Array.from({ length: 41 }, (_, index) => ({ ...person, id: String(10n ** 18n + BigInt(index)) }));
    const { faults, cut, json } = render({ ...cardOf(), mentions });
    expect(faults).toEqual([]);
    expect(seen(json).pings.length).toBe(40);
    expect(cut).toEqual(['also for discord:1000000000000000040']);
  });
});

describe('a time is the reader’s own', () => {
  const DAY = 86_400_000;
  const OPENED = NOW - 12_000;
  test.each([
    ['a clock', OPENED, 'clock', 't'],
    ['a clock of another day, with its date', NOW - DAY, 'clock', 'f'],
    ['a date', OPENED, 'date', 'D'],
    ['an age, while it is young', NOW - DAY + 1_000, 'relative', 'R'],
    ['no age of a day', NOW - DAY, 'relative', 'f'],
    ['no age of what is to come', NOW + 1_000, 'relative', 'f'],
  ] as const)('%s', (_, at, style, letter) => {
    const card: Card = { ...cardOf(), facts: [{ name: 'At', value: [{ kind: 'time', at, style }] }] };
    expect(embedOf(messageOf(card)).fields[0]?.value).toBe(`<t:${Math.floor(at / 1_000)}:${letter}>`);
  });
});
