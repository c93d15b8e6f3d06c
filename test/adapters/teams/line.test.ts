import { describe, expect, test } from 'vitest';
import type { Activity } from '../../../src/adapters/teams/elements.ts';
import { renderLine } from '../../../src/adapters/teams/line.ts';
import type { Line } from '../../../src/domain/model.ts';
import { askedLinesContract } from '../../contracts/asked-lines.ts';
import { maya, NOW, ONCALL } from './cards.ts';
import { parse } from './official.ts';
import { seen } from './seen.ts';

const line = (changes: Partial<Line> = {}): Line => ({
  at: NOW,
  kind: 'acknowledged',
  actor: maya,
  text: 'acknowledged',
  tell: 'thread',
  ...changes,
});
const time = new Date(NOW).toLocaleTimeString('en', { hour: 'numeric', minute: '2-digit' });

test('a line says who, what and when', () => {
  const { json, cut, faults } = renderLine(line());
  expect(seen(json)).toMatchObject({
    text: `Maya Ortiz acknowledged · ${time}`,
    styled: [{ text: 'Maya Ortiz', style: 'bold' }],
    pings: [],
    buttons: [],
  });
  expect([cut, faults, parse(json).faults]).toEqual([[], [], []]);
});

test('it reads on a phone without its time', () => {
  expect((renderLine(line()).json as Activity).summary).toBe('Maya Ortiz acknowledged');
});

test('a note keeps its lines', () => {
  expect(seen(renderLine(line({ text: 'added a note:\nfirst\n\nsecond' })).json).text).toBe(
    `Maya Ortiz added a note:\nfirst\nsecond · ${time}`,
  );
});

test('what a runbook printed is code below it', () => {
  const { text, styled } = seen(renderLine(line({ text: 'ran Restart API', detail: '  one\ntwo  three' })).json);
  expect(text).toBe(`Maya Ortiz ran Restart API · ${time}\n  one\ntwo  three`);
  expect(styled.slice(1)).toEqual([
    { text: '  one', style: 'code' },
    { text: 'two  three', style: 'code' },
  ]);
});

test('a line without words is told by its kind', () => {
  expect(seen(renderLine(line({ text: ' ' })).json).text).toBe(`Maya Ortiz acknowledged · ${time}`);
});

test('it notifies whom its caller names', () => {
  expect(seen(renderLine(line({ tell: 'channel' }), [ONCALL]).json).pings).toEqual([`teams:${maya.id}`]);
});

describe('what there is no room for', () => {
  const detail = 'x\n'.repeat(50_000);
  const { json, cut, faults } = renderLine(line({ detail }));

  test('is cut within the limits, and the line says so', () => {
    expect(faults).toEqual([]);
    expect(seen(json).text).toMatch(/…\ncut; the rest is in the console$/);
  });

  test('is handed on', () => {
    const shown = seen(json).text.split('\n').length - 3; // the line, the cut one, the note
    expect(cut.join('').split('\n').length).toBe(50_001 - shown);
  });
});

askedLinesContract(
  renderLine,
  Array.from({ length: 20 }, (_, index) => ({ ...ONCALL, id: `${ONCALL.id.slice(0, -2)}${10 + index}` })),
);
