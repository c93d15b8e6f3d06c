import { expect, test } from 'vitest';
import { renderLine } from '../../../src/adapters/slack/line.ts';
import type { Line } from '../../../src/domain/model.ts';
import { askedLinesContract } from '../../contracts/asked-lines.ts';
import { maya, NOW } from './card.ts';
import { seen } from './seen.ts';

const line: Line = { at: NOW, kind: 'acknowledged', actor: maya, text: 'acknowledged', tell: 'thread' };

test('says who, what and when', () => {
  const { json, cut, faults } = renderLine(line);
  expect(seen(json)).toEqual({
    text: 'Maya Ortiz acknowledged · 2026-11-24 12:04 UTC',
    links: [],
    pings: [],
    styled: [{ text: 'Maya Ortiz', style: 'bold' }],
    buttons: [],
  });
  expect(json).toMatchObject({ text: 'Maya Ortiz acknowledged' });
  expect([cut, faults]).toEqual([[], []]);
});

test('shows what a runbook printed as code', () => {
  const { json } = renderLine({ ...line, kind: 'run', text: 'ran Restart API', detail: 'stopping\nstarting' });
  expect(seen(json).styled).toContainEqual({ text: 'stopping\nstarting', style: 'block' });
});

test('mentions nobody by itself, whatever it tells', () => {
  expect(seen(renderLine({ ...line, tell: 'channel' }).json).pings).toEqual([]);
});

test('mentions whom it is given, before all else', () => {
  const mentions = [
    { platform: 'slack', kind: 'group', id: 'S1' },
    { platform: 'teams', kind: 'person', id: 'a-b' },
  ] as const;
  const { text, pings } = seen(renderLine(line, mentions).json);
  expect(pings).toEqual(['slack:S1']);
  expect(text).toMatch(/^@S1 Maya Ortiz acknowledged/);
});

test('needs no name and no words', () => {
  const { json, faults } = renderLine({ ...line, actor: { ...maya, name: '' }, text: ' ', detail: '\n' });
  expect(seen(json).text).toBe('acknowledged · 2026-11-24 12:04 UTC');
  expect(faults).toEqual([]);
});

test.each([
  ['a long note', { text: 'word '.repeat(3_000) }],
  ['a long output', { detail: 'line\n'.repeat(20_000) }],
  ['a long name', { actor: { ...maya, name: 'n'.repeat(5_000) } }],
])('%s is cut, and all of it is told', (_, changes) => {
  const { json, cut, faults } = renderLine({ ...line, ...changes });
  expect(faults).toEqual([]);
  expect(seen(json).text).toContain('…');
  expect(cut).toEqual(Object.values(changes).map((changed) => (typeof changed === 'string' ? changed : changed.name)));
});

askedLinesContract(
  renderLine,
  Array.from({ length: 40 }, (_, index) => ({ platform: 'slack', kind: 'person', id: `U00000000${10 + index}` })),
);
