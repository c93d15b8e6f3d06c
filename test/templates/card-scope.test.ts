import { describe, expect, test } from 'vitest';
import type { Actor, Run } from '../../src/domain/model.ts';
import { cardScope } from '../../src/templates/card-scope.ts';
import { readCard } from '../../src/templates/cards.ts';
import { incident, scopeOf } from './incident.ts';

const FAMILY = '👨‍👩‍👧‍👦'; // one grapheme of eleven UTF-16 units
const LONG = FAMILY.repeat(2_000);
const WHOLE_THEN_CUT = new RegExp(`^(?:${FAMILY})+…$`);
const maya: Actor = { platform: 'slack', id: 'U1', name: LONG };

const run: Run = {
  ...{ id: 'run1', incident: 'i', runbook: 'r', label: LONG, state: 'running', by: maya, inputs: {}, digest: '' },
  ...{ approvals: 0, requestedAt: 0, summary: LONG, output: LONG, values: {} },
};
const scope = cardScope(
  incident({ title: LONG, brief: LONG, text: LONG, monitor: LONG, key: LONG, owner: maya, labels: { team: LONG } }),
  [run],
  { platform: 'slack', route: 'ROUTE_DB' },
);

describe('a long value is cut between two characters, and says so', () => {
  test.each([
    '{{ incident.title }}',
    '{{ incident.brief }}',
    '{{ incident.text }}',
    '{{ incident.monitor }}',
    '{{ incident.key }}',
    '{{ incident.owner.name }}',
    '{{ labels.team }}',
    '{{ incident.runs[0].label }}',
    '{{ incident.runs[0].summary }}',
  ])('%s ends in …', (title) => {
    expect(readCard('x.md', `---\ntitle: "${title}"\n---\n`).render?.(scope).title).toMatch(WHOLE_THEN_CUT);
  });

  test('of an output the end is kept, which begins with …', () => {
    const { title } = readCard('x.md', '---\ntitle: "{{ incident.runs[0].output }}"\n---\n').render!(scope);
    expect(title).toMatch(new RegExp(`^…(?:${FAMILY})+$`));
    expect(title.length).toBeGreaterThan(8_000);
  });

  test('values that fill a text end in …, and none comes after it', () => {
    const loop = '{% for i in (1..9) %}{{ labels.team }}{% endfor %}';
    const [block] = readCard('x.md', `---\n---\n${loop}\n`).render!(scopeOf({ labels: { team: LONG } })).body;
    const text = block?.kind === 'paragraph' && block.spans[0]?.kind === 'text' ? block.spans[0].text : '';
    expect(text.length).toBeGreaterThan(32_000);
    expect(text).toMatch(new RegExp(`^(?:(?:${FAMILY})+…)+$`));
  });
});

test('a text that has room is left as it is', () => {
  expect(scopeOf({ labels: { team: FAMILY } })).toMatchObject({ labels: { team: FAMILY } });
});
