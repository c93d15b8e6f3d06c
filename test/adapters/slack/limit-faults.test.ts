import { describe, expect, test } from 'vitest';
import { LIMITS, limitFaults } from '../../../src/adapters/slack/limits.ts';
import { render } from '../../../src/adapters/slack/render.ts';
import { cardOf, offer, run } from './card.ts';

/** A message with every kind of block: its text, facts, run, and five buttons before a menu. */
const message = (): unknown => {
  const runbooks = Array.from({ length: 8 }, (_, index) => offer(`restart-${index}`));
  const mention = [{ platform: 'slack', kind: 'person', id: 'U1' }] as const;
  return JSON.parse(JSON.stringify(render(cardOf({}, { runbooks, mention, runs: [run()] })).json));
};

/** Puts a value at a path, made of what stands there. */
function change(root: unknown, path: string, make: (now: unknown) => unknown): void {
  const names = path.split('.');
  const last = names.pop() as string;
  const at = names.reduce((node, name) => (node as Record<string, unknown>)[name], root) as Record<string, unknown>;
  at[last] = make(at[last]);
}

const characters = (count: number) => () => 'x'.repeat(count);
const copies = (count: number) => (now: unknown) => Array(count).fill((now as unknown[])[0]);
const and = (more: unknown) => (now: unknown) => [...(now as unknown[]), more];

const BLOCKS = 'attachments.0.blocks';
const ROW = `${BLOCKS}.3.elements`;
const MENU = `${ROW}.5`;

describe('each limit is told where a message breaks it', () => {
  test.each<[string, string, (now: unknown) => unknown, RegExp]>([
    ['no text', 'text', characters(0), /^text:/],
    ['a long text', 'text', characters(LIMITS.text + 1), /^text:/],
    ['no blocks', 'blocks', () => [], /^blocks:/],
    ['too many blocks', 'blocks', copies(LIMITS.blocks + 1), /^blocks:/],
    ['too many attachments', 'attachments', copies(LIMITS.attachments + 1), /^attachments:/],
    ['too many blocks in an attachment', BLOCKS, copies(LIMITS.attachmentBlocks + 1), /^attachments\.0\.blocks:/],
    ['an attachment with a text of its own', 'attachments.0.text', characters(1), /^attachments\.0:/],
    ['a named colour', 'attachments.0.color', () => 'danger', /\.color:/],
    ['an empty rich text', `${BLOCKS}.0.elements`, () => [], /\.elements:/],
    ['an empty section', `${BLOCKS}.0.elements.0.elements`, () => [], /\.elements:/],
    ['an empty text element', `${BLOCKS}.0.elements.0.elements.0.text`, characters(0), /\.text:/],
    ['a long link', 'blocks.0.elements.0.elements.0.url', characters(LIMITS.url + 1), /\.url:/],
    ['a broadcast', 'blocks.0.elements.0.elements', and({ type: 'broadcast', range: 'channel' }), /\.type:/],
    ['a text that Slack parses', BLOCKS, and({ type: 'section', text: { type: 'mrkdwn', text: 'x' } }), /\.type:/],
    ['a long label', `${ROW}.0.text.text`, characters(LIMITS.label + 1), /\.text\.text:/],
    ['a label that shows nothing', `${ROW}.0.text.text`, () => ' ', /\.text\.text:/],
    ['a label with emoji', `${ROW}.0.text.emoji`, () => true, /\.emoji:/],
    ['a long value', `${ROW}.0.value`, characters(LIMITS.value + 1), /\.value:/],
    ['a long id', `${ROW}.0.action_id`, characters(LIMITS.id + 1), /\.action_id:/],
    ['an id twice in a row', `${ROW}.0.action_id`, () => 'press.1', /^action_id press\.1 twice/],
    ['a value twice in a row', `${ROW}.1.value`, () => '01k0000000000000.acknowledge', /^value .* twice/],
    ['a row twice', BLOCKS, (now) => and((now as unknown[])[3])(now), /^block_id press\.3 twice/],
    ['too many buttons', ROW, copies(LIMITS.actionElements + 1), /\.elements:/],
    ['an unknown style', `${ROW}.0.style`, () => 'run', /\.style:/],
    ['a menu without options', `${MENU}.options`, () => [], /\.options:/],
    ['a menu of too many options', `${MENU}.options`, copies(LIMITS.options + 1), /\.options:/],
    ['a long label of an option', `${MENU}.options.0.text.text`, characters(LIMITS.label + 1), /\.text\.text:/],
    ['a long value of an option', `${MENU}.options.0.value`, characters(LIMITS.optionValue + 1), /\.value:/],
    ['blocks that are too long together', `${BLOCKS}.0.elements.0.elements.0.text`, characters(9_900), /^blocks: \d+/],
    ['links that are previewed', 'unfurl_links', () => true, /^unfurl_links:/],
    ['names that are looked up', 'link_names', () => true, /^link_names:/],
  ])('%s', (_, path, make, fault) => {
    const spoilt = message();
    expect(limitFaults(spoilt)).toEqual([]);
    change(spoilt, path, make);
    expect(limitFaults(spoilt)).toContainEqual(expect.stringMatching(fault));
  });

  test('an overflow menu of too many options', () => {
    const spoilt = message();
    change(spoilt, MENU, (now) => {
      const { placeholder: _, ...menu } = now as Record<string, unknown>;
      return { ...menu, type: 'overflow' };
    });
    expect(limitFaults(spoilt)).toContainEqual(expect.stringMatching(/\.options:/));
  });

  test('what is no message at all', () => {
    expect(limitFaults(null)).not.toEqual([]);
  });
});
