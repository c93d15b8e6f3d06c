import { expect, test } from 'vitest';
import { run } from '../../src/actions/run.ts';
import type { Line, Principal } from '../../src/domain/model.ts';
import type { Rendered } from '../../src/domain/ports.ts';
import { visible } from '../../src/domain/visible.ts';
import { decide, omar, restart, sceneIn } from './action.ts';

const END = 'drop table users';
const BACKTICKS = '`'.repeat(2_000);
const VALUES: Readonly<Record<string, string>> = {
  letters: 'x'.repeat(3_900),
  words: 'select 1; '.repeat(390),
  lines: 'select 1;\n'.repeat(150),
  'blank lines': '\n'.repeat(200),
  spaces: ' '.repeat(3_900),
  backticks: BACKTICKS,
  'what JSON escapes': '"\\'.repeat(1_950),
  braces: '{{DATE(2026-11-24T12:00:00Z)}}'.repeat(130),
  ideographs: '漢'.repeat(3_900),
  'lone surrogates': '\uD83D'.repeat(3_900),
  'one picture of many people': '👩\u200D'.repeat(1_300),
  'marks on one letter': `x${'\u0301'.repeat(3_900)}`,
  'separators of lines': 'a\u2028Reason: harmless\u2029'.repeat(60),
};

/** What others must agree to stands in the thread, all of it, whatever was filled in. `mentions`: of this platform. */
export function askedLinesContract(
  renderLine: (line: Line, mentions: readonly Principal[]) => Rendered,
  mentions: readonly Principal[],
): void {
  const actor = { ...omar, name: '*'.repeat(80) };
  const inputs = [
    { name: 'reason', label: 'Reason', required: false },
    { name: 'sql', label: 'S'.repeat(45), required: true },
  ];
  const scene = sceneIn('firing', { runbooks: [{ ...restart, label: '*'.repeat(60), approve: 10, inputs }] });
  const linesFor = (given: Readonly<Record<string, string>>) => {
    const decision = decide(run, scene, { actor, argument: restart.name, inputs: given });
    if (decision.kind !== 'change') throw new Error(JSON.stringify(decision));
    return decision.change.timeline;
  };
  const letters = (text: string) => text.replaceAll(/\s/g, '');

  test.each(Object.entries(VALUES))('what others must agree to is shown whole: %s', (_, value) => {
    const given = { reason: 'cleaning up', sql: `${value} ${END}` };
    const lines = linesFor(given);
    for (const line of lines) {
      const { cut, faults } = renderLine(line, line.tell === 'channel' ? mentions : []);
      expect({ cut, faults }).toEqual({ cut: [], faults: [] });
    }
    const told = lines.map(({ detail = '' }) => detail).join('');
    expect(letters(told)).toBe(letters(visible(`Reason: ${given.reason}${inputs[1]?.label}: ${given.sql}`)));
    expect(lines.flatMap(({ detail = '' }) => detail.split('\n')).filter((row) => /^\S/.test(row))).toHaveLength(2);
    expect(lines.length).toBeLessThanOrEqual(6);
  });

  test('what is little stands beside the words, though many are mentioned', () => {
    const [line, ...more] = linesFor({ reason: 'cleaning up', sql: `${'x'.repeat(350)} ${END}` });
    expect(more).toEqual([]);
    const { json, cut } = renderLine(line as Line, mentions);
    expect(cut).toEqual([]);
    expect(JSON.stringify(json)).toContain(END);
  });
}
