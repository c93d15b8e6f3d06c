import { describe, expect, test } from 'vitest';
import { render } from '../../../src/adapters/slack/render.ts';
import type { Card } from '../../../src/domain/model.ts';
import { cardOf, NOW, offer, openedAt, run, STATES, templateOf } from './card.ts';
import { readMrkdwn, seen } from './seen.ts';

interface Body {
  readonly text: string;
  readonly attachments: readonly { readonly color: string; readonly blocks: readonly { readonly type: string }[] }[];
}
const bodyOf = (card: Card) => render(card).json as Body;
const textOf = (card: Card) => seen(bodyOf(card)).text.split('\n');
const datesIn = (card: Card): readonly string[] =>
  [...JSON.stringify(bodyOf(card)).matchAll(/"format":"([^"]*)"/g)].map(([, format]) => format as string);

const WHERE = ['HTTP 500 after 2,500 ms from us-east.', 'status.example'];
const FACTS = ['Since: 2026-11-24 12:00 UTC · Reports: 2', 'Monitor: Production API', 'Where: us-east, HTTP 500'];

describe('the shipped card', () => {
  test.each([
    ['firing', 'Critical, firing', 'Owner: nobody yet', '#e04542'],
    ['warning', 'Warning, firing', 'Owner: nobody yet', '#c68525'],
    ['flapping', 'Critical, flapping', 'Owner: nobody yet', '#e04542'],
    ['acknowledged', 'Acknowledged by Maya Ortiz', 'Owner: Maya Ortiz, since 2026-11-24 12:01 UTC', '#906dd5'],
    ['resolved', 'Resolved by Maya Ortiz after 4 m 10 s', undefined, '#3fa469'],
  ])('%s: title, state, what, where it leads, facts', (state, words, owner, color) => {
    const card = cardOf(STATES[state]);
    expect(textOf(card)).toEqual([
      'Production API is down',
      words,
      ...WHERE,
      ...FACTS,
      ...(owner === undefined ? [] : [owner]),
    ]);
    expect(bodyOf(card).attachments.map((attachment) => attachment.color)).toEqual([color]);
    expect(render(card)).toMatchObject({ cut: [], faults: [] });
  });

  test('one-line: no more than title, state, and what and where', () => {
    const card = cardOf({}, { template: 'one-line' });
    expect(textOf(card)).toEqual(['Production API is down', 'Critical, firing', 'us-east, HTTP 500', 'status.example']);
  });

  test('database: a link of the template keeps its label', () => {
    const card = cardOf({ labels: { runbook_url: 'https://wiki.example/db' } }, { template: 'database' });
    expect(seen(bodyOf(card)).text).toContain('What to do first');
    expect(seen(bodyOf(card)).links).toContain('https://wiki.example/db');
  });
});

test('a phone shows the notice, without a mark that Slack would read', () => {
  const { text } = bodyOf(cardOf({ title: 'CPU > 90 % & <!channel>' }));
  expect(text).toBe('CRITICAL · CPU &gt; 90 % &amp; &lt;!channel&gt; (us-east, HTTP 500)');
  expect(readMrkdwn(text)).toEqual({
    text: 'CRITICAL · CPU > 90 % & <!channel> (us-east, HTTP 500)',
    links: [],
    pings: [],
  });
});

test('the title leads to the monitor, and so does its host', () => {
  expect(seen(bodyOf(cardOf())).links).toEqual(Array(2).fill('https://status.example/monitors/1'));
});

test('a card without an address has no link', () => {
  const { url: _, ...card } = cardOf();
  expect(seen(bodyOf(card)).links).toEqual([]);
});

test('only what is over has a title that is not bold', () => {
  const bold = (state: string) => seen(bodyOf(cardOf(STATES[state]))).styled.map(({ text }) => text);
  expect(bold('acknowledged')).toContain('Production API is down');
  expect(bold('resolved')).not.toContain('Production API is down');
});

test('a living run stands below the facts, with the last lines of its output', () => {
  const card = cardOf({}, { runs: [run()] });
  expect(textOf(card).slice(-3)).toEqual([
    'Restart API: running, 0:12 of 2:00; asked for by Maya Ortiz',
    'stopping',
    'starting',
  ]);
  expect(seen(bodyOf(card)).styled).toContainEqual({ text: 'stopping\nstarting', style: 'block' });
});

test('every kind of block and style of a template is drawn', () => {
  const body = '# Top\n\n**bold** *italic* `code`\n\n- one\n  1. two\n\n> quote\n\n```\nfence\n```';
  const card = cardOf({}, { template: 'x' }, templateOf(`---\n---\n${body}`));
  const { text, styled } = seen(bodyOf(card));
  expect(text).toContain('Critical, firing\nTop\n\nbold italic code\none\ntwo\nquote\nfence');
  expect(styled.slice(1)).toEqual([
    { text: 'Top', style: 'bold' },
    { text: 'bold', style: 'bold' },
    { text: 'italic', style: 'italic' },
    { text: 'code', style: 'code' },
    { text: 'fence', style: 'block' },
  ]);
});

const OPEN_MENU = [
  ...['snooze.1h menu', 'snooze.4h menu', 'snooze.12h menu', 'assign menu', 'silence.2h menu'],
  ...['note menu', 'why menu'],
];

describe('the buttons', () => {
  const ids = (card: Card) =>
    seen(bodyOf(card)).buttons.map(({ id, style = '' }) => `${id?.split('.').slice(1).join('.')} ${style}`.trim());
  const runbooks = ['restart-api', 'drain', 'scale-up'].map((name) => offer(name));

  test.each([
    ['firing', ['acknowledge primary', 'run.restart-api', 'run.drain', 'resolve', 'run.scale-up menu', ...OPEN_MENU]],
    [
      'acknowledged',
      ['take-over', 'run.restart-api', 'run.drain', 'resolve', 'run.scale-up menu', ...OPEN_MENU, 'unacknowledge menu'],
    ],
    ['resolved', ['reopen menu', 'note menu', 'why menu']],
  ])('%s', (state, expected) => {
    expect(ids(cardOf(STATES[state], { runbooks }))).toEqual(expected);
  });

  test('cancelling a run is a dangerous one', () => {
    expect(ids(cardOf({}, { runs: [run()] }))).toContain('cancel.run1 danger');
  });

  test.each([
    [1, 'static_select'],
    [2, 'overflow'],
    [5, 'overflow'],
    [6, 'static_select'],
  ])('a menu of %i entries is of the kind %s', (count, type) => {
    const more = Array.from({ length: count }, (_, index) => ({
      action: 'run',
      argument: `r${index}`,
      label: `R${index}`,
    }));
    expect(JSON.stringify(bodyOf({ ...cardOf(), more }))).toContain(`"type":"${type}"`);
  });

  test('the menu forgets what was chosen with each revision', () => {
    const row = (revision: number) => bodyOf({ ...cardOf(), revision }).attachments[0]?.blocks.at(-1);
    expect(row(3)).not.toEqual(row(4));
  });

  test('beyond the room of a row they open the menu', () => {
    const buttons = Array.from({ length: 30 }, (_, index) => ({
      action: 'run',
      argument: `r${index}`,
      label: `R${index}`,
    }));
    const shown = seen(bodyOf({ ...cardOf(), buttons, more: [] })).buttons;
    expect(shown.map(({ label }) => label)).toEqual(buttons.map(({ label }) => label));
    expect(shown.filter(({ style }) => style === 'menu').length).toBeGreaterThan(0);
  });

  test('one that no id can name is left out, and told', () => {
    const { json, cut } = render({ ...cardOf(), buttons: [{ action: 'run', argument: 'a b', label: 'Odd one' }] });
    expect(seen(json).buttons.map(({ label }) => label)).not.toContain('Odd one');
    expect(cut).toEqual(['Odd one']);
  });
});

describe('a mention', () => {
  test('is of Slack’s own people and groups only, below the title', () => {
    const mention = [
      { platform: 'slack', kind: 'group', id: 'S1' },
      { platform: 'discord', kind: 'person', id: '9' },
      { platform: 'slack', kind: 'person', id: 'U2' },
      { platform: 'slack', kind: 'person', id: 'U2> <!channel' },
    ] as const;
    const { pings, text } = seen(bodyOf(cardOf({}, { mention })));
    expect(pings).toEqual(['slack:S1', 'slack:U2']);
    expect(text).toMatch(/^Production API is down\n@S1 @U2\nCritical/);
  });
});

describe('a time is the reader’s own', () => {
  const DAY = 86_400_000;
  const at = (time: number, style: 'clock' | 'date' | 'relative') =>
    datesIn({ ...cardOf(), facts: [{ name: 'At', value: [{ kind: 'time', at: time, style }] }] });

  test.each([
    ['a clock', openedAt, 'clock', '{date_short_pretty} at {time}'],
    ['a date', openedAt, 'date', '{date_short}'],
    ['an age, while it is young', NOW - DAY + 1, 'relative', '{ago}'],
    ['no age of a day', NOW - DAY, 'relative', '{date_short_pretty} at {time}'],
    ['no age of what is to come', NOW + 1, 'relative', '{date_short_pretty} at {time}'],
  ] as const)('%s', (_, time, style, format) => {
    expect(at(time, style)).toEqual([format]);
  });

  test('and one that no calendar of Slack reaches is told in UTC', () => {
    const value = [{ kind: 'time', at: -1, style: 'clock' }] as const;
    expect(textOf({ ...cardOf(), facts: [{ name: 'At', value }] })).toContain('At: 1969-12-31 23:59 UTC');
  });
});
