import { expect, test } from 'vitest';
import { z } from 'zod';
import { readFrontMatter } from '../../src/templates/front-matter.ts';
import { readKeys } from '../../src/templates/keys.ts';

const SCHEMA = z.strictObject({
  label: z.string(),
  inputs: z.record(z.string(), z.strictObject({ label: z.string(), required: z.boolean().default(false) })).optional(),
  find: z.strictObject({ url: z.string(), value: z.string() }).optional(),
  steps: z.array(z.strictObject({ name: z.string() })).optional(),
});

const read = (head: string) => readKeys(readFrontMatter('x.md', `---\n${head}\n---\n`).matter!, SCHEMA);

test('what the schema declares is read, with its defaults', () => {
  expect(read('label: Restart\ninputs: { reason: { label: Reason } }').keys).toEqual({
    label: 'Restart',
    inputs: { reason: { label: 'Reason', required: false } },
  });
});

test.each([
  ['an unknown key', 'label: x\nlable: y', '3:1', 'Unknown key "lable".', 'Did you mean "label"?'],
  [
    'one inside another',
    'label: x\nfind: { url: a, value: b, vlaue: c }',
    '3:27',
    'Unknown key "vlaue".',
    'Did you mean "value"?',
  ],
  [
    'one in a named map',
    'label: x\ninputs:\n  why: { label: a, requird: true }',
    '4:20',
    'Unknown key "requird".',
    'Did you mean "required"?',
  ],
  ['one in a list', 'label: x\nsteps:\n  - name: a\n    nmae: b', '5:5', 'Unknown key "nmae".', 'Did you mean "name"?'],
  ['a missing key', 'steps: []', '1:1', 'The key "label" is missing.', 'Add "label:" to the front matter.'],
  ['a missing one inside', 'label: x\nfind: { url: a }', '3:7', /^"find.value": /, /Write a value/],
  ['a wrong type', 'label: 3', '2:8', /^"label": .*string/, /quoted/],
])('%s is a fault at its place', (_, head, place, message, cure) => {
  const is = (expected: string | RegExp) => (typeof expected === 'string' ? expected : expect.stringMatching(expected));
  const { keys, faults } = read(head);
  expect(keys).toBeUndefined();
  expect(faults).toMatchObject([{ place: `x.md:${place}`, message: is(message), cure: is(cure) }]);
});
