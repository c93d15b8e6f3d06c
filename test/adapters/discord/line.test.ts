import { describe, expect, test } from 'vitest';
import { renderLine } from '../../../src/adapters/discord/line.ts';
import type { DiscordMessage } from '../../../src/adapters/discord/message.ts';
import type { Line } from '../../../src/domain/model.ts';
import { askedLinesContract } from '../../contracts/asked-lines.ts';
import { maya, NOW, ONCALL } from './cards.ts';
import { seen } from './seen.ts';

const line = (changes: Partial<Line> = {}): Line => ({
  at: NOW,
  kind: 'acknowledged',
  actor: maya,
  text: 'acknowledged',
  tell: 'thread',
  ...changes,
});
const contentOf = (one: Line, ...more: Parameters<typeof renderLine> extends [Line, ...infer Rest] ? Rest : never) =>
  (renderLine(one, ...more).json as DiscordMessage).content;
const TIME = `<t:${NOW / 1_000}:f>`;

test('says who, what and when', () => {
  expect(contentOf(line())).toBe(`**Maya Ortiz** acknowledged · ${TIME}`);
});

test('says what a runbook printed in a block of code', () => {
  const told = line({ text: 'Restart API succeeded: exit 0 in 12 s', detail: 'api-1 is healthy\n``` done' });
  expect(seen(renderLine(told).json)).toMatchObject({
    text: `Maya Ortiz Restart API succeeded: exit 0 in 12 s · 2026-11-24T12:00:12.000Z\napi-1 is healthy\n\`\u200B\`\u200B\` done`,
    styled: [{ style: 'bold' }, { style: 'time:f' }, { style: 'code block' }],
  });
});

test('mentions nobody, unless its caller does', () => {
  expect(seen(renderLine(line({ tell: 'channel' })).json).pings).toEqual([]);
  expect(contentOf(line(), [ONCALL])).toBe(`<@&${ONCALL.id}> **Maya Ortiz** acknowledged · ${TIME}`);
  expect(seen(renderLine(line(), [ONCALL]).json).pings).toEqual([`discord:role:${ONCALL.id}`]);
});

test('keeps the lines of a note, none of which Discord reads', () => {
  const told = line({ kind: 'noted', text: 'added a note: one\n# two\n- three\r\n1. four\n> five :fire: a-b' });
  expect(contentOf(told)).toBe(
    `**Maya Ortiz** added a note: one\n\\# two\n\\- three\n1\\. four\n\\> five \\:fire: a-b · ${TIME}`,
  );
});

test('shows no preview of an address', () => {
  const { json } = renderLine(line({ text: 'see https://a.example and discord.gg/abc' }));
  expect(seen(json).links).toEqual([]);
  expect(json).toMatchObject({ flags: 4 });
});

describe('whatever its length, Discord takes it, and what was cut is told', () => {
  test.each([
    ['a text', { text: '*'.repeat(4_000) }, ['*'.repeat(4_000)]],
    ['an output', { detail: '`'.repeat(65_536) }, ['`'.repeat(65_536)]],
    ['a name', { actor: { ...maya, name: 'x'.repeat(1_000) } }, ['x'.repeat(1_000)]],
  ])('%s', (_, changes, expected) => {
    const { json, cut, faults } = renderLine(line(changes));
    expect({ faults, cut }).toEqual({ faults: [], cut: expected });
    expect(seen(json).text).toContain('…');
  });

  test('and a long text leaves room for what a runbook printed', () => {
    const { json } = renderLine(line({ text: 'x'.repeat(4_000), detail: 'y'.repeat(300) }));
    expect(seen(json).text).toContain('y'.repeat(300));
  });
});

test('a line without words still says what kind it is', () => {
  expect(contentOf(line({ text: ' ', actor: { ...maya, name: '' } }))).toBe(`acknowledged · ${TIME}`);
});

askedLinesContract(
  renderLine,
  Array.from({ length: 40 }, (_, index) => ({ ...ONCALL, id: `${ONCALL.id.slice(0, -2)}${10 + index}` })),
);
